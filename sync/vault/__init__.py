"""Personal data under keys that can be destroyed."""
