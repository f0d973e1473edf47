"""The manager's day: gives numbers at the reception, and an end to every ticket and visit that has none."""

from __future__ import annotations

from hub.client.link.connection import Done
from hub.domain.day import day, manager_presence
from hub.domain.queue import queue, voiding
from hub.domain.queue.queue import TicketState
from hub.domain.refusal import Refusal
from hub.domain.reservations import guidance
from hub.domain.visit import originals, pre_check, visit
from hub.rehearsal.arrivals import Applicant
from hub.rehearsal.crew import Crew
from hub.rehearsal.floor import Holder
from hub.rehearsal.paper_photos import PaperPhotos

OVERTIME_MS = 60 * 60_000
"""Who still waits an hour after reception stopped is invited to another session."""

AWAY_S = 5 * 60
"""Once a day the manager is called to the mall's office; long enough for somebody to come and find nobody there."""

CALL_S = 90
"""What to bring, what to mind and where the booth is, said on the telephone."""


class Manager:
    """Plays the manager, at the reception of an open day."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._stage = crew.stage
        self._paper = PaperPhotos(crew.stage, crew.screen, crew.manager)

    async def tell_untold(self) -> None:
        """Whom the list does not call told is telephoned before they leave home; nobody answers the last call."""
        booth = self._stage.booth
        for number in guidance.untold(booth.guided, booth.slots)[:-1]:
            await self._stage.scheduler.sleep(CALL_S)
            if number not in self._stage.booth.queue.reservations:
                await self._crew.do(guidance.GiveGuidance(number))

    async def receive(self, applicant: Applicant) -> None:
        """At the reception, when the applicant arrives: a number, on paper."""
        await self._stage.scheduler.sleep_until(applicant.at_ms)
        while manager_presence.paused(self._stage.profile, self._stage.booth.leading) is not None:
            await self._stage.scheduler.sleep(AWAY_S / 10)
        people = applicant.people if not applicant.reservation else 0
        asked = queue.IssueTicket(applicant.lane, people, applicant.reservation, applicant.large_print)
        ticket = await self._crew.do(asked)
        self._crew.floor.holders[ticket] = Holder(applicant)
        if pre_check.wanted(self._stage.profile, self._stage.booth.day.event_type, applicant.lane):
            await self._stage.ask(self._crew.screen, pre_check.PreCheck(ticket), self._crew.manager)

    async def step_out(self) -> None:
        """In the middle of the day the manager is away for a while; beside a person who practises, nobody leaves."""
        if self._stage.shared:
            return
        await self._stage.scheduler.sleep_until((self._crew.practice.open_ms + self._crew.practice.close_ms) // 2)
        await self._crew.do(manager_presence.LeaveBooth())
        await self._stage.scheduler.sleep(AWAY_S)
        await self._crew.do(manager_presence.TakeBooth())

    async def stop_reception(self) -> None:
        """At closing time no more numbers; an hour later who still waits is invited to another session."""
        await self._stage.scheduler.sleep_until(self._crew.practice.close_ms)
        await self._void_a_second_number()
        await self._crew.do(day.StopReception())
        while self._someone_waits() and self._stage.now_ms < self._crew.practice.close_ms + OVERTIME_MS:
            await self._stage.scheduler.sleep(60)
        for ticket in queue.open_tickets(self._stage.booth.queue):
            if ticket.state is TicketState.WAITING:
                with self._stage.overtaken():
                    await self._crew.do(queue.CarryOver(ticket.id))

    async def _void_a_second_number(self) -> None:
        """The last one in the door got two numbers: the clerk may not void the second, the manager does."""
        lanes = {ticket.lane for ticket in self._stage.booth.queue.tickets.values()}
        for lane in sorted(lanes) if not self._stage.shared else ():
            issued = await self._stage.ask(self._crew.screen, queue.IssueTicket(lane), self._crew.manager)
            if isinstance(issued, Done):
                twice = voiding.VoidTicket(issued.index, "二重に発券した")
                answer = await self._stage.ask(self._crew.screen, twice, self._crew.clerks[0])
                if not isinstance(answer, Refusal):
                    raise AssertionError("a clerk voided a number")
                # A free window may have called it in that moment: then it is held, and no longer anybody's.
                if self._stage.booth.queue.tickets[issued.index].state is TicketState.WAITING:
                    await self._stage.ask(self._crew.screen, twice, self._crew.manager)
                return

    def _someone_waits(self) -> bool:
        return bool(self._crew.floor.coming_back) or any(self._stage.booth.queue.lines.values())

    async def give_ends(self) -> None:
        """Every ticket and visit that has no end yet gets one; beside a person who practises there may be such."""
        for held in list(self._stage.booth.visits.visits.values()):
            if held.state is visit.VisitState.OPEN:
                await self._paper.account_for(held.id)
                if held.id in self._stage.booth.originals:
                    await self._crew.do(originals.ReturnOriginals(held.id))
                await self._crew.do(visit.AbandonVisit(held.id, "閉場のため"))
        for ticket in queue.open_tickets(self._stage.booth.queue):
            if ticket.state in (TicketState.CALLED, TicketState.SERVING):
                await self._crew.do(queue.HoldTicket(ticket.id))
            await self._crew.do(queue.CarryOver(ticket.id))
