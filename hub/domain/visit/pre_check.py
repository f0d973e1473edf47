"""The first look at an applicant's papers, at the reception, before anybody is called (小金井 7⑴ウａ).

A visit is opened at a window, so the reception signs for the ticket. The step of each of its visits is then done, by
whom it really was, and the final check at the window is another person's (7⑴オａ).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.queue.queue import ENDED, STATE_JA
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Method, Step
    from hub.domain.moment import Context, Signer
    from hub.domain.queue.queue import Queue


class PreCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.pre_check"):
    """Somebody at the reception saw the papers of who holds this ticket; `seen` False takes that back."""

    ticket: int
    seen: bool = True


class PreChecked(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.pre_checked/1"):
    ticket: int
    number: str
    seen: bool
    at_ms: int
    by: str


def step_of(method: Method) -> Step | None:
    """The step that the reception signs for a ticket: what a later step looks at again, and no gate of its own."""
    again = {step.checks for step in method.steps if step.checks is not None}
    return next((step for step in method.steps if step.id in again and step.kind == "check" and not step.gate), None)


def wanted(profile: Profile, event_type: str, lane: str) -> bool:
    """Whether the reception looks at papers of this lane at events of this type."""
    methods = (method for method in profile.methods_of_lane(lane) if profile.offers(event_type, method.id))
    return any(step_of(method) is not None for method in methods)


def decide(
    command: PreCheck,
    signed: Map[int, str],
    has_visit: bool,
    queue: Queue,
    profile: Profile,
    event_type: str,
    context: Context,
    by: Signer,
) -> tuple[PreChecked, ...] | Refusal:
    """`signed`: tickets already looked at; `has_visit`: one is opened for this ticket, and has the step itself."""
    ticket = queue.tickets.get(command.ticket)
    if ticket is None:
        return refuse("queue.unknown_ticket")
    if ticket.state in ENDED:
        return refuse("queue.wrong_state", number=ticket.number, state=STATE_JA[ticket.state])
    if not wanted(profile, event_type, ticket.lane):
        return refuse("visit.pre_check_none", number=ticket.number)
    if has_visit:
        return refuse("visit.pre_check_late", number=ticket.number)
    if (ticket.id in signed) == command.seen:
        return refuse("visit.pre_check_twice", number=ticket.number)
    return (PreChecked(ticket.id, ticket.number, command.seen, context.at_ms, by.person),)


def evolve(signed: Map[int, str], event: PreChecked) -> Map[int, str]:
    """Ticket to who looked at its papers."""
    return signed.set(event.ticket, event.by) if event.seen else signed.delete(event.ticket)
