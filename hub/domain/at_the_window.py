"""What is done with an applicant: queue and visit by their own rules, and what duties, windows and each other add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain import forbidding
from hub.domain.contracts import consent
from hub.domain.day import manager_presence, session_day, sound
from hub.domain.day.day import Phase
from hub.domain.given import not_open, untrained
from hub.domain.identity import identity, officer_presence
from hub.domain.queue import paper_block, queue, window_lanes
from hub.domain.queue import rules as queue_rules
from hub.domain.refusal import Refusal, refuse
from hub.domain.visit import form_id, originals, visit
from hub.domain.visit import rules as visit_rules
from hub.domain.visit.circumstances import method_of

if TYPE_CHECKING:
    from hub.domain.given import Decided, Given
    from hub.domain.state import Booth


def decide_queue(on: Given, command: queue.QueueCommand) -> Decided:
    profile, booth = on.profile, on.booth
    closed = not_open(booth) or untrained(on) or manager_presence.refusal(command, profile, booth.leading)
    if closed is not None:
        return closed
    allowed = officer_presence.without_paused(command, booth.queue, profile, booth.identity)
    if type(allowed) is Refusal:
        return allowed
    allowed = window_lanes.narrowed(allowed, booth.windows, booth.queue, profile)
    if isinstance(allowed, Refusal):
        return allowed
    command = allowed
    reserved = None
    if isinstance(command, queue.IssueTicket):
        if booth.day.phase is Phase.STOPPED:
            return refuse("day.reception_stopped")
        if command.paper:
            used = paper_block.refusal(command.paper, booth.papers, booth.day.date)
            if used is not None:
                return used
        reserved = _reservation(booth, command.reservation)
        if booth.day.reservation_only and not command.reservation:
            coming = session_day.following(profile, booth.agreed, booth.day.event_type, booth.day.date)
            return refuse("queue.reservation_only", next=coming or "－")
    decided = queue_rules.decide(
        command, booth.queue, profile, booth.day.event_type, reserved, on.context, on.by, on.version
    )
    if type(decided) is Refusal:
        return decided
    # What the queue allows, the visits of that ticket may still forbid.
    forbidden = forbidding.of_queue(command, booth, profile)
    if forbidden is not None:
        return forbidden
    ticket = booth.queue.tickets.get(decided[0].ticket)
    made = sound.silenced(decided, ticket, booth.sound)
    if ticket is None or not queue.CALLS.has(command):
        return made
    return (*made, *window_lanes.kept_with(command.window, ticket.lane, booth.windows, profile, on.context, on.by))


def _reservation(booth: Booth, number: str) -> queue.Reserved | None:
    """Today's reservation of that number, or None."""
    if number not in booth.slots:
        return None
    return queue.Reserved(booth.slots[number], booth.slot_lanes[number], booth.slot_people.get(number, 1))


def decide_visit(on: Given, command: visit_rules.VisitCommand) -> Decided:
    profile, booth, context, by = on.profile, on.booth, on.context, on.by
    closed = not_open(booth) or untrained(on)
    if closed is not None:
        return closed
    decided = visit_rules.decide(
        command, booth.visits, booth.queue, profile, booth.day.event_type, context, by, on.version
    )
    if type(decided) is Refusal:
        return decided
    if type(command) is visit.DoStep:
        held = booth.visits.visits[command.visit]
        step = method_of(profile, held).step_by_id[command.step]
        refusal = forbidding.of_step(command, step, booth, profile)
        if refusal is not None:
            return refusal
        return (*decided, *originals.taken_with(held, step, booth.originals, context, by))
    refusal = forbidding.of_visit(command, booth, profile)
    if refusal is not None:
        return refusal
    if not isinstance(command, ENDS_REQUESTS):
        return decided
    return (*decided, *identity.withdrawn_with(booth.identity, command.visit, context, by))


ENDS_REQUESTS = (visit.FinishVisit, visit.AbandonVisit, visit.DowngradeVisit)
"""After these nobody needs the city's answer any more, and none may arrive."""


def decide_form_id(on: Given, command: form_id.FormIdCommand) -> Decided:
    booth = on.booth
    closed = not_open(booth)
    if closed is not None:
        return closed
    if command.visit not in booth.visits.visits:
        return refuse("visit.unknown")
    method = method_of(on.profile, booth.visits.visits[command.visit])
    keeps = consent.may_keep(on.profile, booth.training, booth.day.date)
    forms = form_id.DayForms(booth.form_ids, booth.form_tags)
    return form_id.decide(command, forms, booth.visits, booth.queue, method, on.context, on.by, may_keep=keeps)
