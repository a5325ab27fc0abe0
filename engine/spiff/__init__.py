"""The adapter: the only place that speaks to SpiffWorkflow.

model → normalise → checks → parser make specs out of files; specs and timers are our subclasses;
state writes and restores tokens; run moves them; scripts is what they call back.
"""
