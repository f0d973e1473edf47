"""docs/faults.md: every fault of every room, written from the classes that raise them.

python -m tui.fault_table [FILE]      writes FILE, or prints
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

from sync.errors import SyncError

ROOMS = ("sync", "hub", "tui")

HEAD = """# Faults

What can go wrong beside the rules of the booth (those are in refusals.md): a signature, a file, a connection, a key.
Each has a stable code; whoever meets one sees the sentence, what to do next, and the code with the case's data. When one
is shown, nothing was half-done.

Written by `python -m tui.fault_table docs/faults.md` from the classes below `sync.errors.SyncError`; do not edit by hand.
"""


def faults() -> list[type[SyncError]]:
    """Every kind of fault there is, by its code; all modules of all rooms are imported for it."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    known = {kind for kind in _below(SyncError) if kind.__module__.partition(".")[0] in ROOMS}
    return sorted(known, key=lambda kind: (kind.code, kind.__qualname__))


def table() -> str:
    """The whole page as Markdown."""
    groups: dict[str, list[str]] = {}
    for kind in faults():
        cells = (f"`{kind.code}`", kind.ja, kind.todo_ja, kind.en, kind.todo_en)
        row = "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        groups.setdefault(kind.code.partition(".")[0], []).append(row)
    heading = "| code | 何が起きたか | つぎにすること | what happened | what to do next |\n|---|---|---|---|---|\n"
    return HEAD + "".join(f"\n## {group}\n\n{heading}" + "\n".join(rows) + "\n" for group, rows in groups.items())


def _below(kind: type[SyncError]) -> Iterator[type[SyncError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _below(child)


def main(arguments: list[str]) -> None:
    """Write the page into the named file, or print it."""
    if arguments:
        Path(arguments[0]).write_text(table(), encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(table())


if __name__ == "__main__":
    main(sys.argv[1:])
