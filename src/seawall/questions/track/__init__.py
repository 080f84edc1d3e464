"""Track: are the promises being kept, and who says so."""
