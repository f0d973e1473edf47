"""The office follows the machine that the record makes its hub, and keeps whole what the take-over did not reach."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from hub.audit.memory import Memory
from hub.audit.verify import examine, load_all
from hub.domain import codec
from hub.domain.continuity.continuity import ConfirmSwitchedOff, TakeOver
from hub.domain.queue import queue
from hub.listentries import revocations_entry, suspects
from hub.office.batchcheck import Fork
from hub.office.daycounts import counted
from hub.office.receiver import Receiver
from hub.office.store import OfficeStore
from hub.site.continuity.takeover import HUB, STANDBY, TakeOverDraft
from hub.succession import LENGTH, NotASuccession, read_succession
from sync import canonical
from sync.keys.keys import Signer
from sync.keys.party import Person
from sync.keys.trust import Withdrawn
from sync.messages import Receipt, Rejected
from sync.record.batch import BatchObject, RecordBatch
from sync.record.checkpoint import Checkpoint, sign
from sync.record.command import Command, sign_command
from sync.record.entry import Entry, encode_entry
from sync.record.merkle import Tree, leaf_hash
from sync.record.reader import open_readonly
from sync.record.store import RecordStore
from tests import lists
from tests.hub.office.sending import NOW, Sender, batch_of
from tests.hub.site.continuity.test_takeover import ROSTER, renewed
from tests.records import RecordMaker, World

WORLD = World()
CHAIN = [*WORLD.manager.chain, *WORLD.clerks[0].chain, WORLD.certify("standby-1", "standby_hub", "contractor")]


class Site:
    """An office, the record's first hub, and a terminal that takes over from it."""

    def __init__(self, folder: Path, receiver: Receiver, store: OfficeStore) -> None:
        self.home = folder / "terminal-1"
        self.receiver = receiver
        self.store = store
        self.maker = RecordMaker(WORLD)
        self.maker.open()
        self.maker.no_show()
        self.old = Sender(receiver, WORLD, WORLD.hub.signer)
        self.new = Sender(receiver, WORLD, WORLD.signer("standby-1"))
        self.taken: list[bytes] = []
        self.note = ""

    async def take_over(self, size: int) -> None:
        """The terminal holds `size` entries when it takes over."""
        WORLD.save_home(WORLD.machine("terminal-1", "terminal", "contractor"), self.home)
        WORLD.save_home(WORLD.machine("standby-1", "standby_hub", "contractor"), self.home / STANDBY)
        async with await RecordStore.open(self.home / "replica.sqlite", origin=WORLD.deployment.origin) as store:
            await self.maker.add(store, size)
        draft = await TakeOverDraft.open(self.home, [], self.maker.now_ms)
        draft.sign(WORLD.manager)
        draft.sign(WORLD.clerks[0])
        await draft.finish(self.maker.now_ms)
        async with await open_readonly(self.home / HUB / "record.sqlite") as reader:
            self.taken = [body async for body in reader]
            self.note = await reader.checkpoint() or ""

    async def tell(self) -> None:
        await self.receiver.succeed("hub-1", self.taken[-LENGTH:], CHAIN)

    def batch(self, first: int) -> RecordBatch:
        whole = batch_of(self.maker, first, max(first, 1))
        return RecordBatch(
            "hub-1", first, self.taken[first:], self.note, [*self.maker.certificates, *CHAIN], whole.objects, []
        )

    async def held(self) -> dict[str, int]:
        return {name: held.size for name in await self.store.records() if (held := await self.store.record(name))}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    store = await OfficeStore.open(str(tmp_path / "office.sqlite"))
    office = WORLD.machine("office-1", "office", "contractor")
    for known in (*WORLD.issuers.values(), WORLD.hub.certificate, CHAIN[-1]):
        office.trust.add(known)
    yield Site(tmp_path, await Receiver.open(office, store, lambda: NOW), store)
    await store.close()


async def test_a_record_that_goes_on_from_what_is_held_is_taken_from_its_new_hub(site: Site) -> None:
    size = site.maker.size
    assert isinstance(await site.old.send(batch_of(site.maker, 0)), Receipt)
    await site.take_over(size)
    await site.tell()
    answer = await site.new.send(site.batch(size))
    assert isinstance(answer, Receipt), answer
    assert await site.held() == {"hub-1": size + LENGTH}


