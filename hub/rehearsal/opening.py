"""Before anybody comes in: what the contract wants of people, papers and devices, and the day opened."""

from __future__ import annotations

from hub.domain.custody import copies, lent, packing
from hub.domain.day import day, event_plan, readiness, session_day
from hub.domain.day.agreed_day import AgreeDays
from hub.domain.moment import iso_date, local_minute
from hub.domain.people.appointment import AppointManager
from hub.domain.people.dossier import ApprovePeople, ConsentCourse, RecordPledge, SubmitRoster
from hub.domain.reservations import slots
from hub.rehearsal.crew import Crew

WINDOWS = 3
"""What is packed is planned for so many windows, as most booths of the five contracts have."""

PILE = 200
"""Blanks of a class brought along in the morning: more than any day of the five contracts uses."""

PRACTICE_PAPER, PRACTICE_UNTIL = "訓練の文書", "2099-12-31"
"""Papers of practice bear no number, and its courses do not lapse."""


class Opening:
    """A crew on its first morning: whatever the contract asks before a day may open is entered then."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._stage = crew.stage

    async def open(self) -> None:
        """Sign in, tick what the contract has looked at, count what the city lent, confirm the date and open."""
        for person in (self._crew.manager, *self._crew.clerks[:2]):
            await self._crew.do(readiness.SignIn(badge=True), person)
        await self._crew.look("open")
        await self._crew.count_devices(closing=False)
        await self._plan()
        await self._pack()
        await self._agree()
        await self._enter_papers()
        opening = day.OpenDay(
            iso_date(self._stage.now_ms),
            self._crew.practice.event_type,
            self._crew.practice.venue,
            self._crew.screen.party.deployment.profile,
            clock_confirmed=True,
        )
        await self._crew.do(opening)
        self._crew.floor.blanks = {paper.id: PILE for paper in self._stage.profile.blanks()}
        await self._crew.count_blanks(self._crew.manager)
        if self._stage.profile.reservation.managed_by == "city":
            await self._crew.do(lent.ReceiveLoan(lent.Paper.LIST, 1, "市民課 森"))

    async def _agree(self) -> None:
        """Enter the city's agreement where the contract leaves the day's date to it."""
        profile, date, event = self._stage.profile, iso_date(self._stage.now_ms), self._crew.practice.event_type
        refusal = session_day.opening(profile, self._stage.booth.agreed, event, date)
        if refusal is not None and refusal.code == "day.not_agreed":
            practice = self._crew.practice
            opens, closes = (slots.clock(local_minute(at)) for at in (practice.open_ms, practice.close_ms))
            await self._crew.do(AgreeDays((date,), event, opens, closes, "訓練の協議"))

    async def _enter_papers(self) -> None:
        """What the contract wants of people, entered as on the first morning: it counts from that day on."""
        profile, date = self._stage.profile, iso_date(self._stage.now_ms)
        people = profile.people
        for course in people.courses:
            if course.consent:
                await self._crew.do(ConsentCourse(course.ja, date, PRACTICE_PAPER))
            for one in (self._crew.manager, *self._crew.clerks):
                training = readiness.RecordTraining(one.person, course.ja, date, PRACTICE_UNTIL, course.topics)
                await self._crew.do(training)
        everybody = tuple(one.person for one in (self._crew.manager, *self._crew.clerks))
        if people.approval is not None:
            await self._crew.do(ApprovePeople(everybody, date, PRACTICE_PAPER))
        if people.pledge is not None:
            for person in everybody:
                await self._crew.do(RecordPledge(person, date, PRACTICE_PAPER))
        if people.manager is not None:
            named = AppointManager(self._crew.manager.person, False, date, PRACTICE_PAPER, PRACTICE_PAPER, True)
            await self._crew.do(named)
        if people.submission is not None:
            await self._crew.do(SubmitRoster(date, PRACTICE_PAPER))

    async def _plan(self) -> None:
        """The day's event with its devices; the ledger of our own devices has what the contract wants of them."""
        profile, practice, date = self._stage.profile, self._crew.practice, iso_date(self._stage.now_ms)
        for device in profile.devices:
            if device.count_kind == "per_venue":
                enough = (device.count or 0) + (device.elsewhere or 0)
                await self._crew.do(event_plan.OwnDevices(device.id, enough))
        devices = {one.id: one.count or WINDOWS for one in event_plan.movable(profile)}
        opens, closes = (slots.clock(local_minute(at)) for at in (practice.open_ms, practice.close_ms))
        channels = tuple(one.id for one in event_plan.channels(profile))
        planned = event_plan.PlanEvent(
            date, practice.venue, practice.event_type, opens, closes, WINDOWS, devices, channels
        )  # fmt: skip
        await self._crew.do(planned)

    async def _pack(self) -> None:
        """What the plan says is counted into the car, by one of the clerks."""
        brought = packing.plan(self._stage.profile, self._crew.practice.event_type, WINDOWS)
        if brought:
            self._crew.floor.brought = brought
            out = packing.CountOut(self._crew.practice.event_type, WINDOWS, brought)
            await self._crew.do(out, self._crew.clerks[1])

    async def print_list(self) -> None:
        """Before anybody comes: the day's list by number, for the hour when no screen works."""
        booth, profile = self._stage.booth, self._stage.profile
        if booth.slots:
            wanted = copies.needs_word(profile, booth.training, iso_date(self._stage.now_ms))
            printed = copies.PrintCopies(copies.Original.LIST, 1, PRACTICE_PAPER if wanted else "")
            await self._crew.do(printed)
