"""Acts of administrators: two-person proposals, the journal, duties, parameters."""
