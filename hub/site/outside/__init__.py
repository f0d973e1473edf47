"""The hub's ways out: the office's line, the stick, the city's desks."""
