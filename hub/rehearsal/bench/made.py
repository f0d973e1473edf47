"""Long records made fast: the same decide, signatures and store as a hub's, without sockets and without waiting."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec

from hub.domain import codec
from hub.domain.booth import Booth, Command, Event, decide, fold
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.procedure import Method, Step
from hub.domain.day.day import RULES
from hub.domain.devices.effect import EffectOutcome, EffectState, ReportEffects
from hub.domain.moment import Context
from hub.domain.moment import Signer as By
from hub.domain.photo import photo
from hub.domain.queue.queue import CallTicket, CarryOver, FinishTicket, IssueTicket, StartService, TicketIssued
from hub.domain.refusal import Refusal
from hub.domain.visit import answers, form_id, originals
from hub.domain.visit.shown_papers import enough
from hub.domain.visit.steps import PHOTO_KIND, SIGNED_KINDS, booth_steps
from hub.domain.visit.visit import DoStep, FinishVisit, OpenVisit, VisitOpened
from hub.rehearsal.bench.site import lane_of, opening
from hub.rehearsal.deployment import Plan
from sync.keys.certificate import parse
from sync.keys.party import Party, Person
from sync.record import command as signed_commands
from sync.record.checkpoint import Checkpoint, sign
from sync.record.command import sign_command
from sync.record.entry import Entry, encode_entry
from sync.record.file import RECORD
from sync.record.merkle import Frontier, leaf_hash
from sync.record.store import RecordStore

EPOCH = 1
BATCH = 2_000
"""Entries a commit: nobody waits here."""

EMPTIED = {photo.CAMERA: "verified", photo.HUB: "erased", photo.SPOOL: "unused", photo.TERMINAL: "confirmed"}
"""What the hub says when it has destroyed a picture that was shown on a terminal and not printed."""

REPORT_EVERY = 20
"""Effects reported together, about as many as a busy hub has waiting."""


class Maker:
    """A record in the making, in memory; write() puts it where the hub will find it."""

    def __init__(self, plan: Plan, start_ms: int) -> None:
        self.plan = plan
        self.now_ms = start_ms
        self.booth = Booth(hub=plan.deployment.record, profile=plan.deployment.profile, training=True)
        self.frontier = Frontier()
        self.entries: list[bytes] = []
        self.ids: list[bytes] = []
        self._hub = plan.party("hub")
        self._by: dict[bytes, By] = {}
        self._owed: list[EffectOutcome] = []
        self._kept: tuple[int, Frontier, bytes] | None = None
        self._method = _plain_method(plan.profile)

    def do(self, command: Command, who: Person | Party) -> tuple[Event, ...]:
        """One entry more; a refusal is a mistake of ours."""
        context = Context(self.frontier.size, self.now_ms, "made", self.now_ms)
        events = decide(self.plan.profile, self.booth, command, context, self._signer(who), 0)
        if isinstance(events, Refusal):
            raise AssertionError(events.code)
        kind, arguments = codec.encode_command(command)
        identifier = os.urandom(16)
        signed = sign_command(
            signed_commands.Command(
                deployment=self.plan.deployment.id,
                record=self.plan.deployment.record,
                epoch=EPOCH,
                id=identifier,
                certificate=who.certificate_id,
                made_ms=self.now_ms,
                kind=kind,
                args=msgspec.Raw(arguments),
            ),
            who.signer,
        )
        context_raw = msgspec.Raw(codec.encode_context(context))
        body = encode_entry(
            Entry(1, context.index, EPOCH, context_raw, signed, msgspec.Raw(codec.encode_events(events)))
        )
        self.booth = fold(self.booth, events, context.index)
        self.frontier.append(leaf_hash(body))
        self.entries.append(body)
        self.ids.append(identifier)
        self.now_ms += 1
        for event in events:
            for effect in sorted(getattr(event, "effects", ())):
                self._owed.append(EffectOutcome(context.index, effect, EffectState.OFF))
        return events

    def report(self) -> None:
        """The hub's own entry: it has no devices, so nothing is owed."""
        if self._owed:
            owed, self._owed = self._owed, []
            self.do(ReportEffects(tuple(owed)), self._hub)

    def open(self) -> None:
        self.do(opening(self.plan, self.now_ms), self.plan.manager)

    def visited(self, number: int) -> None:
        """A ticket that is called and served to its end, with a whole visit: some twenty entries in Koganei's contract."""
        clerk = self._clerk(number)
        lane, method = self._method
        ticket = self._issue(lane, clerk)
        self.do(CallTicket(ticket, "窓口1"), clerk)
        self.do(StartService(ticket), clerk)
        (opened,) = self.do(OpenVisit(ticket, method.id), clerk)
        assert isinstance(opened, VisitOpened)
        for step in booth_steps(method):
            self._prepared(opened.visit, method, step, clerk)
            shot = self._photographed(opened.visit, step.id, clerk) if step.kind in PHOTO_KIND else None
            shown = enough(step, method)
            signer = self._clerk(number + 1) if step.checks is not None else clerk
            self.do(DoStep(opened.visit, step.id, shown), signer)
            if shot is not None:
                self.do(photo.ReportDestroyed(shot, EMPTIED), self._hub)
        if opened.visit in self.booth.originals:
            self.do(originals.ReturnOriginals(opened.visit), clerk)
        self.do(FinishVisit(opened.visit), clerk)
        self.do(FinishTicket(ticket), clerk)

    def _prepared(self, visit: int, method: Method, step: Step, clerk: Person) -> None:
        """What the contract wants before a step: its questions answered, the form's id read."""
        while question := answers.unanswered(self.booth.visits.visits[visit], method, self.plan.profile, step.id):
            choice = next(choice for choice in question.choices if choice.accepted)
            reason = choice.reasons[0].id if choice.reasons else ""
            self.do(answers.AnswerQuestion(visit, question.id, choice.id, reason), clerk)
        if step.form_id:
            self.do(form_id.ReadForm(visit, step.id, visit.to_bytes(form_id.TAG_BYTES, "big")), clerk)

    def _photographed(self, visit: int, step: str, clerk: Person) -> int:
        """A picture that is taken and liked at once, up to its step; returns its shot."""
        (asked,) = self.do(photo.Shoot(visit, step), clerk)
        assert isinstance(asked, photo.PhotoAsked)
        commitment = os.urandom(32)
        self.do(photo.ReportTaken(asked.shot, commitment, True, ()), self._hub)
        self.do(photo.Confirm(asked.shot, commitment, True, True), clerk)
        return asked.shot

    def carried_over(self, number: int) -> None:
        """A ticket that ends without having been called: two entries."""
        clerk = self._clerk(number)
        self.do(CarryOver(self._issue(lane_of(self.plan), clerk)), clerk)

    def ended(self, count: int) -> None:
        """So many tickets that have their end, every tenth after a whole visit; nothing is owed."""
        for number in range(count):
            (self.carried_over if number % 10 else self.visited)(number)
            if len(self._owed) >= REPORT_EVERY:
                self.report()
        self.report()

    def up_to(self, size: int) -> None:
        """Visited tickets until the record has at least `size` entries."""
        number = 0
        while self.frontier.size < size:
            self.visited(number)
            number += 1
            if len(self._owed) >= REPORT_EVERY:
                self.report()
        self.report()

    def _clerk(self, number: int) -> Person:
        return self.plan.clerks[number % len(self.plan.clerks)]

    def _issue(self, lane: str, clerk: Person) -> int:
        (issued,) = self.do(IssueTicket(lane), clerk)
        assert isinstance(issued, TicketIssued)
        return issued.ticket

    def keep_snapshot(self) -> None:
        """As a running hub does every 10,000 entries: the state as it is now will lie beside the record."""
        frontier = self.frontier.copy()
        self._kept = (frontier.size, frontier, codec.encode_booth(self.booth))

    async def write(self) -> Path:
        """Append everything to the hub's record, with a checkpoint over it and every certificate it needs."""
        deployment = self.plan.deployment
        path = self.plan.home("hub") / RECORD
        people: list[Person | Party] = [*self.plan.staff.values(), self._hub]
        chains = [one for who in people for one in _chain(who)]
        note = sign(
            Checkpoint(deployment.origin, self.frontier.size, self.frontier.root()), deployment.origin, self._hub.signer
        )
        store = await RecordStore.open(path, origin=deployment.origin)
        try:
            for first in range(0, len(self.entries), BATCH):
                end = min(first + BATCH, len(self.entries))
                outcomes = [(self.ids[index], index, None) for index in range(first, end)]
                last = end == len(self.entries)
                await store.append(self.entries[first:end], outcomes, note if last else None, chains if last else [])
            if self._kept is not None:
                size, frontier, state = self._kept
                await store.save_snapshot(size, RULES, frontier, state)
        finally:
            await store.close()
        return path

    def _signer(self, who: Person | Party) -> By:
        by = self._by.get(who.certificate_id)
        if by is None:
            cert = parse(who.certificate)
            by = self._by[who.certificate_id] = By(cert.person, cert.kind, cert.party, cert.roles)
        return by


def _plain_method(profile: Profile) -> tuple[str, Method]:
    """A lane and a method that staff alone carry out: no city decision, no papers to count."""
    offered = profile.lanes_of(profile.event_types[0].id)
    for lane in offered:
        for method in profile.methods_of_lane(lane.id):
            if all(step.kind in SIGNED_KINDS and "city_staff" not in step.roles for step in booth_steps(method)):
                return lane.id, method
    raise ValueError("every method of this contract needs the city")


def _chain(who: Person | Party) -> list[bytes]:
    return who.chain if isinstance(who, Person) else who.chain()


def copied(source: Path, to: Path) -> Path:
    """A closed record's file copied to another home."""
    shutil.copyfile(source, to)
    return to


__all__ = ["Maker", "copied"]
