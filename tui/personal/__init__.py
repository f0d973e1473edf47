"""Personal data at a terminal: read for a purpose, unlocked, and erased."""