async def test_what_the_take_over_did_not_reach_is_set_apart_whole(site: Site) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    await site.take_over(size - 2)
    await site.tell()
    assert await site.held() == {f"hub-1~1-{size}": size}
    resume = await site.receiver.resume("hub-1", site.new.signer.public)
    assert (resume.size, resume.succession) == (0, [])
    assert isinstance(await site.new.send(site.batch(0)), Receipt)
    assert await site.held() == {f"hub-1~1-{size}": size, "hub-1": size - 2 + LENGTH}
    (record,) = await counted(site.store, site.receiver.party.deployment)
    assert record.record == "hub-1" and len(record.days) == 1, "a report counts the day once"
    await site.store.close()
    WORLD.save_home(site.receiver.party, site.home.parent)
    reports = [examine(one) for one in load_all(site.home.parent / "office.sqlite")]
    assert [(one.record, one.size) for one in reports] == [("hub-1", size - 2 + LENGTH), ("hub-1", size)]
    assert [[found.code for found in one.problems] for one in reports] == [[], []], (
        "what was set apart is honest evidence"
    )


@pytest.fixture
def other_past() -> RecordMaker:
    """Another history of the same people from the first entry on, shorter than the site's."""
    other = RecordMaker(WORLD, start_ms=RecordMaker(WORLD).now_ms + 60_000)
    other._made = 500_000
    other.open()
    other.do(queue.IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[1])
    return other


def written_by_standby(maker: RecordMaker, first: int, end: int) -> RecordBatch:
    """These entries under a checkpoint by the machine that took over."""
    origin, root = WORLD.deployment.origin, Tree(map(leaf_hash, maker.entries)).root(end)
    return batch_of(maker, first, end, note=sign(Checkpoint(origin, end, root), origin, WORLD.signer("standby-1")))


@pytest.mark.parametrize("beyond", [0, 3], ids=["at all that is held", "within what is held"])
async def test_a_take_over_of_another_past_than_the_one_that_is_held_changes_nothing_and_is_kept(
    site: Site, other_past: RecordMaker, beyond: int
) -> None:
    honest, size = site.maker, other_past.size + beyond
    await site.old.send(batch_of(honest, 0, size))
    held = await site.held()
    site.maker = other_past
    await site.take_over(other_past.size)
    for _ in range(2):
        with pytest.raises(Fork):
            await site.tell()
    answer = await site.new.send(site.batch(0))
    assert isinstance(answer, Rejected) and answer.code == "office.not_yours"
    kept = await site.store.quarantine.all()
    assert [(sender, code) for sender, code, _, _ in kept] == [
        (site.new.signer.public, "office.fork"),
        (site.new.signer.public, "office.not_yours"),
    ]
    ((_, shown),) = await site.store.quarantine.whole(site.new.signer.public, "office.fork")
    assert shown == canonical.encode(site.taken[-LENGTH:])
    assert await site.held() == held
    assert (await site.receiver.resume("hub-1", site.old.signer.public)).succession == []
    assert isinstance(await site.old.send(batch_of(honest, size)), Receipt), "the hub that writes it goes on"


async def test_an_office_that_holds_less_than_was_taken_over_gets_the_rest_from_the_new_hub(site: Site) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0, size - 3))
    await site.take_over(size)
    await site.tell()
    assert isinstance(await site.new.send(site.batch(size - 3)), Receipt)
    assert await site.held() == {"hub-1": size + LENGTH}


