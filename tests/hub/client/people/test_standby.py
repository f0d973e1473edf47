"""A terminal that may become the hub keeps the staff's locked keys, and nothing that a dishonest hub makes up."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from hub.client.people.standby import FOLDER, keep_people
from hub.domain.people.newkey import KeySucceeded, Successions, evolve
from sync.keys.certificate import Kind, certificate_id, parse
from sync.keys.lockbox import Cost, lock
from sync.keys.party import LockedPerson, load_people
from tests import lists
from tests.records import MORNING_MS, World

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
        locked("..\\..\\renewal"),
        locked("C:renewal"),
        locked(".staff-1"),
        locked(""),
        locked("staff-1", STRANGERS),
        locked("terminal-1", kind="terminal"),
    ],
    ids=[
        "a path for a name",
        "another's name",
        "a path that an issuer signed",
        "a path of Windows",
        "a drive of Windows",
        "a hidden file",
        "no name",
        "foreign roots",
        "no person",
    ],
)
def test_whom_nothing_proves_becomes_no_file_anywhere(home: Path, made_up: LockedPerson) -> None:
    before = sorted(home.parent.rglob("*"))
    keep_people(home, [made_up], WORLD.trust())
    assert [path for path in sorted(home.parent.rglob("*")) if path not in before and path.is_file()] == []


def test_a_disk_that_takes_nothing_stops_no_terminal(home: Path) -> None:
    (home / FOLDER / "people").write_text("a file where the folder must be: no right of any user helps")
    keep_people(home, [locked("staff-1")], WORLD.trust())
    assert load_people(home / FOLDER) == []


def test_a_damaged_key_of_one_person_leaves_the_others_and_comes_again(home: Path) -> None:
    people = [locked("staff-1"), locked("staff-2")]
    keep_people(home, people, WORLD.trust())
    (home / FOLDER / "people" / "staff-1.locked").write_bytes(b"")
    assert load_people(home / FOLDER) == people[1:]
    keep_people(home, people, WORLD.trust())
    assert load_people(home / FOLDER) == people


def test_a_terminal_without_a_standby_certificate_keeps_nobody(tmp_path: Path) -> None:
    keep_people(tmp_path, [locked("staff-1")], WORLD.trust())
    assert list(tmp_path.iterdir()) == []


def changed(person: str, seed: str) -> LockedPerson:
    """The person with another key, certified by the same issuer: genuine as far as any certificate says."""
    signer = WORLD.signer(seed)
    certificate = WORLD.certify(person, "staff", "contractor", ("worker",), subject=signer.public)
    box = lock(signer.seed, "umi kaze tsukue", SECRET, cost=Cost.TRAINING)
    return LockedPerson(person, person, ("worker",), certificate, [certificate, WORLD.issuers["contractor"]], box)


def test_junk_for_a_key_that_is_held_is_told_at_once_and_the_old_one_stays(home: Path) -> None:
    keep_people(home, [locked("staff-1"), locked("staff-2")], WORLD.trust())
    before = load_people(home / FOLDER)
    junk = msgspec.structs.replace(before[0], locked=b"junk" * 20)
    told = keep_people(home, [junk, before[1]], WORLD.trust())
    assert told is not None and told.data["people"] == "staff-1" and told.code == "standby.junk_key"
    assert load_people(home / FOLDER) == before
    assert keep_people(home, before, WORLD.trust()) is None


def test_a_genuine_certificate_with_a_junk_key_replaces_no_key_that_still_counts(home: Path) -> None:
    keep_people(home, [locked("staff-1")], WORLD.trust())
    before = load_people(home / FOLDER)
    other = changed("staff-1", "another key")
    told = keep_people(home, [msgspec.structs.replace(other, locked=b"junk" * 20)], WORLD.trust())
    assert told is not None
    assert load_people(home / FOLDER) == before


def test_a_key_that_took_the_old_ones_place_in_the_record_is_kept_and_so_is_a_renewed_certificate(home: Path) -> None:
    old = locked("staff-1")
    keep_people(home, [old], WORLD.trust())
    renewed = msgspec.structs.replace(
        old, certificate=WORLD.certify("staff-1", "staff", "contractor", ("worker",), not_after_ms=MORNING_MS + 2)
    )
    assert keep_people(home, [renewed], WORLD.trust()) is None
    assert load_people(home / FOLDER) == [renewed]
    other = changed("staff-1", "another key")
    new, file = parse(other.certificate).subject, sha256(other.encode()).digest()
    succeeded = KeySucceeded(
        "staff-1", parse(old.certificate).subject, new, certificate_id(other.certificate), file, False, 0, "staff-1"
    )
    assert keep_people(home, [other], WORLD.trust(), evolve(Successions(), succeeded, 0)) is None
    assert load_people(home / FOLDER) == [other]


def known(old: LockedPerson, new: LockedPerson, file: LockedPerson) -> Successions:
    """What the record says of a person's keys: one in another's place, and the locked file that the hub keeps of it."""
    keys = (parse(one.certificate).subject for one in (old, new))
    said = KeySucceeded(
        "staff-1", *keys, certificate_id(file.certificate), sha256(file.encode()).digest(), False, 0, "staff-1"
    )
    return evolve(Successions(), said, 0)


def test_a_terminal_that_missed_a_change_keeps_the_file_that_the_record_names(home: Path) -> None:
    first, last = locked("staff-1"), changed("staff-1", "third key")
    keep_people(home, [first], WORLD.trust())
    keys = known(changed("staff-1", "second key"), last, last)
    other = changed("staff-1", "fourth key")
    assert keep_people(home, [other], WORLD.trust(), keys) is not None
    assert keep_people(home, [last], WORLD.trust(), keys) is None
    assert load_people(home / FOLDER) == [last]


def test_a_key_whose_predecessor_the_record_has_replaced_is_kept_though_its_file_was_renewed_since(home: Path) -> None:
    first, last = locked("staff-1"), changed("staff-1", "another key")
    keep_people(home, [first], WORLD.trust())
    renewed = changed("staff-1", "another key")  # locked anew: other bytes than the entry's file
    assert keep_people(home, [renewed], WORLD.trust(), known(first, last, last)) is None
    assert load_people(home / FOLDER) == [renewed]


def test_a_key_that_a_root_has_listed_takes_the_place_of_any_other_and_no_other_does(home: Path) -> None:
    keep_people(home, [locked("staff-1")], WORLD.trust())
    listed = changed("staff-1", "listed key")
    trust = WORLD.trust()
    trust.add_list(lists.roster(WORLD, 1, {"staff-1": ("worker",)}, {"staff-1": WORLD.signer("listed key")}))
    assert keep_people(home, [changed("staff-1", "another key")], trust) is not None
    assert keep_people(home, [listed], trust) is None
    assert load_people(home / FOLDER) == [listed]


def test_a_revoked_key_gives_way_to_the_next_one(home: Path) -> None:
    keep_people(home, [locked("staff-1")], WORLD.trust())
    trust, other = WORLD.trust(), changed("staff-1", "another key")
    trust.add_list(lists.revocations(WORLD, 1, "staff-2"))
    assert keep_people(home, [other], trust) is not None
    trust.add_list(lists.revocations(WORLD, 2, "staff-1"))
    assert keep_people(home, [other], trust) is None
    assert load_people(home / FOLDER) == [other]
