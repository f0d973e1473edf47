"""The contract as data: its profile, what it asks by when, and what it allows."""
