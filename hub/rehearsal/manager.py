"""The manager's day: opens it, gives numbers at the reception, and closes it with every ticket and sheet accounted for."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hub.client.link.connection import Done, HubClient
from hub.domain.custody import (
    copies,
    custody,
    disposal,
    forms,
    left_behind,
    lent,
    packing,
    paper_receipt,
    storage,
    transit,
)
from hub.domain.custody.custody import ContainerState
from hub.domain.day import day, event_plan, manager_presence, readiness, session_day
from hub.domain.day.agreed_day import AgreeDays
from hub.domain.moment import iso_date, local_minute
from hub.domain.people.appointment import AppointManager
from hub.domain.people.dossier import ApprovePeople, ConsentCourse, RecordPledge, SubmitRoster
from hub.domain.queue import queue, voiding
from hub.domain.queue.queue import TicketState
from hub.domain.refusal import Refusal
from hub.domain.reports import event_picture
from hub.domain.reservations import guidance, outing, slots
from hub.domain.visit import originals, pre_check, visit
from hub.domain.visit.rules import VisitCommand
from hub.rehearsal.arrivals import Applicant
from hub.rehearsal.floor import Floor, Holder
from hub.rehearsal.paper_photos import PaperPhotos
from hub.rehearsal.session import Practice
from hub.rehearsal.stage import Stage
from sync.keys.party import Person

OVERTIME_MS = 60 * 60_000
"""Who still waits an hour after reception stopped is invited to another session."""

COUNT_S, SEAL_S = 180, 30
"""A day's papers are counted in some minutes, and a seal is put on in less than one."""

PRINTS, SHRED_S = 2, 120
"""A list of the day's numbers has two sheets; a small shredder takes them in no time, walking to it takes the rest."""

AWAY_S = 5 * 60
"""Once a day the manager is called to the mall's office; long enough for somebody to come and find nobody there."""

READ_S = 60
"""Three lines of a paper are read and typed in a minute."""

HALL = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a3d3042605565"
    "645f555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffc0000b080010001001011100ffc400150001"
    "0100000000000000000000000000000005ffc40014100100000000000000000000000000000000ffda0008010100003f00aa03ffd9"
)
"""A grey JPEG of 16 x 16: nobody is on it."""

VISITED = 9
"""Residents of a small home who want to apply: below the ten that a day is meant for (Niigata 8.1(1))."""

CALL_S = 90
"""What to bring, what to mind and where the booth is, said on the telephone."""

WINDOWS = 3
"""What is packed is planned for so many windows, as most booths of the five contracts have."""

PILE = 200
"""Blanks of a class brought along in the morning: more than any day of the five contracts uses."""

PRACTICE_PAPER, PRACTICE_UNTIL = "訓練の文書", "2099-12-31"
"""Papers of practice bear no number, and its courses do not lapse."""

BOX, SEAL = "箱1", "封-0001"


WAY_MS = 20 * 60_000
"""From the booth to the city hall: both stand in the same city."""

VEHICLE = "多摩 500 あ 10-01"


