"""The record: entries, their Merkle tree and checkpoints, the file they are durable in, the bundle."""
