"""Files that people hand in, their bytes and kinds, and lists as CSV."""
