"""Live links: a server's door, who is at the other end, and how a new machine joins."""
