"""Writing into the emulators' folder so that a reader never sees half a file."""

from __future__ import annotations

import os
import re
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Replace `path` atomically; not synced, because nothing depends on an emulator's output after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def next_in_sequence(folder: Path, ending: str) -> Path:
    """`NNNN-<ending>` after the highest number already in the folder, which is made if absent."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = [int(found[1]) for name in os.listdir(folder) if (found := re.match(r"([0-9]+)-", name))]
    # A number comes from outside this room: whatever could leave the folder is taken out of the name.
    return folder / f"{max(taken, default=0) + 1:04d}-{re.sub(r'[^0-9A-Za-z.-]', '_', ending)}"
