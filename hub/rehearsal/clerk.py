"""A clerk at a window: calls, serves, follows the contract's steps, and deals with what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.domain.booth import Command
from hub.domain.contracts.procedure import Method, Step
from hub.domain.custody import forms, left_behind
from hub.domain.day import inquiry, survey
from hub.domain.identity import identity
from hub.domain.identity.identity import Outcome, RequestState
from hub.domain.moment import local_minute
from hub.domain.photo import photo
from hub.domain.queue import queue
from hub.domain.queue.queue import Ticket, TicketState
from hub.domain.visit import answers as visit_answers
from hub.domain.visit import form_id, originals, shared_terminal, visit
from hub.domain.visit import steps as visit_steps
from hub.domain.visit.circumstances import method_of, offered
from hub.domain.visit.shown_papers import enough, missing
from hub.domain.visit.visit import Visit
from hub.rehearsal.arrivals import Applicant
from hub.rehearsal.photographer import Photographer
from hub.rehearsal.privacy import Privacy
from hub.rehearsal.stage import Stage
from hub.rehearsal.stills import StillTaker
from sync.keys.party import Person

LOOK_S = 15
"""An idle clerk looks at the list four times a minute."""

WALK_S = 25
"""From the chairs to the window."""

RECALL_S = 45
"""Between two calls of the same number; shorter seems rude, longer holds everybody up."""

FETCH_S = 10 * 60
"""To fetch a paper from the car or the shop next door."""

AWAY_S = 50 * 60
"""Home and back; a return ticket keeps the place."""

LAST_RETURN_S = 20 * 60
"""Return tickets are for no later than this before reception stops."""


SPECIAL = 4
"""About every fourth applicant has something that the contract calls special."""

BREAKS = 7
"""About every seventh meeting breaks off once."""

OTHER_ANSWER = 9
"""About every ninth answers with the second of a question's choices: on paper, by post, mail that is forwarded."""

CHATS = 3
"""About every third asks something else, or answers the questionnaire."""

TAKES_BACK = 5
"""Of those about every fifth was noted by mistake."""

WRONG_FORM = 6
"""About every sixth form that is scanned is another person's, and is refused."""

RETAKES = 5
"""About every fifth applicant wants another photo."""


COPY_S = 40
"""To the copier and back with somebody's licence."""

FORGETS = 13
"""About every thirteenth applicant goes without what is theirs, papers or something else."""

SPOILS = 7
"""About every seventh applicant spoils a form."""


class City(Protocol):
    """The city's side, as a clerk knows it: it answers."""

    async def receive(self, request: int) -> None:
        """Return once the officer whose turn it is looks at the request, or it is over."""

    async def answer(self, request: int, outcome: Outcome, reason: str) -> None:
        """Return once the decision of the officer whose turn it is stands in the record, or the request is over."""


@dataclass
class Holder:
    """The person who holds a ticket, as the actors know them; `at_hand`: nothing lacks any more."""

    applicant: Applicant
    at_hand: bool = False
    has_returned: bool = False
    answered: list[str] = field(default_factory=list)
    """Decisions of the city that were not "confirmed" so far."""


