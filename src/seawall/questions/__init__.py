"""Each question is a pure function from a study to tables."""
