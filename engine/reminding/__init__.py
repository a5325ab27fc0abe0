"""Reminders of clocks, notifications in the system, the mail that goes with them."""
