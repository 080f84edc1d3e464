"""The ledger: what people record after a study was made, append-only, with who, when and why."""
