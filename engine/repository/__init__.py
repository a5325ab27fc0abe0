"""Definitions and what becomes one: drafts, their check, comparison, deployment."""
