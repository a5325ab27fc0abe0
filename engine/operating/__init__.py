"""Keeping it running: incidents, retries, mends with preview, counts on elements, gauges."""