async def test_an_office_that_holds_less_finds_another_past_when_the_new_hubs_entries_come(
    site: Site, other_past: RecordMaker
) -> None:
    await site.old.send(batch_of(site.maker, 0, other_past.size - 2))
    held = await site.held()
    site.maker = other_past
    await site.take_over(other_past.size)
    await site.tell()
    for first in (0, other_past.size - 2):
        answer = await site.new.send(site.batch(first))
        assert isinstance(answer, Rejected) and answer.code == "office.fork"
    assert await site.held() == held


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_was_set_apart_comes_anew_entry_by_entry_as_it_was_up_to_the_take_over(
    site: Site, other_past: RecordMaker, restarted: bool
) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    await site.take_over(size - 2)
    await site.tell()
    if restarted:
        site.receiver = await Receiver.open(site.receiver.party, site.store, lambda: NOW)
        site.new = Sender(site.receiver, WORLD, site.new.signer)
        await site.tell()
    answer = await site.new.send(written_by_standby(other_past, 0, 3))
    assert isinstance(answer, Rejected) and answer.code == "office.fork", "the new hub alone has signed this past"
    assert isinstance(await site.new.send(written_by_standby(site.maker, 0, 3)), Receipt)
    answer = await site.new.send(written_by_standby(site.maker, 3, size))
    assert isinstance(answer, Rejected) and answer.code == "office.fork", "the take-over is left out"
    assert isinstance(await site.new.send(site.batch(3)), Receipt)
    assert await site.held() == {f"hub-1~1-{size}": size, "hub-1": size - 2 + LENGTH}


async def test_an_old_hub_that_was_heard_again_before_the_new_ones_entries_came_is_set_apart_again(site: Site) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    await site.take_over(size - 2)
    for _ in range(3):  # an office that starts anew knows of a succession what its records hold
        await site.tell()
        site.receiver = await Receiver.open(site.receiver.party, site.store, lambda: NOW)
        assert isinstance(await Sender(site.receiver, WORLD, WORLD.hub.signer).send(batch_of(site.maker, 0)), Receipt)
    await site.tell()
    site.new = Sender(site.receiver, WORLD, site.new.signer)
    assert isinstance(await site.new.send(site.batch(0)), Receipt)
    held = await site.held()
    assert held.pop("hub-1") == size - 2 + LENGTH
    assert sorted(held.values()) == [size] * 4


async def test_verify_finds_a_record_that_parts_from_what_was_set_apart_of_it_before_the_take_over(
    site: Site, other_past: RecordMaker
) -> None:
    """As an office leaves it that did not look, or that took part."""
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    held = await site.store.record("hub-1")
    assert held is not None
    await site.store.set_apart(held.no, f"hub-1~1-{size}")
    site.receiver = await Receiver.open(site.receiver.party, site.store, lambda: NOW)
    site.new = Sender(site.receiver, WORLD, site.new.signer)
    site.maker = other_past
    await site.take_over(other_past.size)
    await site.tell()
    assert isinstance(await site.new.send(site.batch(0)), Receipt)
    await site.store.close()
    WORLD.save_home(site.receiver.party, site.home.parent)
    record, kept = [examine(one) for one in load_all(site.home.parent / "office.sqlite")]
    ((code, entry, data),) = [(found.code, found.entry, found.data) for found in record.problems]
    assert (code, entry, data) == ("apart.other_past", 0, {"apart": f"hub-1~1-{size}"})
    assert kept.problems == ()


async def test_a_record_that_never_came_comes_with_the_take_over_that_was_told_or_not_at_all(site: Site) -> None:
    size = site.maker.size
    await site.take_over(size - 2)
    await site.tell()
    answer = await site.new.send(written_by_standby(site.maker, 0, size))
    assert isinstance(answer, Rejected) and answer.code == "office.fork"
    assert isinstance(await site.new.send(site.batch(0)), Receipt)


async def test_the_old_hub_is_shown_the_proof_and_nothing_more_is_taken_from_it(site: Site) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    await site.take_over(size)
    await site.tell()
    await site.new.send(site.batch(size))
    resume = await site.receiver.resume("hub-1", site.old.signer.public)
    made = read_succession(resume.succession, WORLD.deployment, WORLD.trust(), resume.certificates)
    assert made.hub_key == site.new.signer.public
    site.maker.no_show()
    refused = await site.old.send(batch_of(site.maker, size))
    assert isinstance(refused, Rejected)
    assert refused.code == "office.succeeded"
    assert (await site.store.quarantine.all())[-1][1] == "office.succeeded"


async def test_before_anything_is_proved_a_standby_hub_is_nobody(site: Site) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    await site.take_over(size)
    refused = await site.new.send(site.batch(size))
    assert isinstance(refused, Rejected)
    assert refused.code == "office.not_yours"
    with pytest.raises(NotASuccession):
        await site.receiver.succeed("hub-1", site.taken[-LENGTH:-1], CHAIN)
    assert await site.held() == {"hub-1": size}


