"""A terminal with a standby certificate becomes the hub by the word of two people, and the record goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
from pathlib import Path

import msgspec
import pytest

from hub.audit.exporting import bundle_of
from hub.audit.verify import load, verify
from hub.domain import codec
from hub.domain.continuity import continuity
from hub.domain.moment import MANAGER_ROLES, Context, iso_date
from hub.listentries import roster_entry
from hub.replay.faults import ReplayError, WrongEpoch
from hub.replay.replay import Replay
from hub.site.continuity import succeeded
from hub.site.continuity.continuation import signed_by
from hub.site.continuity.copies import epoch_of, read_copy
from hub.site.continuity.recovery import recover
from hub.site.continuity.takeover import (
    HUB,
    STANDBY,
    Apart,
    NoStandby,
    NotConfirmed,
    StandbyOutsideTime,
    TakeOverDraft,
    is_hub,
)
from hub.succession import LENGTH, NotASuccession, Succession, read_succession
from sync.keys.certificate import Certificate, issue
from sync.keys.keys import Signer
from sync.keys.party import Party, Person, write_list
from sync.keys.trust import KeyRevoked, TrustStore
from sync.record.bundle import encode_bundle
from sync.record.checkpoint import CosignedCheckpoint
from sync.record.entry import Entry, decode_entry, encode_entry
from sync.record.reader import open_readonly
from sync.record.store import RecordStore
from sync.vault.sealing import field_key, new_key, open_as_person, seal_to_person
from sync.vault.vault import FILE as VAULT
from sync.vault.vault import Vault
from sync.wholefile import WouldOverwrite
from tests import lists
from tests.hub.audit.bundles import line
from tests.records import MORNING_MS, YEAR_MS, RecordMaker, World
from tests.second_reader import read
from tests.sync.crashing import killed_everywhere

WORLD = World()
SECOND = WORLD.clerks[0]


class Booth:
    """A terminal's home with a copy of a record, and a hub's home in waiting."""

    def __init__(self, folder: Path, *, tickets: int = 2) -> None:
        self.home = folder / "terminal-1"
        self.maker = RecordMaker(WORLD)
        self.maker.open()
        for _ in range(tickets):
            self.maker.no_show()
        WORLD.save_home(WORLD.machine("terminal-1", "terminal", "contractor"), self.home)
        WORLD.save_home(WORLD.machine("standby-1", "standby_hub", "contractor"), self.home / STANDBY)

    @property
    def now_ms(self) -> int:
        return self.maker.now_ms + 60_000

    async def keep(self, home: Path, size: int | None = None) -> None:
        await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
        async with await RecordStore.open(home / "replica.sqlite", origin=WORLD.deployment.origin) as store:
            await self.maker.add(store, size)

    async def draft(self, size: int | None = None) -> TakeOverDraft:
        await self.keep(self.home, size)
        return await TakeOverDraft.open(self.home, [], self.now_ms)

    async def taken(self) -> list[bytes]:
        """The record after a take-over that the manager and a clerk have confirmed."""
        draft = await self.draft()
        draft.sign(WORLD.manager)
        draft.sign(SECOND)
        await draft.finish(self.now_ms)
        return await entries_of(self.home / HUB)


async def entries_of(home: Path) -> list[bytes]:
    async with await open_readonly(home / "record.sqlite") as reader:
        return [body async for body in reader]


@pytest.fixture
def booth(tmp_path: Path) -> Booth:
    return Booth(tmp_path)


async def test_the_record_goes_on_under_the_next_epoch_and_names_its_hub_and_both_people(booth: Booth) -> None:
    # NAGA-8.1-01
    found = await booth.taken()
    size = booth.maker.size
    assert found[:size] == booth.maker.entries
    assert [decode_entry(body).epoch for body in found[size:]] == [2] * LENGTH
    (event,) = codec.decode_events(bytes(decode_entry(found[-1]).events))
    assert isinstance(event, continuity.TakenOver)
    assert (event.epoch, event.hub, event.size) == (2, "standby-1", size)
    assert event.hub_key == WORLD.signer("standby-1").public
    assert set(event.confirmed_by) == {WORLD.manager.person, SECOND.person}


async def test_what_the_city_had_witnessed_of_the_dead_hubs_record_comes_along(booth: Booth) -> None:
    size = booth.maker.size - 1
    note = booth.maker.note(size)
    await booth.keep(booth.home)
    async with await RecordStore.open(booth.home / "replica.sqlite", origin=WORLD.deployment.origin) as store:
        await store.put_certificates([WORLD.desk.certificate, WORLD.hub.certificate])
        await store.put_cosigned([CosignedCheckpoint(note, (line(WORLD, note, WORLD.desk),))])
    await booth.taken()
    report = await asyncio.to_thread(verify, booth.home / HUB / "record.sqlite")
    assert report.holds and report.city_witnessed == size < report.attested, report.problems


async def test_the_keys_of_peoples_data_come_along_and_open_for_the_same_manager(booth: Booth) -> None:
    secret, key, manager = new_key(), new_key(), WORLD.manager.signer
    await asyncio.to_thread(booth.home.mkdir, parents=True, exist_ok=True)
    with Vault(booth.home.parent / "hub.sqlite") as dead, Vault(booth.home / VAULT) as kept:
        dead.unlock(secret, {manager.public: seal_to_person(secret, manager.public, WORLD.deployment.origin)})
        dead.adopt("reservation/R-1", key)
        kept.mirror(dead.copy())
        kept.destroy("reservation/R-0")
    await booth.taken()
    with contextlib.closing(sqlite3.connect(booth.home / HUB / VAULT)) as file:
        # Carried over once, by its meaning: a copy of the file would bring what was destroyed there along.
        assert file.execute("SELECT subject FROM key").fetchall() == [("reservation/R-1",)]
    with Vault(booth.home / HUB / VAULT) as taken:
        assert taken.locked and taken.subjects() == ["reservation/R-1"]
        taken.unlock(open_as_person(taken.holders()[manager.public], manager, WORLD.deployment.origin))
        assert taken.field_key("reservation/R-1", "kana") == field_key(key, "reservation/R-1", "kana")


async def test_a_damaged_copy_of_the_keys_stops_no_take_over_and_goes_along_as_it_lies(booth: Booth) -> None:
    spoilt = b"\xc1 not a vault" * 300
    (booth.home / VAULT).write_bytes(spoilt)
    draft = await booth.draft()
    for person in (WORLD.manager, SECOND):
        draft.sign(person)
    folder, _ = await draft.finish(booth.now_ms)
    assert "vault.damaged" in draft.keys_lost
    # A hub that finds no file would make a fresh vault, and every terminal's copy of the old one would follow it.
    assert (folder / VAULT).read_bytes() == spoilt == (booth.home / VAULT).read_bytes()


@pytest.mark.parametrize("file", ["deployment.msgpack", "key.seed", "certificate"])
async def test_a_damaged_home_in_waiting_is_named(booth: Booth, file: str) -> None:
    (booth.home / STANDBY / file).write_bytes(b"")
    with pytest.raises(NoStandby, match=file):
        await booth.draft()


async def test_a_terminal_that_was_the_hub_once_becomes_it_again_after_another_and_the_old_one_is_kept(
    tmp_path: Path,
) -> None:
    booth = Booth(tmp_path)
    second = tmp_path / "terminal-2"
    WORLD.save_home(WORLD.machine("terminal-2", "terminal", "contractor"), second)
    WORLD.save_home(WORLD.machine("standby-2", "standby_hub", "contractor"), second / STANDBY)
    first = booth.home / HUB
    await booth.keep(booth.home)
    await booth.keep(second)
    at_ms = booth.now_ms

    async def taken(home: Path, *sources: Path) -> TakeOverDraft:
        nonlocal at_ms
        at_ms += 60_000
        copies = [await read_copy(one, WORLD.deployment.origin) for one in sources]
        draft = await TakeOverDraft.open(home, copies, at_ms)
        for person in (WORLD.manager, SECOND):
            draft.sign(person)
        await draft.finish(at_ms)
        return draft

    assert not await is_hub(booth.home, [])
    await taken(booth.home)
    assert await is_hub(booth.home, []) and await is_hub(booth.home, [second])
    with pytest.raises(WouldOverwrite):
        await taken(booth.home)  # nobody has succeeded it
    await taken(second, first)
    before = await asyncio.to_thread((first / "record.sqlite").read_bytes)
    assert not await is_hub(booth.home, [second / HUB])
    draft = await taken(booth.home, second / HUB)
    assert draft.deposed == booth.home / "evidence" / "hub-epoch-2"
    assert await asyncio.to_thread((draft.deposed / "record.sqlite").read_bytes) == before
    assert await epoch_of(first, WORLD.deployment.origin) == 4
    assert await is_hub(booth.home, [second / HUB])


async def test_a_hub_that_was_shown_its_successor_is_none_and_takes_over_from_the_successors_record_alone(
    tmp_path: Path,
) -> None:
    booth = Booth(tmp_path)
    found = await booth.taken()
    second = tmp_path / "terminal-2"
    WORLD.save_home(WORLD.machine("terminal-2", "terminal", "contractor"), second)
    WORLD.save_home(WORLD.machine("standby-2", "standby_hub", "contractor"), second / STANDBY)
    first = booth.home / HUB
    await asyncio.to_thread(shutil.copy, first / "record.sqlite", second / "replica.sqlite")
    draft = await TakeOverDraft.open(second, [], booth.now_ms + 60_000)
    for person in (WORLD.manager, SECOND):
        draft.sign(person)
    await draft.finish(booth.now_ms + 60_000)
    proof = (await entries_of(second / HUB))[-LENGTH:]
    made = Succession(
        3, "standby-2", WORLD.signer("standby-2").public, len(found), bytes(32), ("staff-1", "staff-2"), 0
    )
    assert await is_hub(booth.home, [])
    succeeded.Succeeded(made, proof, [], "terminal-2", 0).save(first)
    assert not await is_hub(booth.home, [])
    with pytest.raises(succeeded.HubSucceeded):
        await TakeOverDraft.open(booth.home, [], booth.now_ms)
    newer = await read_copy(second / HUB, WORLD.deployment.origin)

    async def again() -> None:
        draft = await TakeOverDraft.open(booth.home, [newer], booth.now_ms + 120_000)
        for person in (WORLD.manager, SECOND):
            draft.sign(person)
        await draft.finish(booth.now_ms + 120_000)

    kept = booth.home / "evidence" / "hub-epoch-2"
    await asyncio.to_thread(kept.mkdir, parents=True)
    await asyncio.to_thread((kept / "record.sqlite").write_bytes, b"of an earlier one")
    with pytest.raises(WouldOverwrite):
        await again()
    assert await entries_of(first) == found, "it lies where it lay"
    await asyncio.to_thread(shutil.rmtree, kept)
    await again()
    assert await is_hub(booth.home, [second / HUB]) and await entries_of(kept) == found


async def test_anybody_with_the_files_verifies_both_epochs(booth: Booth) -> None:
    await booth.taken()
    report = await asyncio.to_thread(verify, booth.home / HUB)
    assert report.holds, report.problems
    assert report.attested == booth.maker.size + LENGTH
    assert report.hub == WORLD.signer("standby-1").public.hex()
    data = b"".join(encode_bundle(bundle_of(await asyncio.to_thread(load, booth.home / HUB))))
    seen = read(data, WORLD.deployment.contractor_root, WORLD.deployment.city_root)  # the reader that shares no code
    assert (seen["size"], seen["root"], seen["attested"]) == (report.size, report.root, report.attested)


async def test_three_entries_alone_prove_the_succession(booth: Booth) -> None:
    found = await booth.taken()
    trust = WORLD.trust()
    chains = [*WORLD.manager.chain, *SECOND.chain, WORLD.certify("standby-1", "standby_hub", "contractor")]
    made = read_succession(found[-LENGTH:], WORLD.deployment, trust, chains)
    assert (made.epoch, made.size, made.hub) == (2, booth.maker.size, "standby-1")
    for wrong in (found[-LENGTH:-1], found[-LENGTH - 1 : -1], [found[-3], found[-3], found[-1]], found[-3:][::-1]):
        with pytest.raises(NotASuccession):
            read_succession(wrong, WORLD.deployment, trust, chains)


async def test_who_manages_in_the_proof_is_the_contracts_to_say(booth: Booth) -> None:
    proof = (await booth.taken())[-LENGTH:]
    chains = [*WORLD.manager.chain, *SECOND.chain, WORLD.certify("standby-1", "standby_hub", "contractor")]
    for managing in (WORLD.profile.managing, frozenset(WORLD.manager.roles)):
        assert read_succession(proof, WORLD.deployment, WORLD.trust(), chains, managing=managing).epoch == 2
    with pytest.raises(NotASuccession):
        read_succession(proof, WORLD.deployment, WORLD.trust(), chains, managing=frozenset({"deputy"}))


async def test_numbers_go_on_behind_a_whole_unused_hundred(booth: Booth) -> None:
    draft = await booth.draft()
    draft.sign(WORLD.manager)
    draft.sign(SECOND)
    _, numbers = await draft.finish(booth.now_ms)
    prefix = WORLD.profile.lanes[0].prefix
    today = next(one for one in numbers if one.prefix == prefix and one.date == iso_date(booth.now_ms))
    assert (today.known, today.first) == (2, 201)
    booth_after = draft.whole.replay.booth
    assert booth_after.queue.last_number[prefix] == 200
    assert booth_after.continuity.numbers == numbers


@pytest.mark.parametrize(("known", "first"), [(0, 201), (37, 201), (99, 201), (100, 301), (199, 301)])
def test_at_least_a_hundred_numbers_are_left_out(known: int, first: int) -> None:
    assert continuity.first_number(known) == first
    assert first - known > continuity.BLOCK


async def test_one_person_is_not_enough_nor_the_same_one_twice(booth: Booth) -> None:
    draft = await booth.draft()
    draft.sign(WORLD.manager)
    with pytest.raises(NotConfirmed):
        draft.sign(WORLD.manager)
    with pytest.raises(NotConfirmed):
        await draft.finish(booth.now_ms)
    assert not (booth.home / HUB).exists()


async def test_two_clerks_without_a_manager_are_not_enough(booth: Booth) -> None:
    draft = await booth.draft()
    draft.sign(WORLD.clerks[0])
    with pytest.raises(NotConfirmed):
        draft.sign(WORLD.clerks[1])
    draft.sign(WORLD.manager)
    await draft.finish(booth.now_ms)


async def test_a_role_that_manages_under_another_contract_only_is_not_enough(booth: Booth) -> None:
    (elsewhere, *_) = sorted(MANAGER_ROLES - WORLD.profile.managing)
    draft = await booth.draft()
    draft.sign(WORLD.clerks[0])
    with pytest.raises(NotConfirmed):
        draft.sign(WORLD.person("staff-8", "staff", "contractor", (elsewhere,)))


async def test_a_terminal_without_a_standby_certificate_cannot(tmp_path: Path) -> None:
    booth = Booth(tmp_path)
    await booth.keep(booth.home)
    WORLD.save_home(WORLD.machine("standby-1", "terminal", "contractor"), booth.home / STANDBY)
    with pytest.raises(NoStandby):
        await TakeOverDraft.open(booth.home, [], booth.now_ms)


async def test_a_standby_certificate_that_has_ended_is_named_as_that_with_the_clock(tmp_path: Path) -> None:
    booth = Booth(tmp_path)
    await booth.keep(booth.home)
    certificate = WORLD.certify("standby-1", "standby_hub", "contractor", not_after_ms=booth.now_ms - 1)
    (booth.home / STANDBY / "certificate").write_bytes(certificate)
    with pytest.raises(StandbyOutsideTime) as caught:
        await TakeOverDraft.open(booth.home, [], booth.now_ms)
    assert caught.value.data["person"] == "standby-1" and str(caught.value.data["clock"]).startswith("2025-08-06")


async def test_a_standby_certificate_of_another_site_is_none_here(tmp_path: Path) -> None:
    booth = Booth(tmp_path)
    await booth.keep(booth.home)
    certificate = WORLD.certify("standby-1", "standby_hub", "contractor", sites=("site-9",))
    (booth.home / STANDBY / "certificate").write_bytes(certificate)
    with pytest.raises(NoStandby):
        await TakeOverDraft.open(booth.home, [], booth.now_ms)


async def test_a_longer_copy_of_another_terminal_is_taken_along(booth: Booth, tmp_path: Path) -> None:
    await booth.keep(booth.home, 5)
    await booth.keep(tmp_path / "terminal-2")
    other = await read_copy(tmp_path / "terminal-2", WORLD.deployment.origin)
    draft = await TakeOverDraft.open(booth.home, [other], booth.now_ms)
    assert draft.size == booth.maker.size


async def test_copies_that_contradict_each_other_stop_it(booth: Booth, tmp_path: Path) -> None:
    await booth.keep(booth.home)
    fork = booth.maker.branch(4)
    fork.no_show()
    async with await fork.write(tmp_path / "other.sqlite"):
        pass
    other = await read_copy(tmp_path / "other.sqlite", WORLD.deployment.origin)
    with pytest.raises(Apart):
        await TakeOverDraft.open(booth.home, [other], booth.now_ms)


async def test_an_old_hubs_longer_branch_goes_beside_the_new_record_and_never_in_its_place(booth: Booth) -> None:
    found, fork = await booth.taken(), booth.maker.branch(4)
    while fork.size < len(found) + 5:
        fork.no_show()
    async with await fork.write(booth.home.parent / "terminal-2.sqlite"):
        pass
    other = await read_copy(booth.home.parent / "terminal-2.sqlite", WORLD.deployment.origin)
    result = await recover(booth.home / HUB, [other], booth.now_ms + 60_000)
    assert result.discrepancies == fork.size - 4
    record = await entries_of(booth.home / HUB)
    assert record[: len(found)] == found
    whole = b"".join(record)
    assert all(body in whole for body in fork.entries)


def test_wherever_a_take_over_dies_the_next_one_ends_the_same(booth: Booth) -> None:
    asyncio.run(booth.keep(booth.home))

    def whole() -> list[bytes]:
        found = asyncio.run(entries_of(booth.home / HUB))
        assert found[: booth.maker.size] == booth.maker.entries
        assert len(found) == booth.maker.size + LENGTH
        return found

    def work() -> None:
        async def taken() -> None:
            draft = await TakeOverDraft.open(booth.home, [], booth.now_ms)
            draft.sign(WORLD.manager)
            draft.sign(SECOND)
            await draft.finish(booth.now_ms)

        asyncio.run(taken())

    deaths = 0
    for touch in killed_everywhere(work):
        deaths = touch
        if (booth.home / HUB).exists():  # there or not: never in between
            whole()
            shutil.rmtree(booth.home / HUB)
    assert deaths > 10
    whole()
    assert not list(booth.home.glob(f".{HUB}.*"))


async def test_a_second_take_over_of_the_same_home_changes_nothing(booth: Booth) -> None:
    before = await booth.taken()
    draft = await TakeOverDraft.open(booth.home, [], booth.now_ms)
    draft.sign(WORLD.manager)
    draft.sign(SECOND)
    with pytest.raises(WouldOverwrite):
        await draft.finish(booth.now_ms)
    assert await entries_of(booth.home / HUB) == before


async def test_after_the_take_over_the_old_hubs_entries_are_refused(booth: Booth) -> None:
    found = await booth.taken()
    old = booth.maker.branch(booth.maker.size)
    old.no_show()
    replay = Replay(WORLD.deployment, trust_of(booth), {WORLD.deployment.profile: WORLD.profile})
    for body in found:
        replay.take(body)
    late = decode_entry(old.entries[-1])
    context = msgspec.structs.replace(codec.decode_context(bytes(late.context)), index=len(found))
    for epoch in (1, 2, 3):
        body = encode_entry(
            Entry(1, len(found), epoch, msgspec.Raw(codec.encode_context(context)), late.command, late.events)
        )
        with pytest.raises(ReplayError) as refused:
            replay.take(body)
        assert isinstance(refused.value, WrongEpoch) == (epoch != 2)


def trust_of(booth: Booth) -> TrustStore:
    trust = WORLD.trust()
    for encoded in (*booth.maker.certificates, *SECOND.chain, *WORLD.manager.chain):
        trust.add(encoded)
    trust.add(WORLD.certify("standby-1", "standby_hub", "contractor"))
    return trust


async def test_a_hub_that_runs_takes_no_confirmation_into_its_own_epoch(booth: Booth) -> None:
    statement = continuity.ConfirmSwitchedOff(bytes(32), 2, booth.maker.size, booth.maker.frontier.root())
    booth.maker.do(statement, WORLD.manager)  # a hub that puts it there all the same
    replay = Replay(WORLD.deployment, trust_of(booth), {WORLD.deployment.profile: WORLD.profile})
    for body in booth.maker.entries[:-1]:
        replay.take(body)
    with pytest.raises(WrongEpoch):
        replay.take(booth.maker.entries[-1])


# ------------------------------------------------------------------ root-signed lists


ROSTER = lists.roster(WORLD, 1, {"staff-1": WORLD.manager.roles, "staff-2": SECOND.roles})


def renewed(person: Person, key: Signer | None = None) -> Person:
    """The same person under a certificate that the manager's renewal key made this morning."""
    signer = key or person.signer
    renewing = WORLD.certify(
        "renewal-1",
        "issuer",
        "contractor",
        issuer=WORLD.roots["contractor"].public,
        person="staff-1",
        renews=True,
        may_issue_kinds=("staff",),
        may_issue_roles=("*",),
    )
    made = Certificate(
        deployment=WORLD.deployment.id,
        subject=signer.public,
        person=person.person,
        kind="staff",
        party="contractor",
        roles=person.roles,
        not_before_ms=MORNING_MS - YEAR_MS,
        not_after_ms=MORNING_MS + YEAR_MS,
        issuer=WORLD.signer("renewal-1").public,
        roster=1,
    )
    encoded = issue(made, WORLD.signer("renewal-1"))
    return Person(signer, encoded, person.name, [encoded, renewing])


