"""A task that several sign: who, in which order, how votes count, what follows from them."""
