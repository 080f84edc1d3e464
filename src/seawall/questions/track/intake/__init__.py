"""What comes into the ledger: claims proposed from a text, never taken without a person's yes."""
