"""The hub's devices: which, how they stand, what staff try out, and their effects."""
