"""The hub's side of the city's desks: what it hands off, what it takes, and that a desk's word is checked as well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import pytest

from hub.audit.verify import verify
from hub.client.link.connection import Done
from hub.client.link.signing import sign_as
from hub.domain import codec
from hub.domain.booth import Event
from hub.domain.custody import custody, forms
from hub.domain.day import day
from hub.domain.identity import identity
from hub.domain.identity.identity import Outcome, RequestState
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.site.outside.desks import Desks
from sync import messages
from sync.clock import real_ms
from sync.keys.keys import Signer
from sync.keys.party import Person
from sync.link.link import Link, connect, dial
from sync.mail.offer import OfferRefused
from sync.messages import Committed, CosignWanted, Decision, Handoff, Message, Proof, Welcome
from sync.record.checkpoint import cosign, decode_body, note_body, open_note
from sync.record.entry import decode_entry
from sync.record.merkle import Frontier, leaf_hash, verify_consistency, verify_inclusion
from tests.hub.client.sites import ALL_TICKED, UNSEEN, Site, card_fails, soon
from tests.records import MORNING_MS

M = TypeVar("M", bound=Message)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    await site.start()
    yield site
    await site.stop()


class BareDesk:
    """A desk's machine without a desk's judgement: it sends what the test says and shows what comes."""

    def __init__(self, site: Site, name: str = "desk-1") -> None:
        self.site = site
        self.party = site.world.machine(name, "desk", "city")

    async def link(self) -> BareDesk:
        self._link: Link = await connect(await dial(self.site.url), self.party, real_ms, expect={"hub"})
        await self._link.send(messages.Follow(0, Frontier().root(), entries=False, snapshot=False))
        await self.next(Welcome)
        return self

    async def send(self, message: Message) -> None:
        await self._link.send(message)

    async def next(self, kind: type[M]) -> M:
        """The next message of this kind."""
        while True:
            message = await soon(self._link.receive())
            if isinstance(message, kind):
                return message

    async def proof_of(self, kind: type[Event]) -> Handoff:
        """The next handoff of an entry with an event of this kind."""
        while True:
            handoff = await self.next(Handoff)
            if any(isinstance(one, kind) for one in codec.decode_events(bytes(decode_entry(handoff.entry).events))):
                return handoff

    async def answer(self) -> str:
        """The code that refuses a decision; empty once it is proved as news, which all desks hear, and as the answer."""
        proved = 0
        while proved < 2:
            message = await soon(self._link.receive())
            if isinstance(message, Committed):
                return refusal_of(message).code
            proved += isinstance(message, Handoff)
        return ""

    async def close(self) -> None:
        await self._link.close()

    def decision(self, handoff: Handoff, by: Person, outcome: Outcome = Outcome.CONFIRMED) -> Decision:
        """A decision about a handed-over request, signed by anybody, with an honest cosignature."""
        deployment = self.site.world.deployment
        shown = decode_body(note_body(handoff.note))
        (asked,) = codec.decode_events(bytes(decode_entry(handoff.entry).events))
        assert isinstance(asked, identity.IdentityRequested)
        command = identity.DecideIdentity(
            asked.request,
            asked.visit,
            deployment.record,
            deployment.profile,
            shown.size,
            shown.root,
            outcome,
            ALL_TICKED,
            **UNSEEN,
        )
        _, signed = sign_as(by, deployment, command, MORNING_MS)
        return Decision(asked.request, signed, by.chain, shown.size, self.line(handoff.note))

    def line(self, note: str, *, name: str = "", signer: Signer | None = None) -> str:
        name = name or self.site.world.deployment.key_name(self.party.name)
        return cosign(note, name, signer or self.party.signer, MORNING_MS // 1000)


def refusal_of(answer: Committed) -> Refusal:
    (outcome,) = answer.outcomes
    assert outcome.index is None
    return codec.decode_refusal(outcome.refusal)


async def test_a_handoff_proves_its_entry_and_how_it_continues_what_the_desk_was_shown(site: Site) -> None:
    desk = await BareDesk(site).link()
    await site.open_day()
    request = await site.request()
    first = await desk.next(Handoff)
    await site.request("窓口2", 1)
    second = await desk.next(Handoff)
    hub_key = site.running.party.signer.public
    old, new = (open_note(one.note, {site.world.deployment.origin: hub_key}) for one in (first, second))
    verify_inclusion(leaf_hash(first.entry), first.index, old.size, first.inclusion, old.root)
    verify_consistency(second.consistent_from, old.root, new.size, new.root, second.consistency)
    assert first.request == request and second.consistent_from == old.size
    await desk.close()


async def test_a_decision_signed_by_the_contractor_is_refused_whoever_brings_it(site: Site) -> None:
    # NIIG-8.1-04
    desk = await BareDesk(site).link()
    await site.open_day()
    await site.request()
    handoff = await desk.next(Handoff)
    for signer in (site.world.manager, site.world.clerks[0]):
        await desk.send(desk.decision(handoff, signer))
        assert refusal_of(await desk.next(Committed)).code == "role.city_only"
    await desk.send(desk.decision(handoff, site.world.officers[0]))
    await desk.proof_of(identity.IdentityDecided)
    await desk.close()


async def test_a_decision_about_another_state_of_the_record_is_refused(site: Site) -> None:
    desk = await BareDesk(site).link()
    await site.open_day()
    request = await site.request()
    handoff = await desk.next(Handoff)
    world, asked = site.world, site.running.scribe.booth.identity.requests[request]
    root, other = site.running.scribe.frontier.root(), bytes(32)
    for size, hub, profile, seen in (
        (request, "hub-1", world.deployment.profile, root),
        (10_000, "hub-1", world.deployment.profile, root),
        (request + 1, "hub-2", world.deployment.profile, root),
        (request + 1, "hub-1", bytes(32), root),
        (request + 1, "hub-1", world.deployment.profile, other),
    ):
        command = identity.DecideIdentity(
            request, asked.visit, hub, profile, size, seen, Outcome.CONFIRMED, ALL_TICKED, **UNSEEN
        )
        _, signed = sign_as(world.officers[0], world.deployment, command, MORNING_MS)
        line = desk.line(handoff.note)
        await desk.send(Decision(request, signed, world.officers[0].chain, request + 1, line))
        assert refusal_of(await desk.next(Committed)).code == "identity.mismatch"
    await desk.close()


async def test_the_same_decision_twice_is_one_entry_and_its_proof_is_the_answer_each_time(site: Site) -> None:
    desk = await BareDesk(site).link()
    await site.open_day()
    await site.request()
    decision = desk.decision(await desk.next(Handoff), site.world.officers[0])
    await desk.send(decision)
    first = [await desk.proof_of(identity.IdentityDecided) for _ in ("told as news", "the answer")]
    await desk.send(decision)
    again = await desk.proof_of(identity.IdentityDecided)
    assert {(one.index, one.entry) for one in (*first, again)} == {(again.index, again.entry)}
    await desk.close()


async def test_only_a_cosignature_that_holds_is_kept(site: Site) -> None:
    desk = await BareDesk(site).link()
    await site.open_day()
    await site.request()
    note = (await desk.next(Handoff)).note
    size = decode_body(note_body(note)).size
    office = site.world.deployment.key_name("office-1")
    honest = desk.line(note)
    for wrong_size, line in (
        (size, desk.line(note, signer=site.world.manager.signer)),
        (size, desk.line(note, name=office)),
        (size - 1, honest),
        (size + 1_000, honest),
        (0, honest),
        (-1, honest),
        (size, "— nonsense AAAA"),
        (size, ""),
    ):
        await desk.send(messages.Cosigned(wrong_size, line))
    await desk.send(messages.ProofWanted(1, size))  # answered in order: what was sent before it has been looked at
    await desk.next(Proof)
    assert await site.running.store.cosignatures() == [] and site.running.desks.city_size == 0
    await desk.send(messages.Cosigned(size, honest))
    await desk.send(messages.ProofWanted(1, size))
    await desk.next(Proof)
    (kept,) = await site.running.store.cosignatures()
    assert (kept.size, kept.line) == (size, honest) and site.running.desks.city_size == size
    await desk.close()


async def test_the_desks_certificate_is_kept_with_its_cosignature_and_verify_finds_nothing_wrong(site: Site) -> None:
    desk = await BareDesk(site).link()
    await site.open_day()
    await site.request()
    note = (await desk.next(Handoff)).note
    size = decode_body(note_body(note)).size
    await desk.send(messages.Cosigned(size, desk.line(note)))
    await desk.send(messages.ProofWanted(1, size))
    await desk.next(Proof)
    assert desk.party.certificate in await site.running.store.certificates()
    await desk.close()
    await site.stop_hub()
    roots = site.world.roots
    report = await asyncio.to_thread(
        verify, site.folder / "hub", contractor_root=roots["contractor"].public, city_root=roots["city"].public
    )
    assert report.problems == () and report.city_witnessed == size


async def test_cosignatures_that_come_in_the_middle_of_commits_are_all_kept(site: Site) -> None:
    desk = await BareDesk(site).link()
    await site.open_day()
    lane = site.world.profile.lanes[0].id
    sizes = []
    assert site.terminal is not None
    for _ in range(20):
        note = site.running.scribe.note
        sizes.append(decode_body(note_body(note)).size)
        await desk.send(messages.Cosigned(sizes[-1], desk.line(note)))
        await soon(site.terminal.submit(queue.IssueTicket(lane), site.world.clerks[0]))
    await desk.send(messages.ProofWanted(1, 2))
    await desk.next(Proof)
    assert [kept.size for kept in await site.running.store.cosignatures()] == sorted(set(sizes))
    await desk.close()


async def test_a_terminal_cannot_speak_as_a_desk(site: Site) -> None:
    await site.open_day()
    await site.request()
    assert site.terminal is not None and site.terminal.replica is not None
    note, size = site.terminal.replica.note, site.terminal.size
    name = site.world.deployment.key_name("desk-1")
    await site.terminal.send(messages.Cosigned(size, cosign(note, name, site.world.terminal.signer, 1)))
    await site.request("窓口2", 1)  # an answer on the same link: what was sent before it has been looked at
    assert await site.running.store.cosignatures() == []


async def test_every_desk_is_told_and_one_that_comes_later_gets_what_still_waits(site: Site) -> None:
    first, second = await BareDesk(site).link(), await BareDesk(site, "desk-2").link()
    await site.open_day()
    request = await site.request()
    assert [(await desk.next(Handoff)).request for desk in (first, second)] == [request, request]
    await first.send(messages.ProofWanted(1, 2))
    later = await BareDesk(site, "desk-3").link()
    assert (await later.next(Handoff)).request == request
    for desk in (first, second, later):
        await desk.close()


async def test_a_restarted_hub_hands_off_what_waits_with_whose_turn_it_is(site: Site) -> None:
    await site.open_day(officers=False)
    request = await site.request()
    await site.do(identity.Attend(True), site.world.officers[1])
    await site.stop_hub()
    await site.start()
    desk = await BareDesk(site).link()
    events = [codec.decode_events(bytes(decode_entry((await desk.next(Handoff)).entry).events))[0] for _ in range(2)]
    asked, turn = events
    assert isinstance(asked, identity.IdentityRequested) and asked.request == request
    assert isinstance(turn, identity.OfficerAttended)
    assert (turn.takes, turn.given_to) == ((request,), site.world.officers[1].person)
    await desk.close()


async def test_what_is_withdrawn_or_expired_is_told_and_not_handed_off_again(site: Site) -> None:
    desk = await BareDesk(site).link()
    await site.open_day()
    withdrawn = await site.request()
    await desk.next(Handoff)
    await site.do(identity.WithdrawRequest(withdrawn), site.world.clerks[0])
    (closed,) = codec.decode_events(bytes(decode_entry((await desk.next(Handoff)).entry).events))
    assert isinstance(closed, identity.RequestClosed) and closed.state is RequestState.WITHDRAWN
    await site.request("窓口2", 1)
    await desk.next(Handoff)
    await site.advance(minutes=16)
    (closed,) = codec.decode_events(bytes(decode_entry((await desk.next(Handoff)).entry).events))
    assert isinstance(closed, identity.RequestClosed) and closed.state is RequestState.EXPIRED
    again = await BareDesk(site, "desk-2").link()
    await again.send(messages.ProofWanted(1, 2))
    message = None
    while not isinstance(message, Proof):
        message = await soon(again._link.receive())
        assert not isinstance(message, Handoff)
    for one in (desk, again):
        await one.close()


async def test_a_withdrawn_transfer_waits_for_nobody(site: Site) -> None:
    desk = await BareDesk(site).link()
    await site.open_day()
    opened = await site.visit()
    await site.ask_city(opened)
    await desk.send(desk.decision(await desk.next(Handoff), site.world.officers[0]))
    await desk.proof_of(identity.IdentityDecided)
    await site.finish(opened)
    transfer = await site.offer()
    assert (await desk.proof_of(custody.TransferOffered)).request == transfer
    await site.do(custody.WithdrawTransfer(transfer, "箱をまちがえた"), site.world.manager)
    await desk.proof_of(custody.TransferWithdrawn)
    await site.stop_hub()
    await site.start()
    assert site.running.desks._open_entries() == []
    await desk.close()


async def test_acceptance_and_close_are_witnessed(site: Site) -> None:
    desk = await BareDesk(site).link()
    await site.open_day()
    opened = await site.visit()
    await site.ask_city(opened)
    await desk.send(desk.decision(await desk.next(Handoff), site.world.officers[0]))
    await desk.proof_of(identity.IdentityDecided)
    await site.finish(opened)
    transfer = await site.offer()
    held = site.running.scribe.booth.custody.transfers[transfer]
    accepted = custody.AcceptTransfer(transfer, held.manifest, held.seals, dict(held.sheets))
    index = (await site.do(accepted, site.world.officers[0])).index
    wanted = await desk.next(CosignWanted)
    assert decode_body(note_body(wanted.note)).size > index
    blanks = forms.CountForms({paper.id: 100 for paper in site.world.profile.blanks()})
    await site.do(blanks, site.world.manager)
    await site.do(day.StopReception(), site.world.manager)
    await site.do(blanks, site.world.manager)
    index = (await site.do(day.CloseDay(), site.world.manager)).index
    wanted = await desk.next(CosignWanted)
    assert decode_body(note_body(wanted.note)).size > index
    await desk.send(messages.Cosigned(decode_body(note_body(wanted.note)).size, desk.line(wanted.note)))
    await desk.send(messages.ProofWanted(1, 2))
    await desk.next(Proof)
    assert site.running.desks.city_size > index
    await desk.close()


async def test_two_decisions_at_one_moment_are_one_decision(site: Site) -> None:
    first, second = await BareDesk(site).link(), await BareDesk(site, "desk-2").link()
    await site.open_day()
    await site.request()
    desks = (first, second)
    decisions = [desk.decision(await desk.next(Handoff), site.world.officers[0]) for desk in desks]
    await asyncio.gather(*(desk.send(one) for desk, one in zip(desks, decisions, strict=True)))
    assert sorted([await desk.answer() for desk in desks]) == ["", "identity.decided"]
    for desk in desks:
        await desk.close()


class Unwell:
    """A desk's link whose end fails, whatever is put into it, until it is well again."""

    def __init__(self) -> None:
        self.well = False
        self.heard: list[Message] = []

    def post(self, message: Message) -> None:
        if not self.well:
            raise RuntimeError("this desk's link has a fault of its own")
        self.heard.append(message)


