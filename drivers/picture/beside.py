"""A second thread for what can be done of one picture at once: a booth's computer has the cores, and somebody waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

BESIDE: Final = ThreadPoolExecutor(1, "beside")
"""OpenCV works without Python's lock. One after the other, so that a network is never asked from two threads at once."""
