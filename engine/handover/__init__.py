"""A task in other hands: passed on, lent, urged, copied, sent back, done by a stand-in."""
