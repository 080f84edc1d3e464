"""What claims say, read by rule, and the rules by which two of them cannot both hold."""