async def test_people_with_this_mornings_certificates_take_over_a_record_that_has_a_roster(booth: Booth) -> None:
    trust = WORLD.trust()
    trust.add_list(ROSTER)
    entry = roster_entry(trust, "contractor", 1)
    assert entry is not None
    booth.maker.do(entry, WORLD.hub)
    write_list(booth.home, ROSTER)
    draft = await booth.draft()
    manager, second = renewed(WORLD.manager), renewed(SECOND)
    draft.sign(manager)
    draft.sign(second)
    await draft.finish(booth.now_ms)
    found = await entries_of(booth.home / HUB)
    chains = [*manager.chain, *second.chain, WORLD.certify("standby-1", "standby_hub", "contractor")]
    assert read_succession(found[-LENGTH:], WORLD.deployment, trust, chains).epoch == 2
    report = await asyncio.to_thread(verify, booth.home / HUB)
    assert report.holds, report.problems
    assert Party.load(booth.home / HUB).trust.lists() == [ROSTER]


async def test_a_standby_hub_that_the_terminals_newest_list_revokes_takes_nothing_over(booth: Booth) -> None:
    write_list(booth.home, lists.revocations(WORLD, 1, "standby-1"))
    with pytest.raises(NoStandby) as caught:
        await booth.draft()
    assert caught.value.data["why"] == KeyRevoked.code
    assert not (booth.home / HUB).exists()


