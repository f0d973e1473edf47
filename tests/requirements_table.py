"""docs/requirements.md: each requirement of the five specifications, and the tests that show how it is met, or why not.

python -m tests.requirements_table [FILE]      writes FILE, or prints

A test says which requirement it shows by the requirement's id, in its docstring or in a comment inside it. What is not
met, or not wholly, stands in docs/requirements-open.tsv with what is missing; a row that stands in neither is a fault.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
ROWS = ROOT / "docs" / "requirements.tsv"
OPEN = ROOT / "docs" / "requirements-open.tsv"
PAGE = ROOT / "docs" / "requirements.md"

ID = re.compile(r"(?<![A-Z0-9-])(?:AOMO|CHIB|KOGA|NAGA|NIIG)-T?[0-9]+(?:\.[0-9]+)?-[0-9]{2}(?![0-9])")
PARTLY, NOT_YET, OUT, MET = "partly", "not yet", "out", "met"
SHORT = {MET: "met", PARTLY: "partly", NOT_YET: "**not yet**", OUT: "out of scope"}
CITIES = {"koganei": "小金井市", "chiba": "千葉市", "niigata": "新潟市", "aomori": "青森市", "nagaoka": "長岡市"}


class Requirement(NamedTuple):
    id: str
    specification: str
    clause: str
    requirement: str
    scope: str
    """core, supporting, or out: not Demado's to do."""


class Gap(NamedTuple):
    id: str
    state: str
    why: str


class Shown(NamedTuple):
    """A test that names a requirement."""

    path: Path
    name: str
    line: int


def read(path: Path) -> list[list[str]]:
    """The rows of a tab-separated file below its heading."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


def requirements() -> list[Requirement]:
    return [Requirement(*row) for row in read(ROWS)]


def gaps() -> dict[str, Gap]:
    return {row[0]: Gap(*row) for row in read(OPEN)}


def named() -> dict[str, list[Shown]]:
    """Requirement to the tests that name it; ids outside a test function count for nothing."""
    found: dict[str, list[Shown]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if not ID.search(text):
            continue
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for id_ in dict.fromkeys(ID.findall("\n".join(lines[node.lineno - 1 : node.end_lineno]))):
                    found.setdefault(id_, []).append(Shown(path.relative_to(ROOT), node.name, node.lineno))
    return found


def state(row: Requirement, open_: dict[str, Gap], tests: dict[str, list[Shown]]) -> str:
    """met, partly, not yet or out; ValueError where the two files and the tests contradict each other."""
    gap = open_.get(row.id)
    if gap is None:
        if tests.get(row.id):
            return MET
        if row.scope == OUT:
            return OUT
        raise ValueError(f"{row.id}: no test names it and requirements-open.tsv does not say why")
    if gap.state not in (PARTLY, NOT_YET) or not gap.why.strip():
        raise ValueError(f"{row.id}: {gap.state!r} is no state, or nothing says what is missing")
    if (gap.state == NOT_YET) == bool(tests.get(row.id)):
        raise ValueError(f"{row.id}: {gap.state}, and {len(tests.get(row.id, ()))} tests name it")
    return gap.state


def table() -> str:
    """The whole page as Markdown."""
    rows, open_, tests = requirements(), gaps(), named()
    states = {row.id: state(row, open_, tests) for row in rows}
    parts = [_head(rows, states)]
    for city, ja in CITIES.items():
        parts.append(f"\n## {ja}\n\n| id | clause | requirement | scope | state | shown by | missing |\n|" + "---|" * 7)
        for row in (row for row in rows if row.specification == city):
            shown = "<br>".join(f"[{one.name}](../{one.path})" for one in sorted(tests.get(row.id, ())))
            missing = open_[row.id].why if row.id in open_ else ""
            cells = (row.id, row.clause, row.requirement, row.scope, SHORT[states[row.id]], shown, missing)
            parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(parts) + "\n"


def _head(rows: list[Requirement], states: dict[str, str]) -> str:
    counts = ["| scope | rows | met | partly | not yet | out of scope |\n|" + "---|" * 6]
    for scope in ("core", "supporting", "out"):
        of = [states[row.id] for row in rows if row.scope == scope]
        counts.append(f"| {scope} | {len(of)} | " + " | ".join(str(of.count(s)) for s in SHORT) + " |")
    return (
        "# Requirements\n\nWhat the five specifications ask, and which tests show that it is so. *Met* is never said"
        " without a test; *partly* says what is missing. Scope is how much of a requirement a program at the booth can"
        " carry at all: `core`, `supporting`, or `out`.\n\nWritten by `python -m tests.requirements_table"
        " docs/requirements.md` from `requirements.tsv` (the rows), `requirements-open.tsv` (what is missing) and the"
        " tests, which name ids of requirements; do not edit by hand.\n\n" + "\n".join(counts) + "\n"
    )


def main() -> None:
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(table(), encoding="utf-8")
    else:
        sys.stdout.write(table())


if __name__ == "__main__":
    main()
