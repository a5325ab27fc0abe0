"""Deadlines: how long by which law, running clocks, pauses, extensions, corrections, lapses."""