async def test_whom_the_terminals_newest_list_revokes_confirms_nothing(booth: Booth) -> None:
    write_list(booth.home, lists.revocations(WORLD, 1, SECOND.person))
    draft = await booth.draft()
    draft.sign(WORLD.manager)
    with pytest.raises(KeyRevoked):
        draft.sign(SECOND)
    assert draft.confirmed_by == (WORLD.manager.person,)


async def test_a_manager_with_a_key_made_for_another_is_not_two_people_to_whoever_holds_the_record(
    booth: Booth,
) -> None:
    trust = WORLD.trust()
    trust.add_list(ROSTER)
    draft = await booth.draft()
    draft.party.trust.add_list(ROSTER)
    replay = draft.whole.replay
    replay.trust.add_list(ROSTER)

    def succession_by(second: Person) -> list[bytes]:
        entries = []
        for at, (who, command) in enumerate(
            [(second, draft.statement), (WORLD.manager, draft.statement), (draft.party, continuity.TakeOver(2))]
        ):
            signed = signed_by(who.signer, who.certificate_id, replay, command, booth.now_ms, 2)
            context = codec.encode_context(Context(draft.size + at, booth.now_ms, "boot-1", 0, "0.1.0"))
            body = Entry(1, draft.size + at, 2, msgspec.Raw(context), signed, msgspec.Raw(codec.encode_events(())))
            entries.append(encode_entry(body))
        return entries

    def read_by(second: Person) -> Succession:
        chains = [*second.chain, *WORLD.manager.chain, WORLD.certify("standby-1", "standby_hub", "contractor")]
        return read_succession(succession_by(second), WORLD.deployment, trust, chains, booth=replay.booth)

    assert read_by(renewed(SECOND)).confirmed_by == ("staff-2", "staff-1")
    with pytest.raises(NotASuccession, match="one made the other's key"):
        read_by(renewed(SECOND, Signer(b"f" * 32)))


@pytest.mark.skipif(os.name != "posix", reason="links are POSIX's")
async def test_damaged_files_of_the_terminal_stop_no_take_over_and_do_not_come_along(booth: Booth) -> None:
    for folder, name in (("certificates", "aa" * 32), ("lists", f"{'aa' * 32}.list")):
        (booth.home / folder).mkdir(exist_ok=True)
        (booth.home / folder / name).write_bytes(b"garbage")
        (booth.home / folder / f"b{name}").symlink_to(booth.home / "nowhere")
        (booth.home / folder / f"c{name}").mkdir()
    await booth.taken()
    party = await asyncio.to_thread(Party.load, booth.home / HUB)  # a hub that cannot be loaded helps nobody
    assert set(Party.load(booth.home / STANDBY).trust) <= set(party.trust)
    assert not (booth.home / HUB / "certificates" / ("aa" * 32)).exists()
