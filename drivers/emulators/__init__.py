"""Emulated devices for rehearsal and development: what they print, show and say lands in one folder."""
