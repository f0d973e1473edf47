"""People's keys at a terminal: unlocked, renewed, replaced, kept for a take-over."""