@dataclass
class Floor:
    """The waiting room: who holds which ticket, and who has gone and will be back."""

    close_ms: int
    holders: dict[int, Holder] = field(default_factory=dict)
    coming_back: set[int] = field(default_factory=set)
    blanks: dict[str, int] = field(default_factory=dict)
    """What really lies there of each blank form: counted at the end against the ledger."""

    def take(self, form: str, sheets: int = 1) -> None:
        """Somebody takes forms from the pile, where the contract has one of that class."""
        if form in self.blanks:
            self.blanks[form] -= sheets


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
        self._city = city
        self._service_s = service_s
        """What one applicant takes on the mean."""
        self._privacy = privacy
        self._photographer = Photographer(stage, screen, person)
        self._stills = StillTaker(stage, screen, person)
        self._colleague = colleague
        self._undid = False
        self._laid: dict[int, dict[str, int]] = {}
        """Sheets of visits that are not finished yet."""

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
                if not await self._visit(ticket, holder, method):
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

    # ------------------------------------------------------------------ a visit

    async def _visit(self, ticket: Ticket, holder: Holder, method: str) -> bool:
        """See one person through; False if the ticket has left the window."""
        open_ = visit.open_visit(self._stage.booth.visits, ticket.id)
        if open_ is None:
            if len(visit.of_ticket(self._stage.booth.visits, ticket.id)) >= ticket.people:
                return True  # this household's visits are done
            done = await self._do(visit.OpenVisit(ticket.id, method))
            held = done.index
            if not await self._triage(held, holder.applicant):
                return True
            await self._privacy.look(self._stage.booth.visits.visits[held], self._person)
        else:
            held = open_.id
        while True:
            now = self._stage.booth.visits.visits[held]
            current = method_of(self._stage.profile, now)
            step = visit_steps.next_step(now, current)
            if step is None:
                await self._part(ticket, held, holder)
                await self._do(visit.FinishVisit(held))
                for form, sheets in self._laid.pop(held, {}).items():
                    self._floor.take(form, sheets)
                return True
            if not await self._answer(now, step, holder.applicant):
                await self._do(visit.AbandonVisit(held, "ここでは受け付けられないため"))
                return True
            await self._sleep(self._service_s * holder.applicant.pace / len(visit_steps.booth_steps(current)))
            if step.kind == "documents" and holder.applicant.missing and not holder.at_hand:
                if holder.applicant.missing == "downgrade" and current.downgrade_to is not None:
                    await self._do(visit.DowngradeVisit(held, current.downgrade_to))
                    holder.at_hand = True
                    continue
                if holder.applicant.missing == "another_day":
                    await self._give_back(held)
                    await self._do(visit.AbandonVisit(held, "書類がそろわないため別の日に"))
                await self._set_aside(ticket, holder)
                return False
            if step.kind in visit_steps.CITY_KINDS:
                if not await self._city_step(now, step, holder):
                    await self._give_back(held)
                    await self._do(visit.AbandonVisit(held, "本人確認ができないため"))
                    return True
            else:
                await self._step(now, current, step, holder)

    async def _triage(self, held: int, who: Applicant) -> bool:
        """Every fourth has something special; False if the contract does not serve it, and they were told where to go."""
        known = offered(self._stage.profile, self._stage.booth.visits.visits[held].method)
        if not known or who.id % SPECIAL != 1:
            return True
        one = known[who.id // SPECIAL % len(known)]
        if await self._ask(visit.TriageVisit(held, (one.id,))) != one.accepted:
            raise AssertionError(f"{one.id} was {'refused' if one.accepted else 'accepted'}")
        if not one.accepted:
            await self._do(visit.AbandonVisit(held, "ここでは受け付けられないため", one.id))
        return one.accepted

    async def _answer(self, now: Visit, step: Step, who: Applicant) -> bool:
        """Say what the contract asks before this step; False if it does not take this applicant's answer."""
        profile = self._stage.profile
        for question in visit_answers.asked(profile, now.method):
            said = any(answer.question == question.id for answer in now.answers)
            if said or (question.step != step.id if question.default is None else who.id % OTHER_ANSWER != 4):
                continue
            choice = question.choices[1 if question.default is not None or who.id % OTHER_ANSWER == 0 else 0]
            reason = choice.reasons[0].id if choice.reasons else ""
            command = visit_answers.AnswerQuestion(now.id, question.id, choice.id, reason)
            if await self._ask(command) != choice.accepted:
                raise AssertionError(f"{choice.id} was {'refused' if choice.accepted else 'accepted'}")
            if not choice.accepted:
                return False
        return True

    async def _step(self, now: Visit, method: Method, step: Step, holder: Holder) -> None:
        if step.kind == "count":
            sheets = {paper.id: _sheets(paper.required, holder, place) for place, paper in enumerate(method.documents)
                      if paper.keep == "hand_over"}  # fmt: skip
            await self._do(visit.CountSheets(now.id, step.id, sheets))
            self._laid[now.id] = sheets
            await self._spoil(holder, sheets)
            return
        if step.kind == "photo" and not step.photographed:
            await self._do(photo.Exempt(now.id, step.id, "under_one"))
            return
        if step.kind == "photo":
            await self._photographer.photograph(now.id, step, again=holder.applicant.id % RETAKES == 1)
            return
        shown: tuple[str, ...] = ()
        if step.kind == "documents":
            shown = self._shown(step, method, holder)
        if step.form_id and not self._privacy.number_only():
            await self._read_form(now, step, holder)
        second = step.checks is not None and visit.done_by(now, step.checks) == self._person.person
        who = self._colleague if second else self._person
        await self._stage.do(self._screen, visit.DoStep(now.id, step.id, shown), who)

    async def _give_back(self, held: int) -> None:
        if held in self._stage.booth.originals:
            await self._sleep(COPY_S)
            await self._do(originals.ReturnOriginals(held))

    async def _part(self, ticket: Ticket, held: int, holder: Holder) -> None:
        """What is theirs goes back to them; some are gone already, and some leave another thing on a chair."""
        forgets = holder.applicant.id % FORGETS
        if forgets == 6 and held in self._stage.booth.originals:
            await self._do(originals.LeaveOriginals(held, "返す前に帰られた"))
            return
        await self._give_back(held)
        if forgets == 9:
            found = left_behind.FindThing(left_behind.Thing.UMBRELLA, left_behind.Place.WAITING, ticket.id)
            item = (await self._do(found)).index
            if holder.applicant.id % 2:
                await self._sleep(WALK_S)
                await self._do(left_behind.EndThing(item, left_behind.End.OWNER))

    async def _read_form(self, now: Visit, step: Step, holder: Holder) -> None:
        """Scan the form of this person; every so-many-th form is somebody else's first, or has no ID at all."""
        forms, who = self._stage.booth.form_ids, holder.applicant.id
        if now.id in forms and forms[now.id].exempt:
            return
        if who % OTHER_ANSWER == 0:
            await self._do(form_id.ExemptForm(now.id, "handwritten"))
            return
        others = [visit for visit in forms if visit != now.id and forms[visit].tag]
        if who % WRONG_FORM == 1 and others:
            wrong = form_id.ReadForm(now.id, step.id, forms[others[0]].tag, forms[others[0]].last4)
            still = self._stage.booth.visits.visits[others[0]].state is not visit.VisitState.ABANDONED
            if await self._ask(wrong) and still:
                raise AssertionError("a form was taken that belongs to another visit")
        digits = f"{now.id:023d}"
        tag = await self._privacy.tag(digits)
        if tag is None:
            await self._do(form_id.ExemptForm(now.id, "vault_locked"))
        else:
            await self._do(form_id.ReadForm(now.id, step.id, tag, digits[-4:]))

    def _shown(self, step: Step, method: Method, holder: Holder) -> tuple[str, ...]:
        """What this person lays on the table: every third has lost what a report may stand in for, or has two B."""
        profile, ticks = self._stage.profile, enough(step, method, self._stage.profile)
        if holder.applicant.id % 3:
            return ticks
        instead = {paper.id: paper.alternatives[0].id for paper in method.documents if paper.alternatives}
        papers = [instead.get(tick, tick) for tick in ticks]
        two = [paper.id for paper in profile.identity_papers if paper.rank == "B"][:2]
        others = [tick for tick in papers if tick not in {paper.id for paper in profile.identity_papers}]
        return (*others, *two) if not missing(step, method, profile, (*others, *two)) else tuple(papers)

    async def _spoil(self, holder: Holder, sheets: dict[str, int]) -> None:
        """Every so-many-th applicant writes beside the lines: the form is set aside for the shredder."""
        form = next((name for name, count in sheets.items() if count and name in self._floor.blanks), None)
        if form is not None and holder.applicant.id % SPOILS == 2:
            await self._do(forms.MoveForms(form, 1, forms.Way.SPOILED))
            self._floor.take(form)

    async def _city_step(self, now: Visit, step: Step, holder: Holder) -> bool:
        """Ask the city until it confirms; False if it refuses."""
        while True:
            done = await self._do(identity.RequestIdentity(now.id, step.id, ("運転免許証",)))
            if identity.by_video(self._stage.profile, now.method):
                await self._meet(done.index, breaks=holder.applicant.id % BREAKS == 3)
            await self._city.receive(done.index)
            await self._stills.take(done.index, holder.applicant.id, again=holder.applicant.id % RETAKES == 2)
            wanted = [one for one in holder.applicant.city if one not in holder.answered]
            outcome = Outcome(wanted[0]) if wanted else Outcome.CONFIRMED
            reason = {
                Outcome.MORE_PAPERS: "住所の分かる書類をもう1点",
                Outcome.RETAKE: "光が反射して見えない",
                Outcome.REFUSED: "書類と本人が合わない",
            }.get(outcome, "")
            await self._city.answer(done.index, outcome, reason)
            request = self._stage.booth.identity.requests[done.index]
            if request.state is not RequestState.DECIDED:
                continue  # it ran out of time: the place is kept and the clerk asks again
            if outcome is Outcome.CONFIRMED:
                return True
            holder.answered.append(outcome.value)
            if outcome is Outcome.REFUSED:
                return False
            await self._sleep(60)

    async def _meet(self, request: int, *, breaks: bool) -> None:
        """The meeting, as the clerk notes it; where it breaks off, it is away for long enough to start again."""
        notes: tuple[Literal["started", "lost"], ...] = ("started", "lost", "started") if breaks else ("started",)
        for note in notes:
            await self._do(identity.NoteVideo(request, note))
            if note == "lost":
                await self._sleep(self._stage.profile.city_check.video_lost_seconds + 10)


def _sheets(required: str, holder: Holder, place: int) -> int:
    """One of each class that is always asked for; of the others about every third person has one."""
    return 1 if required == "yes" else int((holder.applicant.id + place) % 3 == 0)
