"""What is only tried: copies of cases, sample stories, replays; a time that may run."""
