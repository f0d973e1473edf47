"""A terminal that may become the hub keeps the staff's locked keys, and nothing that a dishonest hub makes up."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.client.standby import FOLDER, keep_people
from sync.certificate import Kind
from sync.lockbox import Cost, lock
from sync.party import LockedPerson, load_people
from tests.records import World

WORLD = World()
STRANGERS = World(seed="strangers")
SECRET = b"s" * 32


def locked(person: str, world: World = WORLD, *, name: str | None = None, kind: Kind = "staff") -> LockedPerson:
    certificate = world.certify(person, kind, "contractor", ("worker",) if kind == "staff" else ())
    box = lock(world.signer(person).seed, "umi kaze tsukue", SECRET, cost=Cost.TRAINING)
    chain = [certificate, world.issuers["contractor"]]
    return LockedPerson(person if name is None else name, person, ("worker",), certificate, chain, box)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "terminal-1"
    (made / FOLDER).mkdir(parents=True)
    return made


def test_staff_whom_the_roots_prove_are_kept(home: Path) -> None:
    people = [locked("staff-1"), locked("staff-2")]
    keep_people(home, people, WORLD.trust())
    assert load_people(home / FOLDER) == people


@pytest.mark.parametrize(
    "made_up",
    [
        locked("staff-1", name="../../renewal"),
        locked("staff-1", name="staff-2"),
        locked("../../renewal"),
        locked("staff-1", STRANGERS),
        locked("terminal-1", kind="terminal"),
    ],
    ids=["a path for a name", "another's name", "a path that an issuer signed", "foreign roots", "no person"],
)
def test_whom_nothing_proves_becomes_no_file_anywhere(home: Path, made_up: LockedPerson) -> None:
    before = sorted(home.parent.rglob("*"))
    keep_people(home, [made_up], WORLD.trust())
    assert [path for path in sorted(home.parent.rglob("*")) if path not in before and path.is_file()] == []


def test_a_disk_that_takes_nothing_stops_no_terminal(home: Path) -> None:
    (home / FOLDER / "people").write_text("a file where the folder must be: no right of any user helps")
    keep_people(home, [locked("staff-1")], WORLD.trust())
    assert load_people(home / FOLDER) == []


def test_a_terminal_without_a_standby_certificate_keeps_nobody(tmp_path: Path) -> None:
    keep_people(tmp_path, [locked("staff-1")], WORLD.trust())
    assert list(tmp_path.iterdir()) == []
