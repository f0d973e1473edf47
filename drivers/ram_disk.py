"""Whether a folder lies in memory: a face that is written elsewhere can be read from the flash after it was deleted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})


def on_ram_disk(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether what is written into this folder stays in memory; False where the kernel does not say (not Linux).

    By the device number that mountinfo(5) gives in its third field, not by the path: links and bind mounts lie.
    """
    try:
        device = folder.stat().st_dev
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    number = f"{os.major(device)}:{os.minor(device)}"
    # "36 35 98:0 /mnt1 /mnt2 rw,noatime shared:1 - ext3 /dev/root rw": after the lone dash comes the file system.
    kinds = {line.partition(" - ")[2].split(" ", 1)[0] for line in lines if line.split(" ", 3)[2:3] == [number]}
    return bool(kinds) and kinds <= IN_MEMORY
