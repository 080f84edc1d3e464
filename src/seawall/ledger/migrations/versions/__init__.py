"""Versions of the ledger's database, one a file."""
