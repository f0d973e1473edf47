"""The visit: the contract's steps for one applicant, its gates, and who may do which step.

Steps, gates and roles are profile data. 本人確認 and 暗証番号内容確認 are steps that only a decision under the city's
key completes (identity.py); no command here can.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain import circumstances, shown_papers
from hub.domain.queue import Queue, TicketState
from hub.domain.refusal import Refusal, refuse, some

if TYPE_CHECKING:
    from hub.domain.contract import Profile
    from hub.domain.moment import Context, Signer
    from hub.domain.profile_procedure import Method, Step


class VisitState(enum.StrEnum):
    OPEN = "open"
    DONE = "done"
    ABANDONED = "abandoned"  # the applicant left, or cannot go on today; papers are given back


class Visit(msgspec.Struct, frozen=True, array_like=True):
    id: int
    """Index of the entry that opened it."""
    ticket: int
    number: str
    method: str
    state: VisitState
    opened_ms: int
    by: str
    version: int = 1
    done: tuple[str, ...] = ()
    """Steps done, in the order they were done."""
    papers: tuple[tuple[str, int], ...] = ()
    """Sheets collected per class, in the profile's order; zero counts included."""
    retakes: int = 0
    ended_ms: int = 0
    refused: tuple[str, ...] = ()
    """City steps that an officer refused: nobody may ask another officer for the same visit."""
    circumstances: tuple[str, ...] = ()
    """What is special about it, as the contract names it (hub.domain.circumstances)."""
    done_by: tuple[tuple[str, str], ...] = ()
    """Step and who did it, for each step in `done` that somebody at the booth signed."""


class Visits(msgspec.Struct, frozen=True):
    visits: Map[int, Visit] = Map()
    by_ticket: Map[int, tuple[int, ...]] = Map()
    open: int = 0
    in_use: Map[str, int] = Map()
    """Window to the visit whose applicant may still be logged in at its shared application terminal."""


# ------------------------------------------------------------------ commands and events


class OpenVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.open"):
    ticket: int
    method: str


class DoStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.step"):
    """Sign one step as done. `documents`: the classes ticked, for a step of kind "documents": papers, what stands in
    for them, and identity papers (hub.domain.shown_papers)."""

    visit: int
    step: str
    documents: tuple[str, ...] = ()


class CountSheets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.count"):
    """Count the sheets collected from this applicant, per class: the step of kind "count"."""

    visit: int
    step: str
    sheets: dict[str, int]


class DowngradeVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.downgrade"):
    """Go on with a lesser method (Aomori 5(6)④: deficient papers turn 受付方式 into サポート方式)."""

    visit: int
    method: str


class TriageVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.triage"):
    """Say what is special about this visit: all of it, in place of what was said before."""

    visit: int
    circumstances: tuple[str, ...]


class FinishVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.finish"):
    visit: int


class AbandonVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.abandon"):
    visit: int
    reason: str


class ConfirmLoggedOut(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.logged_out"
):
    """Somebody looked at a window's application terminal: nothing of the one before is on it.

    For who left before their visit came to that step: held, sent away with a return ticket, or given up.
    """

    window: str


VisitCommand = (
    OpenVisit | DoStep | CountSheets | DowngradeVisit | TriageVisit | FinishVisit | AbandonVisit | ConfirmLoggedOut
)


