"""One person's procedure at a window: the contract's steps, and what goes wrong on the way."""

from __future__ import annotations

from enum import Enum
from typing import Literal, Protocol

from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.domain.booth import Command
from hub.domain.contracts.procedure import Method, Step
from hub.domain.custody import forms, left_behind
from hub.domain.identity import identity
from hub.domain.identity.identity import Outcome, RequestState
from hub.domain.photo import photo
from hub.domain.queue.queue import Ticket
from hub.domain.visit import answers as visit_answers
from hub.domain.visit import comparing, form_id, originals, visit
from hub.domain.visit import steps as visit_steps
from hub.domain.visit.circumstances import method_of, offered
from hub.domain.visit.shown_papers import RANKS, enough, missing
from hub.domain.visit.visit import Visit
from hub.rehearsal.arrivals import Applicant
from hub.rehearsal.floor import Floor, Holder
from hub.rehearsal.photographer import Photographer
from hub.rehearsal.privacy import Privacy
from hub.rehearsal.stage import Stage
from hub.rehearsal.stills import StillTaker
from sync.keys.party import Person

SPECIAL = 4
"""About every fourth applicant has something that the contract calls special."""

BREAKS = 7
"""About every seventh meeting breaks off once."""

OTHER_ANSWER = 9
"""About every ninth answers with the second of a question's choices: on paper, by post, mail that is forwarded."""

WRONG_FORM = 6
"""About every sixth form that is scanned is another person's, and is refused."""

RETAKES = 5
"""About every fifth applicant wants another photo."""

COPY_S = 40
"""To the copier and back with somebody's licence."""

FORGETS = 13
"""About every thirteenth applicant goes without what is theirs, papers or something else."""

DIFFERS = 8
"""About every eighth applicant wrote something else than stands on their papers; every other of these goes home."""

SPOILS = 7
"""About every seventh applicant spoils a form."""

WALK_S = 25
"""From the chairs to the window."""


class City(Protocol):
    """The city's side, as a clerk knows it: it answers."""

    async def receive(self, request: int) -> None:
        """Return once the officer whose turn it is looks at the request, or it is over."""

    async def answer(self, request: int, outcome: Outcome, reason: str) -> None:
        """Return once the decision of the officer whose turn it is stands in the record, or the request is over."""


class Way(Enum):
    """How a ticket goes on after one person's procedure."""

    ON = "on"
    """It is over, one way or the other: the next of the household, or the end."""
    ASIDE = "aside"
    """A paper lacks: the ticket waits."""