async def test_what_was_seen_of_either_machine_is_held_against_the_record_that_both_have_written(site: Site) -> None:
    """`verify --seen`: a stand-by whose card was put back is found by what a terminal saw of it, like a hub."""
    (issued,) = site.maker.do(queue.IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[0])
    assert isinstance(issued, queue.TicketIssued)
    site.maker.report(issued.ticket, "ticket")  # an entry of the old hub's own
    site.maker.certificates[WORLD.hub.certificate] = None
    size = site.maker.size
    await site.take_over(size)
    evidence = await asyncio.to_thread(load_all, site.home / HUB)
    stranger = sign(Checkpoint(WORLD.deployment.origin, size, bytes(32)), WORLD.deployment.origin, WORLD.office.signer)
    longer = sign(Checkpoint(WORLD.deployment.origin, size + 9, bytes(32)), WORLD.deployment.origin, site.new.signer)

    def found(note: str) -> list[str]:
        (report,) = (examine(one, memory=Memory((note,))) for one in evidence)
        return [problem.code for problem in report.problems]

    assert found(site.note) == found(site.maker.note()) == []
    site.maker.do(queue.IssueTicket(WORLD.profile.lanes[0].id), WORLD.clerks[0])  # the old hub goes on
    assert found(site.maker.note()) == ["seen.forked"]
    assert found(longer) == ["seen.rolled_back"]
    assert found(stranger) == ["seen.not_by_hub"]


def forged_succession(maker: RecordMaker, size: int, second: Person = WORLD.clerks[0]) -> list[bytes]:
    """What somebody writes who has a manager's, a clerk's and a standby hub's key: a take-over at `size`."""
    standby = WORLD.machine("standby-1", "standby_hub", "contractor")
    root = Tree(map(leaf_hash, maker.entries)).root(size)
    confirmed = ConfirmSwitchedOff(standby.signer.public, 2, size, root)
    made = []
    for at, (command, by) in enumerate(((confirmed, WORLD.manager), (confirmed, second), (TakeOver(2), standby))):
        kind, arguments = codec.encode_command(command)
        signed = sign_command(
            Command(
                deployment=WORLD.deployment.id, record="hub-1", epoch=2, id=bytes([at]) * 16,
                certificate=by.certificate_id, made_ms=maker.now_ms, kind=kind, args=msgspec.Raw(arguments),
            ),
            by.signer,
        )  # fmt: skip
        context = msgspec.Raw(codec.encode_context(replace(maker.context(), index=size + at)))
        made.append(encode_entry(Entry(1, size + at, 2, context, signed, msgspec.Raw(b"\x90"))))
    return made


@pytest.mark.parametrize("whose", [(), ("staff-1", "staff-2"), ("standby-1",), ("contractor-issuer",)])
@pytest.mark.parametrize("back", [0, 2], ids=["after it was written down", "dated back before it"])
async def test_with_keys_that_the_record_has_revoked_nobody_deposes_its_hub(
    site: Site, whose: tuple[str, ...], back: int
) -> None:
    maker = site.maker
    listed = lists.revocations(WORLD, 1, *whose)
    trust = WORLD.trust()
    for one in maker.certificates:
        trust.add(one)
    trust.add_list(listed)
    found = suspects(maker.entries, "contractor", {WORLD.signer(name).public for name in whose}, trust)
    made = revocations_entry(trust, "contractor", 1, 0, found)
    assert made is not None
    maker.do(made, WORLD.hub)
    forged = forged_succession(maker, maker.size - back)
    batch = batch_of(maker, 0)
    batch = replace(batch, objects=[*batch.objects, BatchObject("revocations", listed)])
    assert isinstance(await site.old.send(batch), Receipt)
    held = await site.held()
    if not whose:  # nobody's key is revoked: two people's word and a standby hub's, which is what a take-over is
        await site.receiver.succeed("hub-1", forged, CHAIN)
        assert (await site.held() == held) == (back == 0)
        return
    with pytest.raises((NotASuccession, Withdrawn)):
        await site.receiver.succeed("hub-1", forged, CHAIN)
    assert await site.held() == held


