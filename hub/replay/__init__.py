"""Replay: entries decided again from their bytes, by whoever did not write them."""
