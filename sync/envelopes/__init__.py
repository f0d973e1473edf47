"""Sealed envelopes: saltpack, the frame inside, streams and letters of them."""
