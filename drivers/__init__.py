"""One device each behind a small protocol, its supervision, and emulators that stand in for hardware."""
