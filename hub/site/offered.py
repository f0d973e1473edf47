"""What terminals sent to a hub that is behind: a copy of the record for each, in files that `demado recover` reads."""

from __future__ import annotations

from pathlib import Path

FOLDER = "offered"


def offered(home: Path) -> list[Path]:
    """The copies that terminals have sent, by name."""
    return sorted((home / FOLDER).glob("*.sqlite"))