@pytest.mark.parametrize("whose", [(), ("staff-1",), ("staff-2",), ("standby-1",), ("contractor-issuer",)])
async def test_an_office_that_holds_nothing_of_a_record_takes_nobodys_word_whom_the_newest_lists_revoke(
    site: Site, whose: tuple[str, ...]
) -> None:
    forged = forged_succession(site.maker, site.maker.size)
    site.receiver.party.trust.add_list(lists.revocations(WORLD, 1, *whose))
    told: AbstractContextManager[object] = pytest.raises(Withdrawn) if whose else nullcontext()
    with told:
        await site.receiver.succeed("hub-1", forged, CHAIN)
    resume = await site.receiver.resume("hub-1", WORLD.hub.signer.public)
    assert bool(resume.succession) is not bool(whose)


async def test_an_office_that_holds_nothing_of_a_record_sees_that_a_manager_made_the_other_ones_key(site: Site) -> None:
    site.receiver.party.trust.add_list(ROSTER)
    second = renewed(WORLD.clerks[0], Signer(b"f" * 32))
    with pytest.raises(NotASuccession, match="one made the other's key"):
        await site.receiver.succeed(
            "hub-1", forged_succession(site.maker, site.maker.size, second), [*CHAIN, *second.chain]
        )


async def test_what_the_record_itself_has_proves_its_hub_whatever_was_said_of_keys_since(site: Site) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    await site.take_over(size)
    await site.tell()
    await site.new.send(site.batch(size))
    site.receiver.party.trust.add_list(lists.revocations(WORLD, 1, "staff-1", "staff-2"))
    again = await Receiver.open(site.receiver.party, site.store, lambda: NOW)
    assert (await again.resume("hub-1", site.old.signer.public)).succession == site.taken[-LENGTH:]


async def test_who_confirmed_a_take_over_may_lose_their_key_since(site: Site) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    await site.take_over(size)
    site.receiver.party.trust.add_list(lists.revocations(WORLD, 1, "staff-1", "staff-2"))
    await site.tell()
    assert isinstance(await site.new.send(site.batch(size)), Receipt)


async def test_a_restarted_office_knows_the_new_hub_from_the_record(site: Site) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    await site.take_over(size)
    await site.tell()
    await site.new.send(site.batch(size))
    again = await Receiver.open(site.receiver.party, site.store, lambda: NOW)
    old = Sender(again, WORLD, WORLD.hub.signer)
    site.maker.no_show()
    refused = await asyncio.wait_for(old.send(batch_of(site.maker, size)), 30)
    assert isinstance(refused, Rejected) and refused.code == "office.succeeded"


async def test_of_two_take_overs_at_one_epoch_the_first_is_followed_and_the_other_is_told_and_named(
    site: Site, tmp_path: Path
) -> None:
    size = site.maker.size
    await site.old.send(batch_of(site.maker, 0))
    await site.take_over(size)
    await site.tell()
    assert isinstance(await site.new.send(site.batch(size)), Receipt)
    held = await site.held()
    other = tmp_path / "terminal-2"
    WORLD.save_home(WORLD.machine("terminal-2", "terminal", "contractor"), other)
    WORLD.save_home(WORLD.machine("standby-2", "standby_hub", "contractor"), other / STANDBY)
    async with await RecordStore.open(other / "replica.sqlite", origin=WORLD.deployment.origin) as store:
        await site.maker.add(store, size)
    draft = await TakeOverDraft.open(other, [], site.maker.now_ms)
    draft.sign(WORLD.manager)
    draft.sign(WORLD.clerks[0])
    await draft.finish(site.maker.now_ms)
    async with await open_readonly(other / HUB / "record.sqlite") as reader:
        rival = [body async for body in reader]
    for _ in range(2):
        chain = [*CHAIN, WORLD.certify("standby-2", "standby_hub", "contractor")]
        await site.receiver.succeed("hub-1", rival[-LENGTH:], chain)
    assert [code for _, code, _, _ in await site.store.quarantine.all()] == ["continuity.rival_take_over"]
    assert await site.held() == held
    resume = await site.receiver.resume("hub-1", WORLD.signer("standby-2").public)
    made = read_succession(resume.succession, WORLD.deployment, WORLD.trust(), resume.certificates)
    assert made.hub_key == site.new.signer.public
