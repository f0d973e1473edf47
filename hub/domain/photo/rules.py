"""What a photo command does now: one picture alive, bound to one visit at the shutter, gone before the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.photo import photo
from hub.domain.photo.photo import (
    Confirm,
    Exempt,
    Living,
    Override,
    PhotoAsked,
    PhotoCommand,
    PhotoConfirmed,
    PhotoCropped,
    PhotoDestroyed,
    PhotoEvent,
    PhotoExempted,
    PhotoFailed,
    PhotoLate,
    PhotoOverridden,
    PhotoRetaken,
    Photos,
    PhotoState,
    PhotoTaken,
    PhotoVouched,
    ReportCropped,
    ReportDestroyed,
    ReportFailed,
    ReportTaken,
    Retake,
    Shoot,
    VouchEmpty,
)
from hub.domain.queue.queue import TicketState
from hub.domain.refusal import Refusal, refuse
from hub.domain.visit import discreet
from hub.domain.visit.circumstances import method_of
from hub.domain.visit.steps import PHOTO_KIND, doable, may_do, missing_gate
from hub.domain.visit.visit import StepDone, VisitState, of_ticket

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Step
    from hub.domain.moment import Context, Signer
    from hub.domain.queue.queue import Queue
    from hub.domain.visit.visit import Visit, Visits

EXEMPT = {
    "under_one": ("1歳になっていない（写真なしのカード）", "under one year old: a card without a photo"),
    "own_photo": ("持参の写真を使う", "brings a photo"),
}
"""Why no photo is taken. Cards of children under one carry none (since 2024-12-02), with no choice."""

LONGEST_CODE = 60
MOST_POINTS = 40
COMMITMENT_BYTES = 32


def decide(
    command: PhotoCommand,
    photos: Photos,
    visits: Visits,
    queue: Queue,
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[PhotoEvent | StepDone, ...] | Refusal:
    if isinstance(command, (Shoot, Exempt)):
        begun = _step(command, visits, queue, profile, by)
        if type(begun) is Refusal:
            return begun
        visit, step = begun
        if isinstance(command, Exempt):
            return _exempt(command, photos, visit, step, context, by)
        if not step.photographed:
            return refuse("photo.not_wanted", number=visit.number)
        return (
            _in_the_way(photos, visit)
            or _too_early(visits, profile, visit)
            or (PhotoAsked(context.index, visit.id, visit.ticket, visit.number, step.id, context.at_ms, by.person),)
        )
    living = photos.living
    if living is None or living.shot != command.shot:
        return refuse("photo.unknown_shot")
    match command:
        case ReportTaken():
            return _taken(command, living, context)
        case ReportCropped():
            if living.state is not PhotoState.TAKEN or len(command.commitment) != COMMITMENT_BYTES:
                return refuse("photo.unknown_shot")
            return (PhotoCropped(living.shot, living.visit, command.commitment, context.at_ms),)
        case ReportFailed():
            if not 0 < len(command.code) <= LONGEST_CODE:
                return refuse("photo.unknown_shot")
            return (PhotoFailed(living.shot, living.visit, command.code, context.at_ms),)
        case ReportDestroyed():
            return _destroyed(command, living, context)
        case VouchEmpty():
            if living.state is not PhotoState.DOOMED:
                return refuse("photo.not_doomed", number=living.number)
            if not command.reason.strip():
                return refuse("photo.reason")
            return (PhotoVouched(living.shot, living.visit, command.reason, context.at_ms, by.person),)
    return _persons(command, living, visits, queue, profile, context, by)


def _persons(
    command: Retake | Override | Confirm,
    living: Living,
    visits: Visits,
    queue: Queue,
    profile: Profile,
    context: Context,
    by: Signer,
) -> tuple[PhotoEvent, ...] | Refusal:
    """What the people before the picture say of it: those whom the contract lets do the step."""
    if living.state is PhotoState.ASKED:
        return refuse("photo.not_yet", number=living.number)
    if living.state is PhotoState.DOOMED:
        return refuse("photo.being_destroyed", number=living.number)
    if queue.tickets[living.ticket].state is not TicketState.SERVING:
        return refuse("visit.ticket_not_served", number=living.number)
    refusal = may_do(profile.method(visits.visits[living.visit].method).step_by_id[living.step], by)
    if refusal is not None:
        return refusal
    match command:
        case Retake():
            return (PhotoRetaken(living.shot, living.visit, context.at_ms, by.person),)
        case Override():
            against = tuple(point.code for point in living.points if point.level is photo.Level.BLOCK)
            if not living.blocked:
                return refuse("photo.nothing_to_except", number=living.number)
            if not command.reason.strip():
                return refuse("photo.reason")
            if discreet.tells(command.reason):
                return refuse("visit.reason_tells")
            return (PhotoOverridden(living.shot, living.visit, against, command.reason, context.at_ms, by.person),)
        case Confirm():
            if living.state is PhotoState.CONFIRMED:
                return refuse("photo.confirmed_already", number=living.number)
            if living.blocked:
                return refuse("photo.check_failed", number=living.number)
            if command.commitment != living.commitment:  # cropped anew since it was looked at
                return refuse("photo.unknown_shot")
            if not (command.looked and command.review):
                return refuse("photo.ticks_missing")
            return (PhotoConfirmed(living.shot, living.visit, context.at_ms, by.person),)


def _step(
    command: Shoot | Exempt, visits: Visits, queue: Queue, profile: Profile, by: Signer
) -> tuple[Visit, Step] | Refusal:
    """The open visit and its photo step, if this signer may do it now."""
    visit = visits.visits.get(command.visit)
    if visit is None:
        return refuse("visit.unknown")
    if visit.state is not VisitState.OPEN:
        return refuse("visit.closed")
    if queue.tickets[visit.ticket].state is not TicketState.SERVING:
        return refuse("visit.ticket_not_served", number=visit.number)
    step = doable(visit, method_of(profile, visit), command.step, PHOTO_KIND, by)
    return step if type(step) is Refusal else (visit, step)


def _in_the_way(photos: Photos, visit: Visit) -> Refusal | None:
    """The picture that lives: the next one is refused until it is proved gone (incidents 1 and 4)."""
    living = photos.living
    if living is None:
        return None
    if living.visit != visit.id:
        return refuse("photo.previous_alive", number=living.number)
    if living.state is PhotoState.DOOMED:
        return refuse("photo.being_destroyed", number=living.number)
    if living.state is PhotoState.ASKED:
        return refuse("photo.not_yet", number=living.number)
    return refuse("photo.alive", number=living.number)


def _too_early(visits: Visits, profile: Profile, visit: Visit) -> Refusal | None:
    """A household is photographed in the order of its visits, one person after the other (incidents 5 and 6)."""
    for earlier in of_ticket(visits, visit.ticket):
        if earlier.id >= visit.id or earlier.state is not VisitState.OPEN:
            continue
        steps = [step for step in profile.method(earlier.method).steps if step.kind in PHOTO_KIND]
        if any(step.id not in earlier.done for step in steps):
            return refuse("photo.order", number=visit.number)
    return None


def _exempt(
    command: Exempt, photos: Photos, visit: Visit, step: Step, context: Context, by: Signer
) -> tuple[PhotoEvent | StepDone, ...] | Refusal:
    if command.why not in step.exempt:
        return refuse("photo.no_exemption", step=step.ja)
    if photo.of_visit(photos, visit.id) is not None:
        return refuse("photo.alive", number=visit.number)
    return (
        PhotoExempted(visit.id, step.id, command.why, context.at_ms, by.person),
        StepDone(visit.id, step.id, context.at_ms, by.person),
    )


def _taken(command: ReportTaken, living: Living, context: Context) -> tuple[PhotoEvent, ...] | Refusal:
    if len(command.commitment) != COMMITMENT_BYTES or len(command.points) > MOST_POINTS:
        return refuse("photo.unknown_shot")
    if any(not 0 < len(point.code) <= LONGEST_CODE for point in command.points):
        return refuse("photo.unknown_shot")
    if living.state is PhotoState.DOOMED:  # retaken, abandoned or called failed meanwhile
        return (PhotoLate(living.shot, living.visit, context.at_ms),)
    if living.state is not PhotoState.ASKED:
        return refuse("photo.unknown_shot")
    return (PhotoTaken(living.shot, living.visit, command.commitment, command.checked, command.points, context.at_ms),)


def _destroyed(command: ReportDestroyed, living: Living, context: Context) -> tuple[PhotoEvent, ...] | Refusal:
    if living.state is not PhotoState.DOOMED:
        return refuse("photo.not_doomed", number=living.number)
    places = tuple([(place, command.places.get(place, "")) for place in photo.PLACES])
    if command.places.keys() != photo.EMPTIED.keys():
        return refuse("photo.not_emptied", number=living.number)
    for place, how in places:
        if how not in photo.EMPTIED[place]:
            return refuse("photo.not_emptied", number=living.number)
    if "by_hand" in command.places.values() and not living.vouched:
        return refuse("photo.not_emptied", number=living.number)
    return (PhotoDestroyed(living.shot, living.visit, living.number, living.why, places, context.at_ms),)


def look_refusal(visit_id: int, photos: Photos, visits: Visits, queue: Queue, profile: Profile) -> Refusal | None:
    """Why nobody looks through the camera for this visit: only where its shutter could be asked for now.

    What is seen there is a face like the picture's: not before the step, not while a picture lives, not out of turn.
    """
    visit = visits.visits.get(visit_id)
    if visit is None:
        return refuse("visit.unknown")
    if visit.state is not VisitState.OPEN:
        return refuse("visit.closed")
    if queue.tickets[visit.ticket].state is not TicketState.SERVING:
        return refuse("visit.ticket_not_served", number=visit.number)
    method = method_of(profile, visit)
    step = next((one for one in method.steps if one.kind in PHOTO_KIND and one.id not in visit.done), None)
    if step is None or not step.photographed:
        return refuse("photo.not_wanted", number=visit.number)
    gate = missing_gate(visit, method, before=step.id)
    if gate is not None:
        return refuse("visit.gate_open", step=gate.ja)
    return _in_the_way(photos, visit) or _too_early(visits, profile, visit)


def step_refusal(photos: Photos, visit: int, step: Step) -> Refusal | None:
    """Why a photo step cannot be signed as done: its picture is not there, or not confirmed."""
    if step.kind not in PHOTO_KIND:
        return None
    living = photo.of_visit(photos, visit)
    if living is None or living.state is PhotoState.DOOMED:
        return refuse("photo.none", step=step.ja)
    if living.state is not PhotoState.CONFIRMED:
        return refuse("photo.unconfirmed", number=living.number)
    return None


def alive(photos: Photos, visit: int) -> Refusal | None:
    """Why a visit cannot end or change now: its picture is alive."""
    living = photo.of_visit(photos, visit)
    if living is None:
        return None
    return refuse("photo.being_destroyed" if living.state is PhotoState.DOOMED else "photo.alive", number=living.number)
