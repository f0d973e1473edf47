"""A passphrase that is changed while the disk fails, or the power goes: one of the two opens, and no key is lost."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hub.client.people import unlocking
from hub.client.people.unlocking import KeyNotKept, Keyring
from sync.keys import renewalkey
from sync.keys.lockbox import Cost, WrongPassphrase, lock
from sync.keys.party import LockedPerson, load_people, person_file
from sync.keys.renewalkey import PENDING, RenewalKey, load_renewals, save_renewals
from tests.records import World

WORLD = World()
SECRET = b"s" * 32
OLD, NEW = "umi kaze tsukue", "yama kawa mado"


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    (tmp_path / "secret").write_bytes(SECRET)
    return Keyring(tmp_path)


def renewal() -> RenewalKey:
    manager = WORLD.manager
    return RenewalKey(manager.person, manager.signer, (manager.certificate,))


def kept(home: Path) -> LockedPerson:
    officer = WORLD.officers[0]
    box = lock(officer.signer.seed, OLD, SECRET, cost=Cost.TRAINING)
    who = LockedPerson(officer.person, "市民 課子", officer.roles, officer.certificate, officer.chain, box)
    who.save(home)
    return who


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_change_that_is_cut_off_anywhere_leaves_a_renewal_key_that_the_right_passphrase_opens(
    ring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_renewals(tmp_path, [renewal().lock(OLD, SECRET, cost=Cost.TRAINING)])
    ring.prepare(renewal(), NEW, Cost.TRAINING)
    assert (tmp_path / PENDING).stat().st_mode & 0o077 == 0
    person = WORLD.manager.person
    assert ring.renewal(person, OLD).signer.seed == renewal().signer.seed  # the hub has made no entry yet
    with monkeypatch.context() as patched:
        patched.setattr(renewalkey, "write_whole", full)
        ring.relock(WORLD.manager.person)
        assert ring.renewal(person, NEW).signer.seed == renewal().signer.seed
    assert ring.renewal(person, NEW).signer.seed == renewal().signer.seed  # and takes its place
    assert not (tmp_path / PENDING).exists()
    with pytest.raises(WrongPassphrase):
        ring.renewal(person, OLD)


def test_a_change_that_the_hub_refuses_leaves_the_earlier_passphrase_alone(ring: Keyring, tmp_path: Path) -> None:
    save_renewals(tmp_path, [renewal().lock(OLD, SECRET, cost=Cost.TRAINING)])
    before = load_renewals(tmp_path)
    ring.prepare(renewal(), NEW, Cost.TRAINING)
    ring.leave(WORLD.manager.person)
    assert not (tmp_path / PENDING).exists() and load_renewals(tmp_path) == before


def test_a_full_disk_is_said_before_anything_is_changed(
    ring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = kept(tmp_path)
    monkeypatch.setattr(renewalkey, "write_whole", full)
    monkeypatch.setattr(unlocking, "replace_secret", full)
    with pytest.raises(KeyNotKept):
        ring.prepare(renewal(), NEW, Cost.TRAINING)
    with pytest.raises(KeyNotKept):
        ring.change(who, OLD, NEW, Cost.TRAINING)
    assert load_people(tmp_path) == [who] and ring.unlock(who, OLD).person == who.person


def test_a_fault_after_the_new_key_is_in_its_place_does_not_call_it_unchanged(
    ring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, real = kept(tmp_path), unlocking.replace_secret

    def late(path: Path, data: bytes) -> None:
        real(path, data)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(unlocking, "replace_secret", late)
    changed = ring.change(who, OLD, NEW, Cost.TRAINING)
    assert msgspec.msgpack.decode(person_file(tmp_path, who.person).read_bytes(), type=LockedPerson) == changed
    assert ring.unlock(changed, NEW).person == who.person


def test_two_managers_changes_at_one_terminal_leave_each_other_their_keys(ring: Keyring, tmp_path: Path) -> None:
    first, second = renewal(), RenewalKey("manager-2", WORLD.clerks[0].signer, (WORLD.manager.certificate,))
    save_renewals(tmp_path, [one.lock(OLD, SECRET, cost=Cost.TRAINING) for one in (first, second)])
    for ends in (ring.leave, ring.relock):
        ring.prepare(first, NEW, Cost.TRAINING)  # the line is cut: whether the hub has made an entry is not known
        ring.prepare(second, NEW, Cost.TRAINING)
        ends(second.person)
        assert ring.renewal(first.person, NEW).signer.seed == first.signer.seed
        assert not (tmp_path / PENDING).exists()
        save_renewals(tmp_path, [first.lock(OLD, SECRET, cost=Cost.TRAINING)])
    assert ring.renewal(second.person, NEW).signer.seed == second.signer.seed


def test_a_prepared_key_that_cannot_be_read_now_is_not_thrown_away(
    ring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_renewals(tmp_path, [renewal().lock(OLD, SECRET, cost=Cost.TRAINING)])
    ring.prepare(renewal(), NEW, Cost.TRAINING)
    real = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == PENDING:
            raise PermissionError(13, "Permission denied")
        return real(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", refused)
        ring.relock(WORLD.manager.person)
    assert ring.renewal(WORLD.manager.person, NEW).signer.seed == renewal().signer.seed
