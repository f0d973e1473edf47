"""Set-up that dies or fails in the middle, or is done twice at once: the same command again ends as if nothing had been."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.setup.enrolling import enrol_machine, enrol_person, enrol_standby
from hub.setup.registry import LOCK, NameTaken, Registry, RegistryDamaged
from hub.setup.rostering import ChangedMeanwhile, changes, revoke, sign_next_roster
from sync import onlyone, wholefile
from sync.keys.certificate import Kind, parse
from sync.keys.lockbox import Cost
from sync.keys.party import Party, load_people, read_lists
from sync.onlyone import AnotherAtWork
from tests.hub.setup.quick import CONTRACTOR, NOW_MS, WORDS, registries
from tests.sync.crashing import at_once, killed_everywhere

posix = pytest.mark.skipif(os.name != "posix", reason="forks are POSIX's")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return registries(tmp_path)[0]


def person(registry: Registry, who: str, *roles: str) -> None:
    issuing = registry.unlock(WORDS)
    enrol_person(
        registry, issuing, who, "ためし 太郎", roles or ("worker",), f"{WORDS} {who}", now_ms=NOW_MS, cost=Cost.TRAINING
    )


def machine(registry: Registry, kind: Kind, home: Path) -> str:
    site = registry.terms.sites[0]
    return enrol_machine(registry, registry.unlock(WORDS), kind, home, site, now_ms=NOW_MS)


def issued(registry: Registry) -> list[tuple[str, str]]:
    return [(held.person, held.kind) for _, held in registry.certificates()]


@posix
@pytest.mark.parametrize("kind", ["hub", "terminal", "office"])
def test_a_machine_whose_enrolment_is_killed_anywhere_is_enrolled_once_by_the_same_command(
    registry: Registry, tmp_path: Path, kind: Kind
) -> None:
    home = tmp_path / "home"
    for _ in killed_everywhere(lambda: machine(registry, kind, home), 2_000):
        if not home.exists():
            machine(registry, kind, home)
        assert Party.load(home).certificate in [encoded for encoded, _ in registry.certificates()]
        assert [of for _, of in issued(registry)] == [kind], "a machine that nobody has"
        assert not wholefile.leftovers(home), "a key lies beside the home"
        shutil.rmtree(home)
        shutil.rmtree(registry.folder / "certificates")
    assert Party.load(home)


def test_a_home_that_gets_its_name_later_has_who_was_enrolled_and_revoked_meanwhile(
    registry: Registry, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    person(registry, "clerk-1")
    machine(registry, "hub", home)
    home.rename(tmp_path / ".home.0123456789abcdef.part")  # where a kill leaves it
    person(registry, "clerk-2")
    revoke(registry, CONTRACTOR, "clerk-1", "紛失", since_ms=NOW_MS, now_ms=NOW_MS)
    sign_next_roster(registry, CONTRACTOR, NOW_MS)
    machine(registry, "hub", home)
    assert [of for _, of in issued(registry)].count("hub") == 1
    assert {one.person for one in load_people(home)} == {"clerk-2"}
    assert set(read_lists(home)) == set(registry.lists())


@posix
def test_a_standby_hub_that_is_killed_anywhere_is_enrolled_once(registry: Registry, tmp_path: Path) -> None:
    home = tmp_path / "terminal"
    machine(registry, "terminal", home)
    known = registry.folder / "certificates"
    shutil.copytree(known, tmp_path / "known")

    def standby() -> str:
        return enrol_standby(registry, registry.unlock(WORDS), home, now_ms=NOW_MS)

    for _ in killed_everywhere(lambda: standby(), 2_000):
        if not (home / "standby").exists():
            assert standby() == "standby-1"
        assert issued(registry) == [("standby-1", "standby_hub"), ("terminal-1", "terminal")]
        assert Party.load(home / "standby") and not wholefile.leftovers(home / "standby")
        shutil.rmtree(home / "standby")
        shutil.rmtree(known)
        shutil.copytree(tmp_path / "known", known)


def failing_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full at the step-th time that something is to be on it, and from then on."""
    left, real = [step], os.fsync

    def fsync(descriptor: int) -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


def everywhere(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch, look: Callable[[], None]) -> int:
    """Do `work` on a disk that is full at its first step, then at its second, ..., and look each time; how often."""
    for step in range(1, 200):
        with monkeypatch.context() as patched:
            failing_at(step, patched)
            try:
                work()
            except OSError:
                pass
            else:
                return step
        look()
    raise AssertionError("it never ended")


