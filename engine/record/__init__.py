"""What happened and stays: history in chains, checkpoints, redaction, protected values."""