class Manager:
    def __init__(
        self, stage: Stage, screen: HubClient, manager: Person, clerks: list[Person], practice: Practice, floor: Floor
    ) -> None:
        self._stage = stage
        self._screen = screen
        self._manager = manager
        self._clerks = clerks
        self._practice = practice
        self._floor = floor
        self._paper = PaperPhotos(stage, screen, manager)
        self._request: int | None = None

    async def open(self) -> None:
        """Sign in, tick what the contract has looked at, count what the city lent, confirm the date and open."""
        for person in (self._manager, *self._clerks[:2]):
            await self._stage.do(self._screen, readiness.SignIn(badge=True), person)
        await self._look("open")
        await self._count_devices(closing=False)
        await self._plan()
        await self._pack()
        await self._agree()
        await self._enter_papers()
        opening = day.OpenDay(
            iso_date(self._stage.now_ms),
            self._practice.event_type,
            self._practice.venue,
            self._screen.party.deployment.profile,
            clock_confirmed=True,
        )
        await self._stage.do(self._screen, opening, self._manager)
        self._floor.blanks = {paper.id: PILE for paper in self._stage.profile.blanks()}
        await self._count_blanks(self._manager)
        if self._stage.profile.reservation.managed_by == "city":
            received = lent.ReceiveLoan(lent.Paper.LIST, 1, "市民課 森")
            await self._stage.do(self._screen, received, self._manager)

    async def _agree(self) -> None:
        """Enter the city's agreement where the contract leaves the day's date to it."""
        profile, date, event = self._stage.profile, iso_date(self._stage.now_ms), self._practice.event_type
        refusal = session_day.opening(profile, self._stage.booth.agreed, event, date)
        if refusal is not None and refusal.code == "day.not_agreed":
            opens, closes = (slots.clock(local_minute(at)) for at in (self._practice.open_ms, self._practice.close_ms))
            agreement = AgreeDays((date,), event, opens, closes, "訓練の協議")
            await self._stage.do(self._screen, agreement, self._manager)

    async def _enter_papers(self) -> None:
        """What the contract wants of people, entered as on the first morning: it counts from that day on."""
        profile, date = self._stage.profile, iso_date(self._stage.now_ms)
        people = profile.people
        for course in people.courses:
            if course.consent:
                await self._stage.do(self._screen, ConsentCourse(course.ja, date, PRACTICE_PAPER), self._manager)
            for one in (self._manager, *self._clerks):
                training = readiness.RecordTraining(one.person, course.ja, date, PRACTICE_UNTIL, course.topics)
                await self._stage.do(self._screen, training, self._manager)
        everybody = tuple(one.person for one in (self._manager, *self._clerks))
        if people.approval is not None:
            await self._stage.do(self._screen, ApprovePeople(everybody, date, PRACTICE_PAPER), self._manager)
        if people.pledge is not None:
            for person in everybody:
                await self._stage.do(self._screen, RecordPledge(person, date, PRACTICE_PAPER), self._manager)
        if people.manager is not None:
            named = AppointManager(self._manager.person, False, date, PRACTICE_PAPER, PRACTICE_PAPER, True)
            await self._stage.do(self._screen, named, self._manager)
        if people.submission is not None:
            await self._stage.do(self._screen, SubmitRoster(date, PRACTICE_PAPER), self._manager)

    async def _count_blanks(self, who: Person) -> None:
        """Count what lies there; beside a person who practises, who uses up forms too, what the ledger says."""
        if not self._floor.blanks:
            return
        held = self._stage.booth.forms.held
        there = {name: forms.remaining(form) for name, form in held.items()} if self._stage.shared else {}
        await self._stage.do(self._screen, forms.CountForms({**self._floor.blanks, **there}), who)

    async def blanks(self) -> None:
        """After reception: two shred what was spoiled, and the rest is counted."""
        for person in self._clerks[:2]:
            spoils = tuple(number for number, _ in forms.to_shred(self._stage.booth.forms))
            if spoils:
                await self._stage.do(self._screen, forms.ShredForms(spoils), person)
        await self._count_blanks(self._clerks[0])

    async def apply(self) -> int | None:
        """The body's application has come by FAX: noted, where the contract has visits; its entry."""
        profile = self._stage.profile
        if not outing.governs(profile, self._practice.event_type):
            return None
        date, way = iso_date(self._practice.open_ms), profile.reservation.channels[-1]
        command = outing.RequestOuting(self._practice.venue[: outing.LONGEST_BODY], date, way, VISITED)
        return (await self._stage.do(self._screen, command, self._manager)).index

    async def tick_outing(self, when: str) -> None:
        """Whatever of the visit's checklist belongs there; at its end it is closed."""
        terms = self._stage.profile.outing
        for one in outing.open_(self._stage.booth.outings) if terms is not None else ():
            assert terms is not None
            for task in terms.tasks:
                if task.when == when:
                    await self._stage.do(self._screen, outing.TickOuting(one.id, task.id), self._clerks[0])
            if when == "after":
                await self._stage.do(self._screen, outing.CloseOuting(one.id), self._manager)

    async def picture(self, folder: Path) -> None:
        """One of the empty hall, where the contract's report wants some; another has looked that nobody is on it."""
        if not event_picture.wanted(self._stage.profile):
            return
        digest = _keep(folder, HALL)
        attach = event_picture.AttachPicture(self._stage.booth.day.date, digest, "会場の全景（訓練の写真）")
        entry = (await self._stage.do(self._screen, attach, self._manager)).index
        await self._stage.do(self._screen, event_picture.ConfirmPicture(entry, digest), self._clerks[0])

    async def tell_untold(self) -> None:
        """Whom the list does not call told is telephoned before they leave home; nobody answers the last call."""
        booth = self._stage.booth
        for number in guidance.untold(booth.guided, booth.slots)[:-1]:
            await self._stage.scheduler.sleep(CALL_S)
            if number not in self._stage.booth.queue.reservations:
                await self._stage.do(self._screen, guidance.GiveGuidance(number), self._manager)

    async def receive(self, applicant: Applicant) -> None:
        """At the reception, when the applicant arrives: a number, on paper."""
        await self._stage.scheduler.sleep_until(applicant.at_ms)
        while manager_presence.paused(self._stage.profile, self._stage.booth.leading) is not None:
            await self._stage.scheduler.sleep(AWAY_S / 10)
        issued = await self._stage.do(
            self._screen,
            queue.IssueTicket(
                applicant.lane,
                applicant.people if not applicant.reservation else 0,
                applicant.reservation,
                applicant.large_print,
            ),
            self._manager,
        )
        self._floor.holders[issued.index] = Holder(applicant)
        if pre_check.wanted(self._stage.profile, self._stage.booth.day.event_type, applicant.lane):
            await self._stage.ask(self._screen, pre_check.PreCheck(issued.index), self._manager)

    async def step_out(self) -> None:
        """In the middle of the day the manager is away for a while; beside a person who practises, nobody leaves."""
        if self._stage.shared:
            return
        await self._stage.scheduler.sleep_until((self._practice.open_ms + self._practice.close_ms) // 2)
        await self._stage.do(self._screen, manager_presence.LeaveBooth(), self._manager)
        await self._stage.scheduler.sleep(AWAY_S)
        await self._stage.do(self._screen, manager_presence.TakeBooth(), self._manager)

    async def stop_reception(self) -> None:
        """At closing time no more numbers; an hour later who still waits is invited to another session."""
        await self._stage.scheduler.sleep_until(self._practice.close_ms)
        await self._void_a_second_number()
        await self._stage.do(self._screen, day.StopReception(), self._manager)
        while self._someone_waits() and self._stage.now_ms < self._practice.close_ms + OVERTIME_MS:
            await self._stage.scheduler.sleep(60)
        for ticket in queue.open_tickets(self._stage.booth.queue):
            if ticket.state is TicketState.WAITING:
                with self._stage.overtaken():
                    await self._do(queue.CarryOver(ticket.id))

    async def _void_a_second_number(self) -> None:
        """The last one in the door got two numbers: the clerk may not void the second, the manager does."""
        lanes = {ticket.lane for ticket in self._stage.booth.queue.tickets.values()}
        for lane in sorted(lanes) if not self._stage.shared else ():
            issued = await self._stage.ask(self._screen, queue.IssueTicket(lane), self._manager)
            if isinstance(issued, Done):
                twice = voiding.VoidTicket(issued.index, "二重に発券した")
                answer = await self._stage.ask(self._screen, twice, self._clerks[0])
                if not isinstance(answer, Refusal):
                    raise AssertionError("a clerk voided a number")
                # A free window may have called it in that moment: then it is held, and no longer anybody's.
                if self._stage.booth.queue.tickets[issued.index].state is TicketState.WAITING:
                    await self._stage.ask(self._screen, twice, self._manager)
                return

    def _someone_waits(self) -> bool:
        return bool(self._floor.coming_back) or any(self._stage.booth.queue.lines.values())

    async def give_ends(self) -> None:
        """Every ticket and visit that has no end yet gets one; beside a person who practises there may be such."""
        for held in list(self._stage.booth.visits.visits.values()):
            if held.state is visit.VisitState.OPEN:
                await self._paper.account_for(held.id)
                if held.id in self._stage.booth.originals:
                    await self._stage.do(self._screen, originals.ReturnOriginals(held.id), self._manager)
                await self._do(visit.AbandonVisit(held.id, "閉場のため"))
        for ticket in queue.open_tickets(self._stage.booth.queue):
            if ticket.state in (TicketState.CALLED, TicketState.SERVING):
                await self._do(queue.HoldTicket(ticket.id))
            await self._do(queue.CarryOver(ticket.id))

    async def seal(self) -> int | None:
        """Two count, each for themselves, and seal; the offer's entry, or None where no paper was collected."""
        loose = dict(custody.loose_by_class(self._stage.booth.custody))
        if loose:
            sheets = {paper.id: loose.get(paper.id, 0) for paper in self._stage.profile.handed_over()}
            for person in self._clerks[:2]:
                await self._stage.scheduler.sleep(COUNT_S)
                await self._stage.do(self._screen, custody.CountPapers(BOX, sheets), person)
            for person in self._clerks[:2]:
                await self._stage.scheduler.sleep(SEAL_S)
                await self._stage.do(self._screen, custody.SealContainer(BOX, SEAL), person)
        await self._put_away()
        boxes = self._stage.booth.custody.containers.values()
        sealed = tuple(sorted(box.id for box in boxes if box.state is ContainerState.SEALED))
        return await self._do(custody.OfferTransfer(sealed)) if sealed else None

    async def _put_away(self) -> None:
        """Two lock what was sealed into the contract's place, until it leaves."""
        place = next((place for place in self._stage.profile.custody.places if place.locked), None)
        for box in storage.boxes(self._stage.booth.custody) if place is not None else ():
            for person in self._clerks[:2]:
                assert place is not None
                await self._stage.do(self._screen, storage.PutAway(box, place.id), person)

    async def take_out(self) -> None:
        """Before they leave, or the city signs where they are."""
        for box in sorted(self._stage.booth.stores):
            await self._stage.do(self._screen, storage.TakeOut(box), self._manager)

    async def _return_lists(self) -> None:
        """The city's list of the day goes back with a name."""
        for loan in lent.with_us(self._stage.booth.lent):
            await self._stage.do(self._screen, lent.ReturnLoan(loan.id, loan.left, "市民課 森"), self._manager)

    async def _look(self, when: str) -> None:
        for check in self._stage.profile.checks:
            if check.when == when:
                await self._stage.do(self._screen, readiness.Tick(check.id), self._manager)

    async def _count_devices(self, *, closing: bool) -> None:
        lent = {device.id: device.count or 0 for device in readiness.lent_devices(self._stage.profile)}
        if lent:
            await self._stage.do(self._screen, readiness.CountDevices(closing, lent), self._manager)

    async def _plan(self) -> None:
        """The day's event with its devices; the ledger of our own devices has what the contract wants of them."""
        profile, practice, date = self._stage.profile, self._practice, iso_date(self._stage.now_ms)
        for device in profile.devices:
            if device.count_kind == "per_venue":
                enough = (device.count or 0) + (device.elsewhere or 0)
                await self._stage.do(self._screen, event_plan.OwnDevices(device.id, enough), self._manager)
        devices = {one.id: one.count or WINDOWS for one in event_plan.movable(profile)}
        opens, closes = (slots.clock(local_minute(at)) for at in (practice.open_ms, practice.close_ms))
        channels = tuple(one.id for one in event_plan.channels(profile))
        planned = event_plan.PlanEvent(
            date, practice.venue, practice.event_type, opens, closes, WINDOWS, devices, channels
        )  # fmt: skip
        await self._stage.do(self._screen, planned, self._manager)

    async def _pack(self) -> None:
        """What the plan says is counted into the car, by one of the clerks."""
        brought = packing.plan(self._stage.profile, self._practice.event_type, WINDOWS)
        if brought:
            self._floor.brought = brought
            out = packing.CountOut(self._practice.event_type, WINDOWS, brought)
            await self._stage.do(self._screen, out, self._clerks[1])

    async def _unpack(self) -> None:
        """Another clerk counts what goes back."""
        if not self._floor.brought:
            return
        await self._stage.do(self._screen, packing.CountIn(self._floor.brought), self._clerks[0])

    async def _nothing_left(self) -> None:
        """What still lies here: papers go to the city, all else to the venue's own shelf."""
        for item in left_behind.here(self._stage.booth.left):
            end = left_behind.End.CITY if item.thing is left_behind.Thing.PAPER else left_behind.End.VENUE
            await self._stage.do(self._screen, left_behind.EndThing(item.id, end), self._manager)

    async def print_list(self) -> None:
        """Before anybody comes: the day's list by number, for the hour when no screen works."""
        booth, profile = self._stage.booth, self._stage.profile
        if booth.slots:
            wanted = copies.needs_word(profile, booth.training, iso_date(self._stage.now_ms))
            printed = copies.PrintCopies(copies.Original.LIST, 1, PRACTICE_PAPER if wanted else "")
            await self._stage.do(self._screen, printed, self._manager)

    async def _end_copies(self) -> None:
        """What was printed goes into the shredder before two, or into the request that the city is sent tonight."""
        numbers = tuple(one.number for one in copies.here(self._stage.booth.copies, self._stage.booth.disposals))
        if self._stage.profile.disposal.clause is not None:
            self._request = await self.ask_disposal()
        if not numbers:
            return
        if self._request is not None:
            end = copies.EndCopies(numbers, copies.End.REQUESTED, self._request)
            await self._stage.do(self._screen, end, self._manager)
            return
        for person in self._clerks[:2]:
            await self._stage.do(self._screen, copies.EndCopies(numbers, copies.End.SHREDDED), person)

    async def close(self) -> None:
        await self._end_copies()
        await self._nothing_left()
        await self._return_lists()
        await self._look("close")
        await self._count_devices(closing=True)
        await self._unpack()
        await self._paper.shred([self._manager, *self._clerks])
        await self._do(day.CloseDay())

    async def carry(self, transfer: int, due_ms: int) -> None:
        """Two of us drive the boxes to the city hall and are there when it signs, as the contract asks."""
        if not self._stage.profile.custody.named_carriers:
            await self.take_out()
            return
        boxes = self._stage.booth.custody.transfers[transfer].containers
        names = (self._manager.name, self._clerks[0].name)
        await self._stage.scheduler.sleep_until(max(self._stage.now_ms, due_ms - WAY_MS))
        await self.take_out()
        left_ms = self._stage.now_ms
        await self._do(transit.Depart(transfer, boxes, names, VEHICLE, left_ms + WAY_MS, left_ms))
        await self._stage.scheduler.sleep_until(due_ms)
        await self._do(transit.Arrive(transfer, boxes, True, self._stage.now_ms))

    async def ask_disposal(self) -> int:
        """Ask the city to let the day's printed papers go; the request's entry."""
        rule = self._stage.profile.disposal
        item = next(one for one in rule.items if one.medium == "paper")
        asked = disposal.AskDisposal(
            (disposal.Line(item.id, PRINTS, disposal.Method.SHRED),), iso_date(self._stage.now_ms)
        )
        return (await self._stage.do(self._screen, asked, self._manager)).index

    @property
    def request(self) -> int | None:
        """The disposal that the city was asked for at the close, where the contract has a clause for it."""
        return self._request

    async def dispose(self, request: int) -> None:
        """One feeds the shredder and another looks on, once the city has consented."""
        hash_ = disposal.hash_of(self._stage.booth.disposals.made[request])
        await self._stage.scheduler.sleep(SHRED_S)
        done = disposal.CarryOutDisposal(request, hash_, self._stage.now_ms)
        await self._stage.do(self._screen, done, self._clerks[0])
        await self._stage.do(self._screen, disposal.WitnessDisposal(request, hash_), self._clerks[1])

    async def on_paper(self, transfer: int, signed_ms: int) -> None:
        """Back from a counter without a device: two read the paper that it signed."""
        code = self._stage.booth.custody.transfers[transfer].manifest.hex()[:16]
        counter = self._stage.profile.custody.counters[0].id
        read = paper_receipt.EnterPaper(transfer, paper_receipt.Taker.CITY, code, counter, signed_ms, others=True)
        for person in self._clerks[:2]:
            await self._stage.scheduler.sleep(READ_S)
            await self._stage.do(self._screen, read, person)

    async def _do(
        self,
        command: queue.QueueCommand | VisitCommand | custody.CustodyCommand | transit.TransitCommand | day.DayCommand,
    ) -> int:
        return (await self._stage.do(self._screen, command, self._manager)).index


def _keep(folder: Path, picture: bytes) -> bytes:
    """Lay a picture into the folder under its hash, which is returned."""
    digest = hashlib.sha256(picture).digest()
    folder.mkdir(exist_ok=True)
    (folder / f"{digest.hex()}.jpg").write_bytes(picture)
    return digest
