"""The accountability domain: tables, rules, verbs, and the hard-stops that no model can skip."""
