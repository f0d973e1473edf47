"""Setting up: the roots of trust, a deployment that two organisations agree on, and the homes of machines and people."""
