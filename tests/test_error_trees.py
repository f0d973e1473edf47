"""The trees of errors that are drawn in docstrings: every class of the module at its place, and none that is not there."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BRANCH = re.compile(r"^((?:│   |    )*)[├└]── (.+)$")


def _drawn(file: Path) -> str:
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return text if "└── " in text else ""


DRAWN_FLAT = {("ReplayError", "NoProfile")}
"""It is an UnknownRules, too: who has not the profile has not the rules under which the entry was made."""

TREES = [
    file.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for room in ("sync", "drivers", "hub", "tui")
    for file in sorted((ROOT / room).rglob("*.py"))
    if _drawn(file)
]


def _places(drawn: str) -> Iterator[tuple[str, str]]:
    """Parent and name of each class in a drawing."""
    above: list[str] = []
    last = ""
    for row in drawn.splitlines():
        found = BRANCH.match(row)
        if found is None:
            last = row.split(" ")[0]
            continue
        if not above:
            above = [last]
        del above[1 + len(found[1]) // 4 :]
        names = []
        for word in re.split(r"\s{2,}", found[2]):  # what comes after the names is said of them
            if not re.fullmatch(r"[A-Z][A-Za-z]*", word):
                break
            names.append(word)
        yield from ((above[-1], name) for name in names)
        above += names[:1]


def test_trees_are_found() -> None:
    assert len(TREES) >= 8
    assert list(_places("Root\n├── A  B   said\n│   └── C  said\n└── D   said")) == [
        ("Root", "A"),
        ("Root", "B"),
        ("A", "C"),
        ("Root", "D"),
    ]


@pytest.mark.parametrize("name", TREES)
def test_a_drawn_tree_of_errors_is_the_classes_own(name: str) -> None:
    module = importlib.import_module(name)
    places = list(_places(module.__doc__ or ""))
    for parent, child in places:
        kind, above = getattr(module, child), getattr(module, parent)
        assert above in kind.__bases__ or ((parent, child) in DRAWN_FLAT and issubclass(kind, above)), (parent, child)
    root = getattr(module, places[0][0])
    own = {
        kind.__name__
        for kind in vars(module).values()
        if isinstance(kind, type) and kind is not root and issubclass(kind, root) and kind.__module__ == name
    }
    assert own == {child for _, child in places}
