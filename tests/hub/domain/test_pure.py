"""The rules come to the same events everywhere: no clock, no chance, no file, no network, no order of a hash table."""

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOMAIN = ROOT / "hub" / "domain"
MODULES = sorted(DOMAIN.rglob("*.py"))
BESIDE = {"refusal_table.py", "photo/table.py", "contracts/reading.py"}
"""What writes a page of the docs, and what finds the profiles that ship: no rules."""
RULES = [path for path in MODULES if path.relative_to(DOMAIN).as_posix() not in BESIDE]
MAY_IMPORT = {
    "__future__", "bisect", "collections", "datetime", "enum", "functools", "hashlib", "hub", "immutables", "msgspec",
    "operator", "calendar", "csv", "io", "jpholiday", "re", "typing", "typing_extensions", "unicodedata",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "hash", "id", "exec", "eval", "vars", "globals", "__import__"}
CLOCKS = {"now", "today", "utcnow", "fromtimestamp", "localtime", "time", "monotonic", "astimezone"}
CHANCE = {"time", "random", "secrets", "uuid", "os", "socket", "asyncio", "threading"}


def faults(source: str) -> list[str]:
    """What in a module's source reaches for a clock, for chance, or outside."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name.partition(".")[0] not in MAY_IMPORT]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            module = node.module or ""
            if module.partition(".")[0] not in MAY_IMPORT or (module.startswith("hub") and "hub.domain" not in module):
                found.append(module)
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS:
                found.append(node.func.id)
            if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                found.append(node.func.attr)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.append("global")
    return found


@cache
def faults_in(module: Path) -> list[str]:
    """Of a module's file, which several tests ask about."""
    return faults(module.read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", RULES, ids=lambda path: path.relative_to(DOMAIN).as_posix())
def test_a_rule_reads_no_clock_draws_nothing_and_touches_nothing_outside(module: Path) -> None:
    assert faults_in(module) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(DOMAIN).as_posix())
def test_no_module_of_the_domain_knows_the_time_or_chance(module: Path) -> None:
    """Also those beside the rules, which may read a profile's file, but never a clock."""
    assert not set(faults_in(module)) & (CHANCE | CLOCKS)


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from random import random",
        "import os.path",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
        "hash('a')",
        "open('x')",
        "from hub.site import clock",
        "def f():\n    global state\n    state = 1",
    ],
)
def test_the_scan_sees_what_it_is_for(source: str) -> None:
    assert faults(source)


DAY = """
import hashlib
from hub.domain.codec import encode_booth
from tests.hub.domain.booths import OFFICER, Site
site = Site("chiba")
for _ in range(2):
    for method in site.profile.methods:
        site.whole_visit(method.id)
site.seal()
site.close()
site.do(site.acceptance(site.offer(), identity_copy=-1, other_forms=1), OFFICER)
events = b"".join(entry.events for entry in site.entries)
print(hashlib.sha256(events + encode_booth(site.booth)).hexdigest())
"""


def test_a_day_is_the_same_bytes_whatever_the_order_of_hash_tables() -> None:
    digests = set()
    for seed in ("0", "1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", DAY]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1
