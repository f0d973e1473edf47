"""Envelopes that wait and travel: courier, mailboxes, sticks."""
