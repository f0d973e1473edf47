"""A booth that tests drive as people do: signed-command bytes in, events out, and everything kept for a replay."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from hub.domain.booth import Booth, Command, Event, decide, fold
from hub.domain.codec import decode_command, decode_events, encode_command, encode_events
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import load_profile
from hub.domain.custody import custody, forms, storage, transit
from hub.domain.day import day, readiness
from hub.domain.identity import identity
from hub.domain.identity.city_check import DRAWN_BYTES, CityCheck
from hub.domain.moment import Context, Signer
from hub.domain.photo import photo
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.reservations import outing
from hub.domain.visit import answers as visit_answers
from hub.domain.visit import form_id, originals, visit
from hub.domain.visit import steps as visit_steps
from hub.domain.visit.circumstances import method_of
from hub.domain.visit.shown_papers import enough

MANAGER = Signer("staff-1", "staff", "contractor", ("manager", "worker"))
CLERK = Signer("staff-2", "staff", "contractor", ("worker",))
OTHER = Signer("staff-3", "staff", "contractor", ("worker",))
OFFICER = Signer("officer-1", "officer", "city", ("city_staff",))
SECOND_OFFICER = Signer("officer-2", "officer", "city", ("city_staff",))
HUB = Signer("hub-1", "hub", "contractor")

PROFILE_HASH = b"p" * 32
MORNING_MS = 1_754_438_400_000
"""2025-08-06 09:00 in Japan, a Wednesday on which Koganei's booth is open."""
DATE = "2025-08-06"
ALL_POINTS = CityCheck().every_point()

_E = TypeVar("_E")


class Step(NamedTuple):
    """One entry: what replay needs, and what it must come to."""

    kind: str
    arguments: bytes
    context: Context
    by: Signer
    version: int
    events: bytes


