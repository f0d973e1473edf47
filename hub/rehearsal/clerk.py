"""A clerk at a window: calls, serves, follows the contract's steps, and deals with what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence

from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.domain.booth import Command
from hub.domain.day import inquiry, survey
from hub.domain.moment import local_minute
from hub.domain.photo import photo
from hub.domain.queue import queue
from hub.domain.queue.queue import Ticket, TicketState
from hub.domain.visit import shared_terminal, visit
from hub.domain.visit import steps as visit_steps
from hub.rehearsal.arrivals import Applicant
from hub.rehearsal.floor import Floor, Holder
from hub.rehearsal.privacy import Privacy
from hub.rehearsal.procedure import WALK_S, City, Procedure, Way
from hub.rehearsal.stage import Stage
from sync.keys.party import Person

LOOK_S = 15
"""An idle clerk looks at the list four times a minute."""

RECALL_S = 45
"""Between two calls of the same number; shorter seems rude, longer holds everybody up."""

FETCH_S = 10 * 60
"""To fetch a paper from the car or the shop next door."""

AWAY_S = 50 * 60
"""Home and back; a return ticket keeps the place."""

LAST_RETURN_S = 20 * 60
"""Return tickets are for no later than this before reception stops."""

CHATS = 3
"""About every third asks something else, or answers the questionnaire."""

TAKES_BACK = 5
"""Of those about every fifth was noted by mistake."""


class Clerk:
    """Serves lanes at one window until reception has stopped and nobody is left."""

    def __init__(
        self,
        stage: Stage,
        screen: HubClient,
        person: Person,
        window: str,
        lanes: Sequence[str],
        floor: Floor,
        city: City,
        service_s: float,
        privacy: Privacy,
        colleague: Person,
    ) -> None:
        """colleague: who is called over where the contract wants another person's eyes."""
        self._stage = stage
        self._screen = screen
        self._person = person
        self._window = window
        self._lanes = tuple(lanes)
        self._floor = floor
        self._holders = floor.holders
        self._service_s = service_s
        """What one applicant takes on the mean."""
        self._procedure = Procedure(stage, screen, person, colleague, floor, city, service_s, privacy)
        self._undid = False

    async def work(self) -> None:
        while True:
            if self._waiting():
                if visit.still_logged_in(self._stage.booth.visits, self._window) is not None:
                    await self._ask(shared_terminal.ConfirmLoggedOut(self._window))
                called = await self._ask(queue.CallNext(self._lanes, self._window))
                if called:
                    ticket = self._at_window()
                    with self._stage.overtaken():
                        await self._serve(ticket)
                    await self._free_window(ticket.id)
                    continue
            elif self._stage.now_ms > self._floor.close_ms and not self._floor.coming_back:
                return
            await self._stage.scheduler.sleep(LOOK_S)

    async def _free_window(self, ticket: int) -> None:
        """A ticket that was let go in the middle waits aside; the day's end finds it there."""
        living = self._stage.booth.photos.living
        if living is not None and living.ticket == ticket:
            await self._ask(photo.Retake(living.shot))
        if self._stage.booth.queue.windows.get(self._window) == ticket:
            await self._ask(queue.HoldTicket(ticket))

    def _waiting(self) -> bool:
        lines = self._stage.booth.queue.lines
        return any(lines.get(lane) for lane in self._lanes)

    def _at_window(self) -> Ticket:
        queued = self._stage.booth.queue
        return queued.tickets[queued.windows[self._window]]

    async def _ask(self, command: Command) -> bool:
        return isinstance(await self._stage.ask(self._screen, command, self._person), Done)

    async def _do(self, command: Command) -> Done:
        return await self._stage.do(self._screen, command, self._person)

    async def _sleep(self, seconds: float) -> None:
        await self._stage.scheduler.sleep(seconds)

    # ------------------------------------------------------------------ a ticket

    async def _serve(self, ticket: Ticket) -> None:
        holder = self._holders.setdefault(ticket.id, Holder(Applicant(ticket.id, 0, ticket.lane, "")))
        if not await self._comes(ticket, holder):
            return
        await self._do(queue.StartService(ticket.id))
        who = holder.applicant
        if who.returns and not holder.has_returned:
            await self._send_home(ticket, holder)
            return
        if await self._lacks_before_visit(ticket, holder):
            return
        method = who.method or self._stage.profile.methods_of_lane(ticket.lane)[0].id
        if visit_steps.booth_steps(self._stage.profile.method(method)):
            for _ in range(ticket.people):
                if await self._procedure.see_through(ticket, holder, method) is Way.ASIDE:
                    await self._set_aside(ticket, holder)
                    return
        else:  # the contract names categories without steps: the service itself is all there is
            await self._sleep(self._service_s * who.pace)
        await self._do(queue.FinishTicket(ticket.id))
        await self._chat(who)

    async def _chat(self, who: Applicant) -> None:
        """Every third asks something else on leaving, and answers the questionnaire where there is one."""
        profile = self._stage.profile
        if who.id % CHATS:
            return
        at = who.id // CHATS
        if profile.inquiry_categories:
            category = profile.inquiry_categories[at % len(profile.inquiry_categories)]
            topic = category.topics[at % len(category.topics)].id if category.topics else ""
            await self._do(inquiry.NoteInquiry(category.id, topic, category.channel == "phone"))
            if at % TAKES_BACK == 1:
                last = inquiry.last_of(self._stage.booth.inquiries, self._person.person)
                assert last is not None
                await self._do(inquiry.TakeBackInquiry(last))
        for question in profile.surveys:
            await self._do(survey.AnswerSurvey(question.id, question.choices[at % len(question.choices)].id))

    async def _comes(self, ticket: Ticket, holder: Holder) -> bool:
        """Call until the holder comes; False after the calls that the contract asks for before "absent"."""
        comes_at = 1 if holder.at_hand or holder.has_returned else holder.applicant.comes_at_call
        if not self._undid and ticket.id == self._first_of_many():
            await self._call_by_mistake(ticket)
        call = 1
        while call != comes_at:
            await self._sleep(RECALL_S)
            if call >= self._stage.profile.operation.calls_before_no_show:
                await self._do(queue.MarkNoShow(ticket.id))
                return False
            await self._do(queue.RecallTicket(ticket.id))
            call += 1
        await self._sleep(WALK_S)
        return True

    def _first_of_many(self) -> int:
        """The one ticket of the day that this clerk calls by mistake: the day's first in the first lane of the first window."""
        return min(self._holders) if self._window.endswith("1") and len(self._holders) > 1 else -1

    async def _call_by_mistake(self, ticket: Ticket) -> None:
        """Take the call back within seconds, and call again: undo is a new entry, never an erased one.

        Without a pause between the two: whoever waits again may be called by another window.
        """
        self._undid = True
        await self._sleep(10)
        held = self._stage.booth.queue.tickets[ticket.id]
        await self._do(queue.UndoAction(ticket.id, held.changed_at))
        await self._do(queue.CallTicket(ticket.id, self._window))

    async def _send_home(self, ticket: Ticket, holder: Holder) -> None:
        holder.has_returned = True
        back_ms = min(self._stage.now_ms + AWAY_S * 1000, self._floor.close_ms - LAST_RETURN_S * 1000)
        await self._do(queue.SendAway(ticket.id, local_minute(max(back_ms, self._stage.now_ms))))
        if holder.applicant.returns == "back":
            self._expect(ticket.id, max(back_ms, self._stage.now_ms))

    def _expect(self, ticket: int, at_ms: int) -> None:
        self._floor.coming_back.add(ticket)
        self._stage.scheduler.spawn(self._come_back(ticket, at_ms), f"back {ticket}")

    async def _come_back(self, ticket: int, at_ms: int) -> None:
        await self._stage.scheduler.sleep_until(at_ms)
        self._floor.coming_back.discard(ticket)
        if self._stage.booth.queue.tickets[ticket].state in (TicketState.AWAY, TicketState.HELD):
            with self._stage.overtaken():
                await self._do(queue.ResumeTicket(ticket))

    async def _lacks_before_visit(self, ticket: Ticket, holder: Holder) -> bool:
        """Where no step looks at papers, what lacks shows at once."""
        who = holder.applicant
        looked_at = (
            any(step.kind == "documents" for step in visit_steps.booth_steps(self._stage.profile.method(who.method)))
            if who.method
            else False
        )
        if looked_at or not who.missing or holder.at_hand:
            return False
        await self._sleep(60)
        await self._set_aside(ticket, holder)
        return True

    async def _set_aside(self, ticket: Ticket, holder: Holder) -> None:
        """Hold the ticket: until the paper is fetched, or to be invited to another session."""
        await self._do(queue.HoldTicket(ticket.id))
        if holder.applicant.missing == "another_day":
            await self._do(queue.CarryOver(ticket.id))
            return
        holder.at_hand = True
        self._expect(ticket.id, self._stage.now_ms + FETCH_S * 1000)
