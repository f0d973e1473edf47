"""The working screen of the booth: the queue and what is done with one key."""