class Procedure:
    """What a clerk does with an applicant; the colleague is called over where the contract wants another person's eyes."""

    def __init__(
        self,
        stage: Stage,
        screen: HubClient,
        person: Person,
        colleague: Person,
        floor: Floor,
        city: City,
        service_s: float,
        privacy: Privacy,
    ) -> None:
        """`service_s`: what one applicant takes on the mean."""
        self._stage = stage
        self._screen = screen
        self._person = person
        self._colleague = colleague
        self._floor = floor
        self._city = city
        self._service_s = service_s
        self._privacy = privacy
        self._photographer = Photographer(stage, screen, person)
        self._stills = StillTaker(stage, screen, person)
        self._laid: dict[int, dict[str, int]] = {}
        """Sheets of visits that are not finished yet."""

    async def see_through(self, ticket: Ticket, holder: Holder, method: str) -> Way:
        """See one person through, or as far as it goes today."""
        open_ = visit.open_visit(self._stage.booth.visits, ticket.id)
        if open_ is None:
            if len(visit.of_ticket(self._stage.booth.visits, ticket.id)) >= ticket.people:
                return Way.ON  # this household's visits are done
            done = await self._do(visit.OpenVisit(ticket.id, method))
            held = done.index
            if not await self._triage(held, holder.applicant):
                return Way.ON
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
                self._post(now, current)
                return Way.ON
            if not await self._answer(now, step, holder.applicant):
                await self._do(visit.AbandonVisit(held, "ここでは受け付けられないため"))
                return Way.ON
            await self._sleep(self._service_s * holder.applicant.pace / len(visit_steps.booth_steps(current)))
            if step.kind == "documents" and holder.applicant.missing and not holder.at_hand:
                if holder.applicant.missing == "downgrade" and current.downgrade_to is not None:
                    await self._do(visit.DowngradeVisit(held, current.downgrade_to))
                    holder.at_hand = True
                    continue
                if holder.applicant.missing == "another_day":
                    await self._give_back(held)
                    await self._do(visit.AbandonVisit(held, "書類がそろわないため別の日に"))
                return Way.ASIDE
            if step.kind in visit_steps.CITY_KINDS:
                if not await self._city_step(now, step, holder):
                    await self._give_back(held)
                    await self._do(visit.AbandonVisit(held, "本人確認ができないため"))
                    return Way.ON
            else:
                if not await self._compared(now, step, holder.applicant.id):
                    await self._give_back(held)
                    await self._do(visit.AbandonVisit(held, "照合不一致"))
                    return Way.ON
                await self._step(now, current, step, holder)

    def _post(self, now: Visit, method: Method) -> None:
        """What goes by post today is written on a form of the pile, and put into one of its envelopes."""
        said = {one.question: one.choice for one in visit_answers.all_answers(now, self._stage.profile)}
        for paper in method.documents:
            if paper.used_when and paper.used_when.items() <= said.items():
                self._floor.take(paper.id)

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
        for question in profile.asked(now.method):
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
        shown = _shown(step, method, holder)
        if step.form_id and not self._privacy.number_only():
            await self._read_form(now, step, holder)
        now = self._stage.booth.visits.visits[now.id]
        second = step.checks is not None and visit.done_by(now, step.checks) == self._person.person
        second = second or comparing.same_eyes(now, step.id, self._person.person)
        who = self._colleague if second else self._person
        await self._stage.do(self._screen, visit.DoStep(now.id, step.id, shown), who)

    async def _compared(self, now: Visit, step: Step, who: int) -> bool:
        """Hold the papers against each other; False if they differ and it cannot be put right today."""
        if not step.compares or who % DIFFERS != 5:
            return True
        item = step.compares[who // DIFFERS % len(step.compares)]
        await self._do(comparing.ReportDifference(now.id, step.id, (item,)))
        if await self._ask(visit.DoStep(now.id, step.id)):
            raise AssertionError("who found a difference compared again")
        await self._sleep(60)  # a line is struck out and written again
        return who // DIFFERS % 2 == 0

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
            wrong = form_id.ReadForm(now.id, step.id, forms[others[0]].tag)
            still = self._stage.booth.visits.visits[others[0]].state is not visit.VisitState.ABANDONED
            if await self._ask(wrong):
                if still:
                    raise AssertionError("a form was taken that belongs to another visit")
                await self._do(form_id.ReplaceForm(now.id))  # left by somebody who gave up: not this person's either
        digits = f"{now.id:023d}"
        tag = await self._privacy.tag(digits)
        if tag is None:
            await self._do(form_id.ExemptForm(now.id, "vault_locked"))
        else:
            await self._do(form_id.ReadForm(now.id, step.id, tag))

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

    async def _ask(self, command: Command) -> bool:
        return isinstance(await self._stage.ask(self._screen, command, self._person), Done)

    async def _do(self, command: Command) -> Done:
        return await self._stage.do(self._screen, command, self._person)

    async def _sleep(self, seconds: float) -> None:
        await self._stage.scheduler.sleep(seconds)


def _sheets(required: str, holder: Holder, place: int) -> int:
    """One of each class that is always asked for; of the others about every third person has one."""
    return 1 if required == "yes" else int((holder.applicant.id + place) % 3 == 0)


def _shown(step: Step, method: Method, holder: Holder) -> tuple[str, ...]:
    """What this person lays on the table: every third has lost what a report may stand in for, or has two B."""
    ticks = enough(step, method)
    if holder.applicant.id % 3:
        return ticks
    instead = {paper.id: paper.alternatives[0].id for paper in method.documents if paper.alternatives}
    papers = tuple(instead.get(tick, tick) for tick in ticks)
    two = (*(tick for tick in papers if tick not in RANKS), "B", "B")
    return papers if missing(step, method, two) else two
