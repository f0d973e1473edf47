"""docs/incidents.md: the twenty incidents of other booths, the control against each, and the tests that try to cause it.

python -m tests.incidents_table [FILE]      writes FILE, or prints

The rows stand in docs/incidents.tsv. A test says by its name which incident it tries: test_incident_07_...; those of
tests/incidents stand first, since they are written to be read one after the other.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import NamedTuple

from tests.requirements_table import ROOT, read

ROWS = ROOT / "docs" / "incidents.tsv"
PAGE = ROOT / "docs" / "incidents.md"
NAME = re.compile(r"test_incidents?_([0-9]+)(?:_and_([0-9]+))?_")
FIRST = Path("tests/incidents")

HEAD = """# Incidents

What went wrong in booths and at windows elsewhere, by the newspapers and the cities' own pages, and what would have
stopped it here. Each test does what was done there, and meets the control.

Written by `python -m tests.incidents_table docs/incidents.md` from `incidents.tsv` (the rows) and the names of the tests;
do not edit by hand.

| # | what happened | cause | control here | weaker than it should be | tried by |
|---|---|---|---|---|---|
"""


class Incident(NamedTuple):
    number: int
    what: str
    cause: str
    control: str
    weaker: str


class Tried(NamedTuple):
    path: Path
    name: str


def incidents() -> list[Incident]:
    return [Incident(int(row[0]), *row[1:]) for row in read(ROWS)]


def tried() -> dict[int, list[Tried]]:
    """Incident to the tests that try it."""
    found: dict[int, list[Tried]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "test_incident" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (named := NAME.match(node.name)):
                for number in filter(None, named.groups()):
                    found.setdefault(int(number), []).append(Tried(path.relative_to(ROOT), node.name))
    for tests in found.values():
        tests.sort(key=lambda one: (FIRST not in one.path.parents, one.path))
    return found


def table() -> str:
    """The whole page as Markdown; an incident that no test tries says so."""
    tests = tried()
    rows = []
    for one in incidents():
        shown = (
            "<br>".join(f"[{test.name}](../{test.path.as_posix()})" for test in tests.get(one.number, ()))
            or "**nobody yet**"
        )
        cells = (str(one.number), one.what, one.cause, one.control, one.weaker, shown)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return HEAD + "\n".join(rows) + "\n"


def main() -> None:
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(table(), encoding="utf-8")
    else:
        sys.stdout.write(table())


if __name__ == "__main__":
    main()
