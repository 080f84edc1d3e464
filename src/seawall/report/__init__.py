"""Results made readable: the board and the single-file HTML report."""