async def test_a_desk_that_fails_hides_no_request_from_the_others_and_is_told_when_it_is_well(site: Site) -> None:
    ill, link = site.world.machine("desk-2", "desk", "city"), Unwell()
    desks = site.running.desks
    await desks.joined(ill.authority(MORNING_MS), link)  # first in line
    well = await BareDesk(site).link()
    await site.open_day()
    first = await site.request()
    assert (await well.next(Handoff)).request == first
    link.well = True
    second = await site.request("窓口2", 1)
    assert (await well.next(Handoff)).request == second
    told = [message for message in link.heard if isinstance(message, Handoff)]
    assert [one.request for one in told] == [first, second] and told[0].consistent_from == 0
    await well.close()


async def test_a_letter_that_cannot_be_sealed_hides_no_request_from_the_desks_after_it(site: Site) -> None:
    keys = sorted(site.world.signer(name).public for name in ("desk-2", "desk-3"))
    letters: list[bytes] = []

    async def mail(desk: bytes, message: Message) -> None:
        if desk == keys[0]:
            raise OfferRefused(why="expired")
        letters.append(desk)

    desks = Desks(site.running.scribe, mail)
    await site.open_day()
    await site.request()
    await desks.start()
    await desks.reachable(set(keys))
    assert letters == [keys[1]]


async def test_a_hub_whose_writer_has_stopped_answers_no_desk_and_the_decision_comes_again(site: Site) -> None:
    desk = site.desk()
    await soon(desk.join_hub(site.url))
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    asking = await card_fails(site)
    deciding = asyncio.create_task(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED))
    await soon(desk.until(lambda: desk.unconfirmed == {request}))
    await site.stop_hub()
    assert not deciding.done()
    await site.start()
    assert isinstance(await soon(deciding), Done) and isinstance(await soon(asking), Done)
    assert site.running.scribe.booth.identity.requests[request].state is RequestState.DECIDED
