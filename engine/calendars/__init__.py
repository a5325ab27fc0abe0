"""Years of a working-day calendar: the stored value, and where first values come from."""
