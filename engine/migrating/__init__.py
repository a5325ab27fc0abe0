"""Running instances on another version of their model: plan, dry run, job, revert."""
