"""What a person works from: queue, list of cases, search, saved filters, settings, presence."""
