"""The booth's voice: a chime, then the number in Japanese and English, through ALSA's `aplay`."""