@pytest.mark.parametrize("kind", ["hub", "terminal"])
def test_a_disk_that_is_full_at_any_moment_leaves_no_machine_behind_and_no_certificate(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    home = tmp_path / "home"

    def look() -> None:
        assert not home.exists() and not wholefile.leftovers(home) and issued(registry) == []

    assert everywhere(lambda: machine(registry, kind, home), monkeypatch, look) > 15
    assert len(issued(registry)) == 1


def test_a_certificate_whose_key_the_disk_would_not_give_up_stays_known(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be removed can be read one day: it must be possible to revoke it."""

    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(wholefile, "_take_name", refuse)
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(OSError):
            machine(registry, "hub", tmp_path / "home")
    assert issued(registry) == [("hub-1", "hub")]
    with pytest.raises(NameTaken):
        machine(registry, "hub", tmp_path / "elsewhere")
    assert machine(registry, "hub", tmp_path / "home") == "hub-1" and Party.load(tmp_path / "home").name == "hub-1"
    assert issued(registry) == [("hub-1", "hub")]


@posix
def test_a_manager_whose_enrolment_is_killed_anywhere_has_one_renewal_key_and_it_counts_with_them_alone(
    registry: Registry,
) -> None:
    site = registry.terms.sites[0]
    for _ in killed_everywhere(lambda: person(registry, "staff-1", "manager", "worker"), 2_000):
        enrolled = ("staff-1", "staff") in issued(registry)
        assert len(registry.renewals(site)) == enrolled, "a renewal key counts whose manager does not"
        if not enrolled:
            person(registry, "staff-1", "manager", "worker")
        assert sorted(issued(registry)) == [("staff-1", "issuer"), ("staff-1", "staff")]
        (renewal,) = registry.renewals(site)
        assert renewal.chain[0] in [encoded for encoded, _ in registry.certificates()]
        for left in ("certificates", "places"):
            shutil.rmtree(registry.folder / left)
        (registry.folder / "roster.draft").unlink()


@posix
def test_two_who_enrol_at_once_get_two_names_and_both_stand_on_the_next_roster(
    registry: Registry, tmp_path: Path
) -> None:
    assert at_once(
        lambda: machine(registry, "terminal", tmp_path / "a"),
        lambda: machine(registry, "terminal", tmp_path / "b"),
        lambda: person(registry, "staff-1"),
        lambda: person(registry, "staff-2"),
    ) == [0, 0, 0, 0]
    assert {Party.load(tmp_path / home).name for home in "ab"} == {"terminal-1", "terminal-2"}
    assert [member.person for member in changes(registry).added] == ["staff-1", "staff-2"]


@posix
def test_two_who_revoke_at_once_sign_two_lists_with_two_numbers_and_all_their_keys(
    registry: Registry, tmp_path: Path
) -> None:
    for who in ("staff-1", "staff-2", "staff-3"):
        person(registry, who)
    sign_next_roster(registry, CONTRACTOR, NOW_MS)

    def gone(who: str) -> Callable[[], object]:
        return lambda: revoke(registry, CONTRACTOR, who, "退職", since_ms=NOW_MS, now_ms=NOW_MS)

    assert at_once(gone("staff-1"), gone("staff-2"), gone("staff-2")) == [0, 0, 0]
    trust = registry.trust()
    revoked, roster = trust.revocations("contractor"), trust.roster("contractor")
    assert revoked is not None and roster is not None
    assert (revoked.number, sorted(one.person for one in revoked.revoked)) == (2, ["staff-1", "staff-2"])
    assert (roster.number, [member.person for member in roster.members]) == (3, ["staff-3"])
    assert len(registry.lists()) == 5, "one number was signed twice"


def test_while_another_command_writes_nothing_is_changed_and_it_is_said(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onlyone, "WAIT_S", 0)
    with registry.alone():
        before = sorted(registry.folder.rglob("*"))
        with pytest.raises(AnotherAtWork):
            person(registry, "staff-1")
        with pytest.raises(AnotherAtWork):
            machine(registry, "terminal", tmp_path / "terminal")
        with pytest.raises(AnotherAtWork):
            revoke(registry, CONTRACTOR, "staff-1", "退職", since_ms=NOW_MS, now_ms=NOW_MS)
        with pytest.raises(AnotherAtWork):
            sign_next_roster(registry, CONTRACTOR, NOW_MS)
        assert sorted(registry.folder.rglob("*")) == before and not (tmp_path / "terminal").exists()
    assert (registry.folder / LOCK).stat().st_mode & 0o077 == 0 or os.name != "posix"


def test_the_root_signs_no_roster_but_the_one_that_was_shown(registry: Registry) -> None:
    person(registry, "staff-1")
    shown = changes(registry)
    person(registry, "staff-2")
    with pytest.raises(ChangedMeanwhile):
        sign_next_roster(registry, CONTRACTOR, NOW_MS, shown)
    assert registry.lists() == []
    sign_next_roster(registry, CONTRACTOR, NOW_MS, changes(registry))


def test_whom_a_revocation_overtakes_is_certified_after_it(registry: Registry, tmp_path: Path) -> None:
    person(registry, "staff-1")
    issuing = registry.unlock(WORDS)
    revoke(registry, CONTRACTOR, "staff-1", "退職", since_ms=NOW_MS, now_ms=NOW_MS)
    enrol_machine(registry, issuing, "hub", tmp_path / "hub", registry.terms.sites[0], now_ms=NOW_MS)
    assert parse(Party.load(tmp_path / "hub").certificate).revocation == 1


def test_what_a_cut_off_write_left_in_the_registry_is_gone_after_the_next(registry: Registry) -> None:
    person(registry, "staff-1")
    left = registry.place(registry.terms.sites[0]) / "people" / ".staff-1.locked.0a0b0c0d.part"
    left.write_bytes(b"half a key")
    in_a_home = registry.folder / "homes" / "hub-1" / ".behind.msgpack.0a0b0c0d.part"
    in_a_home.parent.mkdir(parents=True)
    in_a_home.write_bytes(b"a hub that runs is writing this")
    person(registry, "staff-2")
    assert not left.exists() and in_a_home.exists()


@pytest.mark.skipif(os.name != "posix", reason="links and rights are POSIX's")
def test_a_list_that_cannot_be_read_stops_whoever_would_sign_its_number_again(registry: Registry) -> None:
    person(registry, "staff-1")
    sign_next_roster(registry, CONTRACTOR, NOW_MS)
    revoke(registry, CONTRACTOR, "staff-1", "退職", since_ms=NOW_MS, now_ms=NOW_MS)
    lists = sorted((registry.folder / "lists").iterdir())
    for spoil in (_link_to_nowhere, _link_to_itself, _folder, _no_bytes, _half):
        for file in lists:
            kept = file.read_bytes()
            spoil(file)
            for work in (
                lambda: person(registry, "staff-2"),
                lambda: revoke(registry, CONTRACTOR, "staff-1", "退職", since_ms=NOW_MS, now_ms=NOW_MS),
                lambda: sign_next_roster(registry, CONTRACTOR, NOW_MS),
            ):
                with pytest.raises(RegistryDamaged) as refused:
                    work()
                assert refused.value.data["path"] == str(file)
            shutil.rmtree(file) if file.is_dir() else file.unlink()
            file.write_bytes(kept)
    assert issued(registry) == [("staff-1", "staff")] and len(registry.lists()) == len(lists)


@pytest.mark.parametrize("name", ["issuing.locked", "deployment.agreement", "roster.draft", "certificates"])
def test_a_damaged_file_of_the_registry_is_named_and_nothing_is_changed(registry: Registry, name: str) -> None:
    person(registry, "staff-1")
    file = registry.folder / name
    if file.is_dir():
        (file,) = file.iterdir()
    for spoil in (_link_to_nowhere, _link_to_itself, _folder):
        kept = file.read_bytes()
        spoil(file)
        with pytest.raises(RegistryDamaged) as refused:
            person(Registry.open(registry.folder), "staff-2")
        assert refused.value.data["path"] == str(file)
        shutil.rmtree(file) if file.is_dir() else file.unlink()
        file.write_bytes(kept)
    assert issued(registry) == [("staff-1", "staff")]


def test_who_stands_on_the_signed_roster_is_struck_off_by_no_lost_draft(registry: Registry) -> None:
    person(registry, "staff-1")
    sign_next_roster(registry, CONTRACTOR, NOW_MS)
    (registry.folder / "roster.draft").unlink()
    person(registry, "staff-2")
    found = changes(registry)
    assert ([one.person for one in found.added], found.removed, found.changed) == (["staff-2"], (), ())


def _link_to_nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.with_name("nowhere"))


def _link_to_itself(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _no_bytes(file: Path) -> None:
    file.write_bytes(b"")


def _half(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