class Site:
    """One contract's booth; `at_ms` is its clock, which stands still unless told."""

    def __init__(self, contract: str = "koganei", *, open_day: bool = True, event_type: str = "") -> None:
        self.profile: Profile = load_profile(contract)
        self.booth = Booth(hub="hub-1", profile=PROFILE_HASH, training=True)
        self.at_ms = MORNING_MS
        self.boot = "boot-1"
        self.entries: list[Step] = []
        if open_day:
            self.staff(event_type)
            self.do(self.opening(event_type=event_type), MANAGER)

    def opening(self, date: str = DATE, event_type: str = "") -> day.OpenDay:
        return day.OpenDay(date, event_type or self.profile.event_types[0].id, "会場", PROFILE_HASH, True)

    def staff(self, event_type: str = "") -> None:
        """Whoever the contract wants there before the day is opened."""
        wanted = readiness.minimums(self.profile, event_type or self.profile.event_types[0].id)
        if "city_staff" in wanted:
            self.do(identity.Attend(True), OFFICER)
        if wanted.get("worker", 0) > 1:
            self.do(readiness.SignIn(True), CLERK)

    def context(self) -> Context:
        return Context(len(self.entries), self.at_ms, self.boot, self.at_ms - MORNING_MS)

    def decide(self, command: Command, by: Signer = CLERK, version: int = 0) -> tuple[Event, ...] | Refusal:
        """What the command would do now, read from its bytes; the booth stays as it is."""
        read = decode_command(*encode_command(command))
        assert read == command
        return decide(self.profile, self.booth, command, self.context(), by, version)

    def do(self, command: Command, by: Signer = CLERK, version: int = 0) -> int:
        """Decide and append; the entry's index. A refusal fails the test."""
        decided = self.decide(command, by, version)
        assert not isinstance(decided, Refusal), f"{decided.code}: {decided.en}"
        data = encode_events(decided)
        assert decode_events(data) == decided
        index = len(self.entries)
        self.entries.append(Step(*encode_command(command), self.context(), by, version, data))
        self.booth = fold(self.booth, decided, index)
        return index

    def refused(self, command: Command, by: Signer = CLERK, version: int = 0) -> str:
        """The code of the refusal that this command meets; every sentence of it can be said."""
        decided = self.decide(command, by, version)
        assert isinstance(decided, Refusal), f"not refused: {decided}"
        assert all((decided.ja, decided.en, decided.todo_ja, decided.todo_en))
        return decided.code

    def last(self, kind: type[_E]) -> _E:
        """The only event of the last entry that has this kind."""
        (event,) = (event for event in decode_events(self.entries[-1].events) if isinstance(event, kind))
        return event

    def wait(self, seconds: float) -> None:
        self.at_ms += round(seconds * 1000)

    # ------------------------------------------------------------------ what a day is made of

    @property
    def lane(self) -> str:
        return self.profile.lanes_of(self.booth.day.event_type)[0].id

    @property
    def method(self) -> str:
        return self.profile.event_type(self.booth.day.event_type).methods[0]

    def ticket(self, index: int) -> queue.Ticket:
        return self.booth.queue.tickets[index]

    def issue(self, lane: str = "", people: int = 0, reservation: str = "") -> int:
        return self.do(queue.IssueTicket(lane or self.lane, people, reservation))

    def window(self, lane: str) -> str:
        """Where a lane is served: at the first window, or at its own where the contract wants lanes apart."""
        lanes = [one.id for one in self.profile.lanes if one.id in self.profile.lanes_apart]
        return f"窓口{lanes.index(lane) + 1 if lane in lanes else 1}"

    def call(self, lane: str = "", window: str = "窓口1", by: Signer = CLERK) -> int:
        """Call the next in line; whose ticket it is."""
        self.do(queue.CallNext((lane or self.lane,), window), by)
        return self.booth.queue.windows[window]

    def serve(self, lane: str = "", people: int = 0, window: str = "") -> int:
        """A ticket issued, called and come to the window."""
        ticket = self.issue(lane, people)
        self.do(queue.CallTicket(ticket, window or self.window(lane or self.lane)))
        self.do(queue.StartService(ticket))
        return ticket

    def open_visit(self, method: str = "", people: int = 0) -> int:
        method = method or self.method
        ticket = self.serve(self.profile.method(method).lane, people)
        return self.do(visit.OpenVisit(ticket, method))

    def ask(self, opened: int, step: str) -> int:
        return self.do(identity.RequestIdentity(opened, step, ("運転免許証",)))

    def decision(
        self, request: int, outcome: identity.Outcome = identity.Outcome.CONFIRMED, **fields: object
    ) -> identity.DecideIdentity:
        asked = self.booth.identity.requests[request]
        given: dict[str, object] = {
            "request": request,
            "visit": asked.visit,
            "hub": "hub-1",
            "profile": PROFILE_HASH,
            "checkpoint_size": len(self.entries),
            "checkpoint_root": b"r" * 32,
            "outcome": outcome,
            "checklist": ALL_POINTS,
            "drawn": bytes(DRAWN_BYTES),
            "sealed": bytes(identity.SEALED_BYTES),
            "reason": "" if outcome is identity.Outcome.CONFIRMED else "写真と違う",
        }
        return identity.DecideIdentity(**(given | fields))  # type: ignore[arg-type]

    def officer_of(self, request: int) -> Signer:
        person = self.booth.identity.requests[request].officer
        return OFFICER if person == OFFICER.person else SECOND_OFFICER

    def step(self, opened: int, step_id: str) -> None:
        """Do one step of a visit as its kind wants it, by whom the contract gives it to."""
        method = method_of(self.profile, self.booth.visits.visits[opened])
        step = next(step for step in method.steps if step.id == step_id)
        self.answer(opened, step_id)
        if step.kind in visit_steps.CITY_KINDS:
            if not self.booth.identity.officers:
                self.do(identity.Attend(True), OFFICER)
            request = self.ask(opened, step.id)
            self.do(self.decision(request), self.officer_of(request))
        elif step.kind == "count":
            sheets = {paper.id: 1 for paper in method.documents if paper.keep == "hand_over"}
            self.do(visit.CountSheets(opened, step.id, sheets))
        elif step.kind == "photo" and not step.photographed:
            self.do(photo.Exempt(opened, step.id, "under_one"))
        elif step.kind == "photo":
            self.photograph(opened, step.id)
        else:
            by = CLERK if visit_steps.may_do(step, CLERK) is None else OFFICER
            if step.checks is not None:
                by = OTHER
            shown = enough(step, method)
            if step.form_id:
                self.do(form_id.ReadForm(opened, step.id, opened.to_bytes(16, "big")))
            self.do(visit.DoStep(opened, step.id, shown), by)
            self.give_back(opened)

    def give_back(self, opened: int) -> None:
        """The applicant has every original again."""
        if opened in self.booth.originals:
            self.do(originals.ReturnOriginals(opened))

    def answer(self, opened: int, step_id: str) -> None:
        """Say what the contract asks before a step: the first choice that it takes, with its first reason."""
        held = self.booth.visits.visits[opened]
        while question := visit_answers.unanswered(held, method_of(self.profile, held), self.profile, step_id):
            choice = next(choice for choice in question.choices if choice.accepted)
            reason = choice.reasons[0].id if choice.reasons else ""
            self.do(visit_answers.AnswerQuestion(opened, question.id, choice.id, reason))
            held = self.booth.visits.visits[opened]

    def shoot(self, opened: int, step_id: str = "photo", by: Signer = CLERK) -> int:
        """Ask for the shutter; the shot."""
        return self.do(photo.Shoot(opened, step_id), by)

    def taken(self, shot: int, *points: photo.Point) -> None:
        """The hub reports the picture."""
        self.do(photo.ReportTaken(shot, b"c" * 32, True, points), HUB)

    def destroyed(self, shot: int) -> None:
        """The hub reports that every place is empty."""
        places = {"camera": "verified", "hub": "erased", "spool": "unused", "terminal": "confirmed"}
        self.do(photo.ReportDestroyed(shot, places), HUB)

    def photograph(self, opened: int, step_id: str = "photo") -> None:
        """A whole photo step: shot, accepted by the applicant, used, destroyed."""
        shot = self.shoot(opened, step_id)
        self.taken(shot)
        self.do(photo.Confirm(shot, b"c" * 32, True, True))
        self.do(visit.DoStep(opened, step_id))
        self.destroyed(shot)

    def steps(self, opened: int, until: str = "") -> None:
        """Do every booth step that is not done yet, up to and without `until`."""
        method = method_of(self.profile, self.booth.visits.visits[opened])
        for step in visit_steps.booth_steps(method):
            if step.id == until:
                return
            if step.id not in self.booth.visits.visits[opened].done:
                self.step(opened, step.id)

    def whole_visit(self, method: str = "") -> int:
        """From the ticket to the finished ticket; the visit."""
        opened = self.open_visit(method)
        self.steps(opened)
        self.do(visit.FinishVisit(opened))
        self.do(queue.FinishTicket(self.booth.visits.visits[opened].ticket))
        return opened

    def city_step(self, method: str = "") -> str:
        """The first step of a method that only the city completes."""
        steps = visit_steps.booth_steps(self.profile.method(method or self.method))
        return next(step.id for step in steps if step.kind in visit_steps.CITY_KINDS)

    def booked(self, date: str) -> int:
        """A visit of that date, confirmed by the city and adjusted, where bodies apply for one; its application."""
        assert self.profile.outing is not None
        body = "みどり苑"
        entry = self.do(outing.RequestOuting(body, date, self.profile.reservation.channels[0], 8))
        self.do(outing.ConfirmOuting(entry, body, date), OFFICER)
        for task in self.profile.outing.tasks:
            if task.when == "before":
                self.do(outing.TickOuting(entry, task.id))
        return entry

    # ------------------------------------------------------------------ papers

    def found(self, **more: int) -> dict[str, int]:
        """A truthful count of the loose papers, every class named; `more` is added to it."""
        classes = [paper.id for paper in self.profile.handed_over()]
        return {paper: self.booth.custody.loose.get(paper, 0) + more.get(paper, 0) for paper in classes}

    def count(self, container: str = "KG-1", sheets: dict[str, int] | None = None) -> None:
        """Two people count, one after the other."""
        for person in (CLERK, OTHER):
            self.do(custody.CountPapers(container, self.found() if sheets is None else sheets), person)

    def seal(self, container: str = "KG-1", seal: str = "SL-1") -> None:
        self.count(container)
        self.do(custody.SealContainer(container, seal), CLERK)
        self.do(custody.SealContainer(container, seal), OTHER)

    def as_shown(self, command: custody.CustodyCommand) -> tuple[custody.CustodyCommand, int]:
        """The command with what a screen shows now of the papers it is about, and the version that goes with it."""
        held = self.booth.custody
        match command:
            case custody.SealContainer():
                box = custody.open_container(held, command.container)
                manifest = custody.manifest_hash((custody.under_seal(held, box, command.seal),))
                return replace(command, manifest=manifest), box.version
            case custody.RecordDifference():
                box = custody.open_container(held, command.container)
                differs = custody.standing_difference(
                    held, box, self.profile.operation.two_person_seal, self.booth.keys
                )
                return replace(command, difference=differs or ()), box.version
            case custody.UnsealContainer():
                box = custody.open_container(held, command.container)
                return replace(command, manifest=custody.manifest_hash((box,))), box.version
            case custody.OfferTransfer():
                boxes = tuple(custody.open_container(held, number) for number in command.containers)
                return replace(command, manifest=custody.manifest_hash(boxes)), boxes[0].version
            case custody.WithdrawTransfer():
                offered = held.transfers[command.transfer]
                return replace(command, manifest=offered.manifest), custody.version_of(held, offered)
        return command, 0

    def offer(self, *containers: str) -> int:
        return self.carry(self.offer_only(*containers))

    def offer_only(self, *containers: str) -> int:
        """The offer alone: the boxes stand in the booth."""
        return self.do(custody.OfferTransfer(containers or ("KG-1",)), MANAGER)

    def take_out(self) -> None:
        """Every box that stands in its place is taken out."""
        for box in sorted(self.booth.stores):
            self.do(storage.TakeOut(box))

    def carry(self, transfer: int) -> int:
        """The boxes leave and arrive, where the contract wants that recorded; the same transfer."""
        self.take_out()
        if self.profile.custody.named_carriers:
            boxes = self.booth.custody.transfers[transfer].containers
            due_ms = self.at_ms + 900_000
            self.do(transit.Depart(transfer, boxes, ("高橋", "佐藤"), "多摩 500 あ 1", due_ms, self.at_ms), MANAGER)
            self.do(transit.Arrive(transfer, boxes, True, self.at_ms), MANAGER)
        return transfer

    def acceptance(self, transfer: int, reason: str = "", **more: int) -> custody.AcceptTransfer:
        """The city's signature, with a truthful count; `more` is added to it."""
        offered = self.booth.custody.transfers[transfer]
        sheets = dict(offered.sheets)
        for paper, count in more.items():
            sheets[paper] = sheets.get(paper, 0) + count
        return custody.AcceptTransfer(transfer, offered.manifest, offered.seals, sheets, reason)

    def blanks(self, **more: int) -> forms.CountForms:
        """A truthful count of the blanks (100 of a class that was never counted); `more` is added to it."""
        held = self.booth.forms.held
        classes = [paper.id for paper in self.profile.blanks()]
        there = {paper: forms.remaining(held[paper]) if paper in held else 100 for paper in classes}
        return forms.CountForms({paper: count + more.get(paper, 0) for paper, count in there.items()})

    def count_blanks(self, by: Signer = CLERK) -> None:
        """Count what blanks there are, where the contract has any."""
        if self.profile.blanks():
            self.do(self.blanks(), by)

    def stop(self) -> None:
        """Reception stops; the blanks are counted before and after."""
        self.count_blanks()
        self.do(day.StopReception(), MANAGER)
        self.count_blanks()

    def close(self) -> None:
        if self.booth.day.phase is day.Phase.STOPPED and self.profile.blanks():
            self.do(day.ResumeReception(), MANAGER)
        if self.booth.day.phase is day.Phase.OPEN:
            self.stop()
        self.put_away()
        self.do(day.CloseDay(), MANAGER)

    def put_away(self) -> None:
        """Two lock away every sealed box that is here, where the contract has a place for it."""
        place = next((one.id for one in self.profile.custody.places if one.locked), "")
        for box in storage.boxes(self.booth.custody) if place else ():
            if self.booth.custody.containers[box].transfer in self.booth.transits:
                continue
            for person in (CLERK, OTHER, MANAGER):
                kept = self.booth.stores.get(box)
                if kept is None or (not kept.whole and person.person not in kept.by):
                    self.do(storage.PutAway(box, place), person)


def replayed(site: Site) -> Booth:
    """The booth that the commands alone come to, from the first state; events that differ fail the test."""
    booth = Booth(hub="hub-1", profile=PROFILE_HASH, training=True)
    for index, entry in enumerate(site.entries):
        command = decode_command(entry.kind, entry.arguments)
        assert not isinstance(command, Refusal)
        decided = decide(site.profile, booth, command, entry.context, entry.by, entry.version)
        assert not isinstance(decided, Refusal)
        assert encode_events(decided) == entry.events
        booth = fold(booth, decided, index)
    return booth
