"""Who sees and does what: the one door (access.py), its rules as SQL and for given rows."""
