"""Reading personal data: the one way to plain text. Each reading is an entry before a key is handed out (閲覧記録).

A purpose of the contract says which fields it needs and who may read for it; nothing else is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.contracts import consent
from hub.domain.refusal import Refusal, refuse
from hub.domain.visit.visit import VisitState

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile, Purpose
    from hub.domain.moment import Context, Signer
    from hub.domain.personal.personal import Personal
    from hub.domain.queue.queue import Queue
    from hub.domain.visit.visit import Visit, Visits


class Reveal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="personal.reveal"):
    """Show one field of the person with this reservation, for a purpose. `visit`: theirs that is open (0: none)."""

    reservation: str
    field: str
    purpose: str
    visit: int = 0


class Revealed(msgspec.Struct, frozen=True, tag_field="kind", tag="personal.revealed/1"):
    subject: str
    reservation: str
    field: str
    purpose: str
    visit: int
    number: str
    """The ticket's number, or empty where nobody has come yet."""
    at_ms: int
    by: str


def purposes(profile: Profile, manager: bool, *, visit: bool) -> tuple[Purpose, ...]:
    """The purposes for which somebody may read now, in the contract's order."""
    return tuple(one for one in profile.operation.purposes if (manager or not one.manager) and (visit or not one.visit))


def decide(
    command: Reveal,
    personal: Personal,
    queue: Queue,
    visits: Visits,
    profile: Profile,
    training: bool,
    date: str,
    context: Context,
    by: Signer,
) -> tuple[Revealed, ...] | Refusal:
    if not consent.may_keep(profile, training, date):
        return refuse("consent.number_only")
    purpose = next((one for one in profile.operation.purposes if one.id == command.purpose), None)
    if purpose is None or command.field not in purpose.fields:
        return refuse("disclosure.purpose")
    if purpose.manager and not by.manages:
        return refuse("role.not_allowed", person=by.person, need="管理者")
    subject = personal.today.get(command.reservation)
    if subject is None:
        return refuse("disclosure.none", reservation=command.reservation[:_SHOWN])
    ticket = queue.reservations.get(command.reservation)
    visit = visits.visits.get(command.visit) if command.visit else None
    if purpose.visit and not _theirs(visit, ticket):
        return refuse("disclosure.no_visit")
    number = queue.tickets[ticket].number if ticket is not None else ""
    made = Revealed(
        subject,
        command.reservation,
        command.field,
        purpose.id,
        visit.id if visit is not None and _theirs(visit, ticket) else 0,
        number,
        context.at_ms,
        by.person,
    )
    return (made,)


_SHOWN = 20
"""Characters of a reservation number that are repeated; the longest that an importer takes is shorter."""


def _theirs(visit: Visit | None, ticket: int | None) -> bool:
    return visit is not None and visit.state is VisitState.OPEN and visit.ticket == ticket
