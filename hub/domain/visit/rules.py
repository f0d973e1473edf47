"""What may be done to a visit: opened for each applicant of a called ticket, led through its steps, ended.

Each command is decided by the contract's procedure as this visit goes through it (hub.domain.visit.circumstances).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.kinds import Kinds
from hub.domain.queue.queue import Queue, TicketState
from hub.domain.refusal import Refusal, refuse, some
from hub.domain.visit import answers as visit_answers
from hub.domain.visit import circumstances, comparing, discreet, pre_check, shared_terminal, shown_papers
from hub.domain.visit.answers import AnswerQuestion, QuestionAnswered, with_answer
from hub.domain.visit.comparing import Differed, ReportDifference, with_difference
from hub.domain.visit.pre_check import PreCheck, PreChecked
from hub.domain.visit.shared_terminal import ConfirmLoggedOut, TerminalFreed, TerminalUsed
from hub.domain.visit.steps import (
    ABOUT_PAPERS,
    CITY_KINDS,
    COUNT_KIND,
    SIGNED_KINDS,
    booth_steps,
    doable,
    missing_gate,
    next_step,
)
from hub.domain.visit.visit import (
    AbandonVisit,
    Answer,
    CountSheets,
    DoStep,
    DowngradeVisit,
    FinishVisit,
    OpenVisit,
    StepDone,
    TriageVisit,
    Visit,
    VisitDowngraded,
    VisitEnded,
    VisitOpened,
    Visits,
    VisitState,
    VisitTriaged,
    of_ticket,
    set_visit,
    with_step,
)

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Method, Step
    from hub.domain.moment import Context, Signer

VisitCommand = (
    OpenVisit
    | DoStep
    | CountSheets
    | DowngradeVisit
    | TriageVisit
    | AnswerQuestion
    | FinishVisit
    | AbandonVisit
    | ConfirmLoggedOut
    | PreCheck
    | ReportDifference
)

VisitEvent = (
    VisitOpened
    | StepDone
    | VisitDowngraded
    | VisitTriaged
    | QuestionAnswered
    | VisitEnded
    | TerminalUsed
    | TerminalFreed
    | PreChecked
    | Differed
)


def blocks_finish(visits: Visits, profile: Profile, queue: Queue, ticket: int) -> Refusal | None:
    """Why a ticket cannot be finished yet: a visit is open, or an applicant has none (one that was given up counts)."""
    held = queue.tickets[ticket]
    mine = of_ticket(visits, ticket)
    for one in mine:
        if one.state is VisitState.OPEN:
            step = next_step(one, circumstances.method_of(profile, one))
            return refuse("visit.open", number=held.number, step=step.ja if step else "完了")
    if len(mine) < held.people and any(booth_steps(method) for method in profile.methods_of_lane(held.lane)):
        return refuse("visit.missing", number=held.number, count=held.people - len(mine))
    return None


def decide(
    command: VisitCommand,
    visits: Visits,
    queue: Queue,
    profile: Profile,
    event_type: str,
    context: Context,
    by: Signer,
    version: int,
) -> tuple[VisitEvent, ...] | Refusal:
    if OF_NO_VISIT.has(command):
        if isinstance(command, OpenVisit):
            return _open(command, visits, queue, profile, event_type, context, by)
        if isinstance(command, ConfirmLoggedOut):
            return shared_terminal.looked_at(command, visits.in_use, context, by)
        opened = bool(of_ticket(visits, command.ticket))
        return pre_check.decide(command, visits.pre_checks, opened, queue, profile, event_type, context, by)
    visit = visits.visits.get(command.visit)
    if visit is None:
        return refuse("visit.unknown")
    if visit.state is not VisitState.OPEN:
        return refuse("visit.closed")
    if version and version != visit.version:
        return refuse("queue.changed", number=visit.number)
    if isinstance(command, AbandonVisit):
        return _abandon(command, visit, profile, context, by)
    if queue.tickets[visit.ticket].state is not TicketState.SERVING:
        return refuse("visit.ticket_not_served", number=visit.number)
    method = circumstances.method_of(profile, visit)
    match command:  # the most frequent first
        case DoStep():
            done = _do_step(command, visit, method, profile, context, by)
            if method.logout is None or type(done) is Refusal:
                return done
            window = queue.tickets[visit.ticket].window
            used = shared_terminal.after_step(visit, command.step, method, visits.in_use, window, context, by)
            return (*done, *used)
        case AnswerQuestion():
            return visit_answers.decide(command, visit, profile, context, by)
        case TriageVisit():
            return _triage(command, visit, profile, context, by)
        case ReportDifference():
            compared = _signable(visit, method, profile, command.step, SIGNED_KINDS, by)
            return compared if type(compared) is Refusal else comparing.decide(command, compared, visit, context, by)
        case CountSheets():
            return _count(command, visit, method, profile, context, by)
        case DowngradeVisit():
            if method.downgrade_to != command.method:
                return refuse("visit.no_downgrade", method=command.method)
            target = circumstances.method_of(profile, msgspec.structs.replace(visit, method=command.method))
            kept = _kept(visit, method, target)
            return (VisitDowngraded(visit.id, target.id, method.id, kept, context.at_ms, by.person),)
        case FinishVisit():
            gate = missing_gate(visit, method)
            if gate is not None:
                return comparing.stopped(visit, gate.id) or refuse("visit.gate_open", step=gate.ja)
            question = visit_answers.unanswered(visit, method, profile)
            if question is not None:
                return refuse("visit.unanswered", question=question.ja)
            return (_ended(visit, profile, VisitState.DONE, visit.papers, context, by),)


OF_NO_VISIT: Kinds[OpenVisit | ConfirmLoggedOut | PreCheck] = Kinds(OpenVisit | ConfirmLoggedOut | PreCheck)
"""Commands that name no visit: it is not there yet, or its window or ticket is meant."""


def _abandon(
    command: AbandonVisit, visit: Visit, profile: Profile, context: Context, by: Signer
) -> tuple[VisitEvent, ...] | Refusal:
    if not command.reason.strip():
        return refuse("visit.reason")
    if discreet.tells(command.reason):
        return refuse("visit.reason_tells")
    unserved = {one.id for one in circumstances.offered(profile, visit.method) if not one.accepted}
    if command.because and command.because not in unserved:
        return refuse("visit.unknown_circumstance", special=command.because)
    return (_ended(visit, profile, VisitState.ABANDONED, (), context, by, command.reason, command.because),)


def _triage(
    command: TriageVisit, visit: Visit, profile: Profile, context: Context, by: Signer
) -> tuple[VisitEvent, ...] | Refusal:
    known = {one.id: one for one in circumstances.offered(profile, visit.method)}
    for name in command.circumstances:
        if name not in known:
            return refuse("visit.unknown_circumstance", special=name)
        if not known[name].accepted:
            return refuse("visit.not_accepted", special=known[name].ja, guidance=known[name].guidance or "")
    said = tuple(name for name in known if name in command.circumstances)  # the contract's order, however ticked
    return _behind_the_city(visit, profile, said) or (VisitTriaged(visit.id, said, context.at_ms, by.person),)


def _behind_the_city(visit: Visit, profile: Profile, said: tuple[str, ...]) -> Refusal | None:
    """What is said of a visit neither takes away a step that the city has refused, nor adds what it has not looked at."""
    before = circumstances.method_of(profile, visit)
    after = circumstances.method_of(profile, msgspec.structs.replace(visit, circumstances=said))
    left = {step.id for step in after.steps}
    dropped = next((step for step in before.steps if step.id in visit.refused and step.id not in left), None)
    if dropped is not None:
        return refuse("visit.city_refused", step=dropped.ja)
    decided = next((step for step in before.steps if step.id in visit.done and step.kind in CITY_KINDS), None)
    if decided is not None and _papers(after) - _papers(before):
        return refuse("visit.city_decided", step=decided.ja)
    return None


def _papers(method: Method) -> set[str]:
    """Every paper that a method wants shown or handed in."""
    return {paper.id for paper in method.documents} | {paper for step in method.steps for paper in step.documents}


def _kept(visit: Visit, method: Method, target: Method) -> tuple[str, ...]:
    """Steps that stay done under the lesser method: the same act in both, and nothing that speaks of papers.

    The papers go back to the applicant, so what was shown or counted is shown and counted again.
    """
    same = {(step.id, step.kind) for step in method.steps} & {(step.id, step.kind) for step in booth_steps(target)}
    handed = {step.id for step in booth_steps(target) if shown_papers.ticked_at(step)}
    acts = {step for step, kind in same if kind not in ABOUT_PAPERS} - handed
    return tuple(step for step in visit.done if step in acts)


def _open(
    command: OpenVisit,
    visits: Visits,
    queue: Queue,
    profile: Profile,
    event_type: str,
    context: Context,
    by: Signer,
) -> tuple[VisitEvent, ...] | Refusal:
    ticket = queue.tickets.get(command.ticket)
    if ticket is None:
        return refuse("queue.unknown_ticket")
    if ticket.state is not TicketState.SERVING:
        return refuse("visit.ticket_not_served", number=ticket.number)
    # One that was given up leaves room for another: a method chosen by mistake is corrected in this way. A family's
    # visits may be of different methods, so a visit's method need not belong to its ticket's lane.
    kept = [visit for visit in of_ticket(visits, ticket.id) if visit.state is not VisitState.ABANDONED]
    if len(kept) >= ticket.people:
        return refuse("visit.enough", number=ticket.number, people=ticket.people)
    if not profile.offers(event_type, command.method):
        return refuse("visit.wrong_method", method=command.method)
    opened = VisitOpened(context.index, ticket.id, ticket.number, command.method, context.at_ms, by.person)
    looked, by_whom = pre_check.step_of(profile.method(command.method)), visits.pre_checks.get(ticket.id)
    if looked is None or by_whom is None:
        return (opened,)
    return (opened, StepDone(opened.visit, looked.id, context.at_ms, by_whom, sheet_facts=looked.sheet_facts))


def _signable(
    visit: Visit, method: Method, profile: Profile, step_id: str, kinds: frozenset[str], by: Signer
) -> Step | Refusal:
    """The step, if it can be done now and everything that the contract asks before it is answered."""
    step = doable(visit, method, step_id, kinds, by)
    if type(step) is Refusal:
        return step
    question = visit_answers.unanswered(visit, method, profile, step.id)
    return refuse("visit.unanswered", question=question.ja) if question is not None else step


def _do_step(
    command: DoStep, visit: Visit, method: Method, profile: Profile, context: Context, by: Signer
) -> tuple[VisitEvent, ...] | Refusal:
    step = _signable(visit, method, profile, command.step, SIGNED_KINDS, by)
    if type(step) is Refusal:
        return step
    if visit.differences and comparing.same_eyes(visit, step.id, by.person):
        return comparing.stopped(visit, step.id) or refuse("visit.step_done", step=step.ja)
    if command.documents:
        known = shown_papers.known(method)
        for paper_id in command.documents:
            if paper_id not in known:
                return refuse("visit.paper_unknown", paper=paper_id)
    if shown_papers.ticked_at(step):
        missing = shown_papers.missing(step, method, command.documents)
        if missing:
            handout = step.kind == "notice"
            return refuse(
                "visit.handout_missing" if handout else "visit.documents_missing",
                missing=some([lack.ja for lack in missing]),
            )
    return (StepDone(visit.id, step.id, context.at_ms, by.person, sheet_facts=step.sheet_facts),)


def _count(
    command: CountSheets, visit: Visit, method: Method, profile: Profile, context: Context, by: Signer
) -> tuple[VisitEvent, ...] | Refusal:
    step = _signable(visit, method, profile, command.step, COUNT_KIND, by)
    if type(step) is Refusal:
        return step
    papers = [paper for paper in method.documents if paper.keep == "hand_over"]
    known = {paper.id for paper in papers}
    for paper_id in command.sheets:
        if paper_id not in known:
            return refuse("visit.paper_unknown", paper=paper_id)
    for paper in papers:
        count = command.sheets.get(paper.id, 0)
        # 99: no applicant brings more sheets of one class; more is a slip of the finger
        if not (1 if paper.required == "yes" else 0) <= count <= 99:
            return refuse("visit.paper_count", paper=paper.ja, count=count)
    sheets = tuple((paper.id, command.sheets.get(paper.id, 0)) for paper in papers)
    return (StepDone(visit.id, step.id, context.at_ms, by.person, sheets),)


def _ended(
    visit: Visit,
    profile: Profile,
    state: VisitState,
    papers: tuple[tuple[str, int], ...],
    context: Context,
    by: Signer,
    reason: str = "",
    because: str = "",
) -> VisitEnded:
    answers = visit_answers.all_answers(visit, profile)
    used = _used(visit, profile, answers) if state is VisitState.DONE else ()
    return VisitEnded(
        visit.id, visit.number, visit.method, state, papers, context.at_ms, by.person, reason, answers, because, used
    )


def _used(visit: Visit, profile: Profile, answers: tuple[Answer, ...]) -> tuple[tuple[str, int], ...]:
    """Blanks that a finished visit used and that are not collected: one of each that its answers call for."""
    said = {answer.question: answer.choice for answer in answers}
    return tuple(
        (paper.id, 1)
        for paper in circumstances.method_of(profile, visit).documents
        if paper.used_when and all(said.get(question) == choice for question, choice in paper.used_when.items())
    )


def evolve(visits: Visits, event: VisitEvent) -> Visits:
    match event:  # the most frequent first
        case StepDone():
            old = visits.visits[event.visit]
            done = with_step(old, event.step, event.sheets, event.by)
            if event.sheet_facts:
                done = msgspec.structs.replace(done, sheet_facts=(*done.sheet_facts, *event.sheet_facts))
            return set_visit(visits, done)
        case VisitOpened():
            visit = Visit(event.visit, event.ticket, event.number, event.method, VisitState.OPEN, event.at_ms, event.by)
            return msgspec.structs.replace(
                visits,
                visits=visits.visits.set(visit.id, visit),
                by_ticket=visits.by_ticket.set(event.ticket, (*visits.by_ticket.get(event.ticket, ()), visit.id)),
                open=visits.open + 1,
            )
        case VisitDowngraded():
            old = visits.visits[event.visit]
            return set_visit(
                visits,
                msgspec.structs.replace(
                    old,
                    version=old.version + 1,
                    method=event.method,
                    done=event.kept,
                    papers=(),
                    sheet_facts=(),  # the sheet goes back with the other papers
                    differences=(),
                    done_by=tuple(one for one in old.done_by if one[0] in event.kept),
                ),
            )
        case QuestionAnswered():
            return set_visit(visits, with_answer(visits.visits[event.visit], event.answer))
        case Differed():
            return set_visit(visits, with_difference(visits.visits[event.visit], event))
        case TerminalUsed() | TerminalFreed():
            return msgspec.structs.replace(visits, in_use=shared_terminal.evolve(visits.in_use, event))
        case PreChecked():
            return msgspec.structs.replace(visits, pre_checks=pre_check.evolve(visits.pre_checks, event))
        case VisitTriaged():
            old = visits.visits[event.visit]
            return set_visit(
                visits, msgspec.structs.replace(old, version=old.version + 1, circumstances=event.circumstances)
            )
        case VisitEnded():
            old = visits.visits[event.visit]
            ended = msgspec.structs.replace(
                old,
                version=old.version + 1,
                state=event.state,
                papers=event.papers,
                ended_ms=event.at_ms,
                answers=event.answers,
                because=event.because,
            )
            return msgspec.structs.replace(set_visit(visits, ended), open=visits.open - 1)
