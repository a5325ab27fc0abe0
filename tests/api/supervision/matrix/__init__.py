"""The matrix role × endpoint × relation: its world, what is tried, and the tables that say the outcome."""