class VisitOpened(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.opened/1"):
    visit: int
    ticket: int
    number: str
    method: str
    at_ms: int
    by: str


class StepDone(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.step_done/1"):
    visit: int
    step: str
    at_ms: int
    by: str
    sheets: tuple[tuple[str, int], ...] = ()


class VisitDowngraded(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.downgraded/1"):
    visit: int
    method: str
    was: str
    kept: tuple[str, ...]
    """Steps that both methods have and that stay done."""
    at_ms: int
    by: str


class VisitTriaged(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.triaged/1"):
    visit: int
    circumstances: tuple[str, ...]
    at_ms: int
    by: str


class VisitEnded(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.ended/1"):
    visit: int
    number: str
    method: str
    state: VisitState
    papers: tuple[tuple[str, int], ...]
    """Sheets that are now in the booth's keeping (none when abandoned: they went back to the applicant)."""
    at_ms: int
    by: str
    reason: str = ""


class TerminalUsed(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.terminal_used/1"):
    visit: int
    window: str
    at_ms: int
    by: str


class TerminalFreed(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.terminal_freed/1"):
    visit: int
    window: str
    at_ms: int
    by: str


VisitEvent = VisitOpened | StepDone | VisitDowngraded | VisitTriaged | VisitEnded | TerminalUsed | TerminalFreed


# ------------------------------------------------------------------ questions


def booth_steps(method: Method) -> tuple[Step, ...]:
    """The steps done at the booth while the applicant is there, in the contract's order."""
    return tuple(step for step in method.steps if step.place == "booth")


def next_step(visit: Visit, method: Method) -> Step | None:
    """The first booth step not done yet."""
    return next((step for step in booth_steps(method) if step.id not in visit.done), None)


def missing_gate(visit: Visit, method: Method, before: str | None = None) -> Step | None:
    """The first gate not passed, among the steps before `before` (or all booth steps).

    Counting is a gate whatever the profile says: papers that leave an applicant's hand uncounted belong to nobody. So
    is the photo: what comes after speaks of it, and 対象外 is an entry of its own.
    """
    for step in method.steps:
        if step.id == before:
            return None
        if step.place == "booth" and (step.gate or step.kind in GATES) and step.id not in visit.done:
            return step
    return None


def of_ticket(visits: Visits, ticket: int) -> tuple[Visit, ...]:
    return tuple(visits.visits[visit] for visit in visits.by_ticket.get(ticket, ()))


def open_visit(visits: Visits, ticket: int) -> Visit | None:
    """The first visit of a ticket that is still open."""
    return next((visit for visit in of_ticket(visits, ticket) if visit.state is VisitState.OPEN), None)


def blocks_finish(visits: Visits, profile: Profile, queue: Queue, ticket: int) -> Refusal | None:
    """Why a ticket cannot be finished yet: a visit is open, or an applicant has none (one that was given up counts)."""
    held = queue.tickets[ticket]
    mine = of_ticket(visits, ticket)
    unfinished = open_visit(visits, ticket)
    if unfinished is not None:
        step = next_step(unfinished, circumstances.method_of(profile, unfinished))
        return refuse("visit.open", number=held.number, step=step.ja if step else "完了")
    if len(mine) < held.people and any(booth_steps(method) for method in profile.methods_of_lane(held.lane)):
        return refuse("visit.missing", number=held.number, count=held.people - len(mine))
    return None


# ------------------------------------------------------------------ decide


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
    if isinstance(command, OpenVisit):
        return _open(command, visits, queue, profile, event_type, context, by)
    if isinstance(command, ConfirmLoggedOut):
        if command.window not in visits.in_use:
            return refuse("visit.nobody_logged_in", window=command.window)
        return (TerminalFreed(visits.in_use[command.window], command.window, context.at_ms, by.person),)
    visit = visits.visits.get(command.visit)
    if visit is None:
        return refuse("visit.unknown")
    if visit.state is not VisitState.OPEN:
        return refuse("visit.closed")
    if version and version != visit.version:
        return refuse("queue.changed", number=visit.number)
    if isinstance(command, AbandonVisit):
        if not command.reason.strip():
            return refuse("visit.reason")
        return (_ended(visit, VisitState.ABANDONED, (), context, by, command.reason),)
    if queue.tickets[visit.ticket].state is not TicketState.SERVING:
        return refuse("visit.ticket_not_served", number=visit.number)
    method = circumstances.method_of(profile, visit)
    match command:
        case TriageVisit():
            return _triage(command, visit, profile, context, by)
        case DoStep():
            done = _do_step(command, visit, method, profile, context, by)
            if isinstance(done, Refusal):
                return done
            return (*done, *_terminal(command, visits, method, queue.tickets[visit.ticket].window, context, by))
        case CountSheets():
            return _count(command, visit, method, context, by)
        case DowngradeVisit():
            if method.downgrade_to != command.method:
                return refuse("visit.no_downgrade", method=command.method)
            target = circumstances.method_of(profile, msgspec.structs.replace(visit, method=command.method))
            kept = _kept(visit, method, target)
            return (VisitDowngraded(visit.id, target.id, method.id, kept, context.at_ms, by.person),)
        case FinishVisit():
            gate = missing_gate(visit, method)
            if gate is not None:
                return refuse("visit.gate_open", step=gate.ja)
            return (_ended(visit, VisitState.DONE, visit.papers, context, by),)


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
    return (VisitTriaged(visit.id, said, context.at_ms, by.person),)


def _kept(visit: Visit, method: Method, target: Method) -> tuple[str, ...]:
    """Steps that stay done under the lesser method: the same act in both, and nothing that speaks of papers.

    The papers go back to the applicant, so what was shown or counted is shown and counted again.
    """
    same = {(step.id, step.kind) for step in method.steps} & {(step.id, step.kind) for step in booth_steps(target)}
    acts = {step for step, kind in same if kind not in ABOUT_PAPERS}
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
    return (VisitOpened(context.index, ticket.id, ticket.number, command.method, context.at_ms, by.person),)


def may_do(step: Step, by: Signer) -> Refusal | None:
    """Whether this signer may do this step, by the contract's role table."""
    if by.party == "city":
        return None if "city_staff" in step.roles else refuse("role.not_allowed", person=by.person, need=step.ja)
    if not step.roles or "contractor" in step.roles or "applicant" in step.roles or set(by.roles) & set(step.roles):
        return None  # what the applicant does is signed by the clerk who sees it done
    return (
        refuse("role.city_only")
        if "city_staff" in step.roles
        else refuse("role.not_allowed", person=by.person, need=step.ja)
    )


def doable(visit: Visit, method: Method, step_id: str, kinds: frozenset[str], by: Signer) -> Step | Refusal:
    """The booth step of that id, if it is one of these kinds, comes now, and this signer may do it."""
    step = next((step for step in method.steps if step.id == step_id), None)
    if step is None:
        return refuse("visit.unknown_step", step=step_id)
    if step.place != "booth":
        return refuse("visit.not_here", step=step.ja)
    if step.id in visit.done:
        return refuse("visit.step_done", step=step.ja)
    if step.kind in CITY_KINDS:
        return refuse("role.city_only")
    if step.kind not in kinds:
        return refuse("visit.wrong_kind", step=step.ja)
    refusal = may_do(step, by)
    if refusal is not None:
        return refusal
    gate = missing_gate(visit, method, before=step.id)
    if gate is not None:
        return refuse("visit.gate_open", step=gate.ja)
    if step.checks is not None and done_by(visit, step.checks) in ("", by.person):
        checked = next((one.ja for one in method.steps if one.id == step.checks), step.checks)
        return refuse("visit.second_person", step=step.ja, paper=checked)
    return step


CITY_KINDS = frozenset({"identity", "pin_content"})
"""Steps that only a decision under the city's key completes (Niigata 8.1(1)※, Koganei 7⑴オｂ)."""

ABOUT_PAPERS = frozenset({"documents", "count"})

SIGNED_KINDS = frozenset({"check", "documents", "photo", "notice"})
COUNT_KIND = frozenset({"count"})
PHOTO_KIND = frozenset({"photo"})
GATES = COUNT_KIND | PHOTO_KIND


def _do_step(
    command: DoStep, visit: Visit, method: Method, profile: Profile, context: Context, by: Signer
) -> tuple[VisitEvent, ...] | Refusal:
    step = doable(visit, method, command.step, SIGNED_KINDS, by)
    if isinstance(step, Refusal):
        return step
    known = shown_papers.known(method, profile) if command.documents else frozenset()
    for paper_id in command.documents:
        if paper_id not in known:
            return refuse("visit.paper_unknown", paper=paper_id)
    if step.kind == "documents":
        missing = shown_papers.missing(step, method, profile, command.documents)
        if missing:
            return refuse("visit.documents_missing", missing=some([lack.ja for lack in missing]))
    return (StepDone(visit.id, step.id, context.at_ms, by.person),)


def _terminal(
    command: DoStep, visits: Visits, method: Method, window: str, context: Context, by: Signer
) -> tuple[VisitEvent, ...]:
    """What a step does to the shared terminal of its window: any may use it, until the one that logs out."""
    logout = next((step for step in method.steps if step.logs_out), None)
    if logout is None:
        return ()
    mine = [one for one, visit in visits.in_use.items() if visit == command.visit]
    if command.step == logout.id:
        return tuple(TerminalFreed(command.visit, one, context.at_ms, by.person) for one in sorted(mine))
    if window in mine or logout.id in visits.visits[command.visit].done:
        return ()
    return (TerminalUsed(command.visit, window, context.at_ms, by.person),)


def still_logged_in(visits: Visits, window: str, ticket: int | None = None) -> Visit | None:
    """Whose visit may still be on the terminal of a window, before `ticket` (or anybody) is called there."""
    held = visits.in_use.get(window)
    visit = visits.visits[held] if held is not None else None
    return None if visit is None or visit.ticket == ticket else visit


def _count(
    command: CountSheets, visit: Visit, method: Method, context: Context, by: Signer
) -> tuple[VisitEvent, ...] | Refusal:
    step = doable(visit, method, command.step, COUNT_KIND, by)
    if isinstance(step, Refusal):
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
    state: VisitState,
    papers: tuple[tuple[str, int], ...],
    context: Context,
    by: Signer,
    reason: str = "",
) -> VisitEnded:
    return VisitEnded(visit.id, visit.number, visit.method, state, papers, context.at_ms, by.person, reason)


# ------------------------------------------------------------------ evolve


def evolve(visits: Visits, event: VisitEvent) -> Visits:
    match event:
        case VisitOpened():
            visit = Visit(event.visit, event.ticket, event.number, event.method, VisitState.OPEN, event.at_ms, event.by)
            return msgspec.structs.replace(
                visits,
                visits=visits.visits.set(visit.id, visit),
                by_ticket=visits.by_ticket.set(event.ticket, (*visits.by_ticket.get(event.ticket, ()), visit.id)),
                open=visits.open + 1,
            )
        case StepDone():
            old = visits.visits[event.visit]
            return _put(visits, with_step(old, event.step, event.sheets, event.by))
        case VisitDowngraded():
            old = visits.visits[event.visit]
            return _put(
                visits,
                msgspec.structs.replace(
                    old,
                    version=old.version + 1,
                    method=event.method,
                    done=event.kept,
                    papers=(),
                    done_by=tuple(one for one in old.done_by if one[0] in event.kept),
                ),
            )
        case TerminalUsed():
            return msgspec.structs.replace(visits, in_use=visits.in_use.set(event.window, event.visit))
        case TerminalFreed():
            return msgspec.structs.replace(visits, in_use=visits.in_use.delete(event.window))
        case VisitTriaged():
            old = visits.visits[event.visit]
            return _put(
                visits, msgspec.structs.replace(old, version=old.version + 1, circumstances=event.circumstances)
            )
        case VisitEnded():
            old = visits.visits[event.visit]
            ended = msgspec.structs.replace(
                old, version=old.version + 1, state=event.state, papers=event.papers, ended_ms=event.at_ms
            )
            return msgspec.structs.replace(_put(visits, ended), open=visits.open - 1)


def with_step(visit: Visit, step: str, sheets: tuple[tuple[str, int], ...] = (), by: str = "") -> Visit:
    """The visit with one more step done."""
    return msgspec.structs.replace(
        visit,
        version=visit.version + 1,
        done=(*visit.done, step),
        papers=sheets or visit.papers,
        done_by=(*visit.done_by, (step, by)) if by else visit.done_by,
    )


def done_by(visit: Visit, step: str | None) -> str:
    """Who did a step of this visit at the booth; empty if nobody has."""
    return next((person for name, person in visit.done_by if name == step), "")


def _put(visits: Visits, visit: Visit) -> Visits:
    return msgspec.structs.replace(visits, visits=visits.visits.set(visit.id, visit))


def set_visit(visits: Visits, visit: Visit) -> Visits:
    """The visits with one replaced (used where the city's decision completes a step)."""
    return _put(visits, visit)
