"""What a command does: which part decides it, and what holds for all of them before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain import command_texts, forbidding, permission
from hub.domain.commands import (
    CONTINUITY_COMMANDS,
    COPY_COMMANDS,
    CUSTODY_COMMANDS,
    DAY_COMMANDS,
    DEVICE_COMMANDS,
    DISPOSAL_COMMANDS,
    DOSSIER_COMMANDS,
    EFFECT_COMMANDS,
    FORM_ID_COMMANDS,
    FORMS_COMMANDS,
    GUIDANCE_COMMANDS,
    INCIDENT_COMMANDS,
    INQUIRY_COMMANDS,
    LEFT_COMMANDS,
    LENT_COMMANDS,
    ORIGINALS_COMMANDS,
    OUTING_COMMANDS,
    PACKING_COMMANDS,
    PAIRING_COMMANDS,
    PAPER_COMMANDS,
    PERSONAL_COMMANDS,
    PHOTO_COMMANDS,
    PHOTO_PRINT_COMMANDS,
    PICTURE_COMMANDS,
    PLAN_COMMANDS,
    PRESENCE_COMMANDS,
    QUEUE_COMMANDS,
    READINESS_COMMANDS,
    ROSTER_COMMANDS,
    STILL_COMMANDS,
    STORAGE_COMMANDS,
    SUCCESSION_COMMANDS,
    TRANSIT_COMMANDS,
    VISIT_COMMANDS,
)
from hub.domain.continuity import continuity, succession
from hub.domain.continuity import rules as continuity_rules
from hub.domain.continuity.continuity import ContinuityCommand, ContinuityEvent
from hub.domain.contracts import consent
from hub.domain.custody import (
    copies,
    discrepancy,
    disposal,
    forms,
    left_behind,
    lent,
    packing,
    paper_receipt,
    storage,
    transit,
)
from hub.domain.custody import rules as custody_rules
from hub.domain.custody.discrepancy import ResolveDiscrepancy
from hub.domain.day import agreed_day, event_plan, inquiry, manager_presence, readiness, session_day, sound, survey
from hub.domain.day import rules as day_rules
from hub.domain.day.agreed_day import AgreeDays
from hub.domain.day.day import Phase
from hub.domain.day.sound import KeepQuiet
from hub.domain.day.survey import AnswerSurvey
from hub.domain.devices import device, effect, supply
from hub.domain.devices.supply import FillSupply
from hub.domain.identity import identity, officer_presence, still_rules
from hub.domain.identity import rules as identity_rules
from hub.domain.identity.identity import IdentityEvent
from hub.domain.incident import rules as incident_rules
from hub.domain.moment import iso_date
from hub.domain.people import appointment, dossier, pairing, roster, vouching
from hub.domain.people.appointment import AppointManager
from hub.domain.people.vouching import NotMyNumber
from hub.domain.personal import disclosure, periodic, personal
from hub.domain.personal.disclosure import Reveal
from hub.domain.personal.periodic import DoPeriodic
from hub.domain.photo import print as photo_print
from hub.domain.photo import print_rules as photo_print_rules
from hub.domain.photo import returned
from hub.domain.photo import rules as photo_rules
from hub.domain.photo.returned import NoteReturned
from hub.domain.queue import paper_block, queue, window_lanes
from hub.domain.queue import rules as queue_rules
from hub.domain.queue.queue import QueueCommand, QueueEvent
from hub.domain.queue.window_lanes import KeepWindow, WindowKept
from hub.domain.refusal import Refusal, refuse
from hub.domain.reports import event_picture
from hub.domain.reservations import guidance, outing
from hub.domain.visit import city_result, form_id, originals, visit
from hub.domain.visit import rules as visit_rules
from hub.domain.visit.circumstances import method_of
from hub.domain.visit.city_result import EnterResults
from hub.domain.visit.form_id import FormIdCommand, FormIdEvent
from hub.domain.visit.originals import OriginalsEvent
from hub.domain.visit.rules import VisitCommand, VisitEvent

if TYPE_CHECKING:
    from hub.domain.commands import Command
    from hub.domain.contracts.contract import Profile
    from hub.domain.events import Event
    from hub.domain.moment import Context, Signer
    from hub.domain.state import Booth


def decide(
    profile: Profile, booth: Booth, command: Command, context: Context, by: Signer, version: int = 0
) -> tuple[Event, ...] | Refusal:
    """What a command does now: the events it makes, or the rule that refuses it.

    `version`: the version of the object that the signer saw (0: any). It is refused if another has changed it since.
    """
    if by.reset_by:
        by = succession.standing(booth.successions, by)
    refusal = (
        permission.refusal(command, by)
        or roster.refusal(booth.keys, by)
        or succession.refusal(booth.successions, by)
        or command_texts.refusal(command)
    )
    if refusal is not None:
        return refusal
    decided = _decide(profile, booth, command, context, by, version)
    if type(decided) is Refusal or not (by.reset_by or booth.keys.resets):
        return decided
    return (*decided, *roster.note_reset(booth.keys, context, by))


def _decide(
    profile: Profile, booth: Booth, command: Command, context: Context, by: Signer, version: int
) -> tuple[Event, ...] | Refusal:
    if CONTINUITY_COMMANDS.has(command):
        return _decide_continuity(profile, booth, command, context, by)
    refusal = continuity.not_the_writer(booth.continuity, booth.hub, by)
    if refusal is not None:
        return refusal
    if booth.continuity.confirmed:  # between the confirmations and the take-over nothing else may stand
        return refuse("continuity.taking_over")
    # What a busy day is made of comes first: asking eight unions before these cost a twentieth of deciding.
    if QUEUE_COMMANDS.has(command):
        return (
            _not_open(booth)
            or _untrained(booth, profile, by)
            or _decide_queue(profile, booth, command, context, by, version)
        )
    if VISIT_COMMANDS.has(command):
        return (
            _not_open(booth)
            or _untrained(booth, profile, by)
            or _decide_visit(profile, booth, command, context, by, version)
        )
    if PHOTO_COMMANDS.has(command):  # the hub may have to destroy what a day of before has left
        closed = None if permission.is_hubs(command) else _not_open(booth)
        return (
            closed
            or forbidding.of_photo(command, booth)
            or photo_rules.decide(command, booth.photos, booth.visits, booth.queue, profile, context, by)
        )
    if FORM_ID_COMMANDS.has(command):
        return _not_open(booth) or _decide_form_id(profile, booth, command, context, by)
    if PHOTO_PRINT_COMMANDS.has(command):  # an unsure print of a day of before is looked at all the same
        closed = _not_open(booth) if isinstance(command, photo_print.AskPrint) else None
        return closed or photo_print_rules.decide(command, booth.prints, booth.photos, booth.queue, context, by)
    if ORIGINALS_COMMANDS.has(command):
        closed = _not_open(booth)
        return closed or originals.decide(command, booth.originals, booth.visits, profile, context, by)
    if LEFT_COMMANDS.has(command):  # also after the day: a thing is found when chairs are put away
        return left_behind.decide(command, booth.left, booth.queue, context, by)
    if STORAGE_COMMANDS.has(command):  # also after the day: boxes wait for the city overnight
        box = booth.custody.containers.get(command.container)
        away = box is not None and box.transfer in booth.transits
        return storage.decide(command, booth.stores, booth.custody, away, booth.keys, profile, context, by)
    if LENT_COMMANDS.has(command):
        return lent.decide(command, booth.lent, profile, context, by)
    if PACKING_COMMANDS.has(command):  # before the day, and on a day that never opened
        stopped = booth.day.phase is Phase.STOPPED
        return packing.decide(command, booth.packing, stopped, profile, context, by)
    if PLAN_COMMANDS.has(command):  # for days far ahead
        return event_plan.decide(command, booth.plans, booth.lent, profile, context, by)
    if COPY_COMMANDS.has(command):  # at any hour: a list is printed before the booth opens
        return copies.decide(command, booth.copies, booth.disposals, profile, booth.training, context, by)
    if DISPOSAL_COMMANDS.has(command):  # also after the day: that is when it is done
        return disposal.decide(command, booth.disposals, booth.keys, profile, context, by)
    if PAPER_COMMANDS.has(command):  # at any hour: the paper comes back with whoever drove
        inside = forbidding.of_paper(command, booth)
        return inside or paper_receipt.decide(
            command, booth.paper_receipts, booth.custody, booth.transits, booth.keys, profile, context, by
        )
    if SUCCESSION_COMMANDS.has(command):
        return succession.decide(command, booth.successions, context, by)
    if INQUIRY_COMMANDS.has(command):
        return _not_open(booth) or inquiry.decide(command, booth.inquiries, profile, context, by)
    if GUIDANCE_COMMANDS.has(command):
        return _not_open(booth) or guidance.decide(command, booth.guided, context, by)
    if OUTING_COMMANDS.has(command):  # weeks before the day, and after it
        return outing.decide(command, booth.outings, booth.custody, profile, context, by)
    if isinstance(command, DoPeriodic):
        return periodic.decide(command, booth.periodics, profile, context, by)
    if PICTURE_COMMANDS.has(command):  # also after the day: the report is made then
        return event_picture.decide(command, booth.pictures, booth.keys, profile, context, by)
    if isinstance(command, EnterResults):  # weeks later, whatever day is open
        return city_result.decide(
            command, booth.results, booth.queue, booth.day.date, booth.numbers, profile, context, by
        )
    if isinstance(command, AppointManager):
        return appointment.decide(command, profile, context, by)
    if isinstance(command, NoteReturned):  # weeks later: the examination takes its time
        return returned.decide(command, booth.returns, profile, context, by)
    if isinstance(command, AnswerSurvey):
        return _not_open(booth) or survey.decide(command, profile, context, by)
    if PRESENCE_COMMANDS.has(command):
        unnamed = None
        if isinstance(command, manager_presence.TakeBooth) and not booth.training:
            unnamed = appointment.missing(booth.appointed, profile, by.person, booth.day.date)
        return _not_open(booth) or unnamed or manager_presence.decide(command, booth.leading, context, by)
    if isinstance(command, KeepWindow):
        return _not_open(booth) or window_lanes.decide(command, booth.windows, booth.queue, profile, context, by)
    if isinstance(command, KeepQuiet):
        return _not_open(booth) or sound.decide(command, booth.sound, context, by)
    if isinstance(command, NotMyNumber):
        return vouching.decide(command, context, by)
    if ROSTER_COMMANDS.has(command):
        return roster.decide(command, booth.keys, context, by)
    if DAY_COMMANDS.has(command):
        return day_rules.decide(command, booth, profile, booth.profile, context, by)
    if EFFECT_COMMANDS.has(command):
        return effect.decide(command, booth.effects, booth.queue, context, by)
    if DEVICE_COMMANDS.has(command):  # also before the day: that is when devices are tried
        return forbidding.of_device(command, booth) or device.decide(command, booth.devices, context, by)
    if isinstance(command, FillSupply):
        return supply.decide(command, context, by)
    if FORMS_COMMANDS.has(command):
        closed = None if isinstance(command, forms.ShredForms) else _not_open(booth)
        stopped = booth.day.phase is Phase.STOPPED
        return closed or forms.decide(command, booth.forms, booth.discrepancies, stopped, profile, context, by)
    if isinstance(command, ResolveDiscrepancy):  # at any hour: until it is, it stands on every screen
        return discrepancy.decide(command, booth.discrepancies, context, by)
    if DOSSIER_COMMANDS.has(command):
        return dossier.decide(command, booth.keys, profile, context, by)
    if isinstance(command, AgreeDays):  # before the day, and for days far ahead
        return agreed_day.decide(command, booth.agreed, profile, context, by, practice=booth.training)
    if READINESS_COMMANDS.has(command):
        if isinstance(command, readiness.RecordTraining):
            unagreed = dossier.unconsented(command, booth.dossier, profile)
            if unagreed is not None:
                return unagreed
        elif isinstance(command, readiness.SignIn):
            unfit = _unready(booth, profile, by, iso_date(context.at_ms))
            if unfit is not None:
                return unfit
        over = forbidding.of_readiness(command, booth, profile)
        return over or readiness.decide(command, booth.readiness, profile, context, by)
    if PAIRING_COMMANDS.has(command):
        return pairing.decide(command, booth.pairing, context, by)
    if CUSTODY_COMMANDS.has(command):
        forbidden = forbidding.of_custody(command, booth, profile)  # also after the day: handover
        counted = forbidden or custody_rules.decide(command, booth.custody, booth.keys, profile, context, by)
        if isinstance(counted, Refusal):
            return counted
        stayed = discrepancy.opened_with(counted, booth.discrepancies, booth.custody, profile, context, by)
        return (*counted, *stayed)
    if TRANSIT_COMMANDS.has(command):
        inside = forbidding.of_transit(command, booth)
        return inside or transit.decide(command, booth.transits, booth.custody, booth.incidents, profile, context, by)
    if INCIDENT_COMMANDS.has(command):  # at any hour: most are found after closing
        unsaid = forbidding.of_incident(command, booth, profile)
        return unsaid or incident_rules.decide(
            command, booth.incidents, booth.queue, booth.day.date, profile, context, by
        )
    if PERSONAL_COMMANDS.has(command):  # also after the day: what is erased then is yesterday's
        return personal.decide(command, booth.personal, profile, booth.training, context, by)
    if STILL_COMMANDS.has(command):  # the hub may have to destroy what a day of before has left
        closed = None if permission.is_hubs(command) else _not_open(booth)
        return closed or still_rules.decide(
            command, booth.stills, booth.identity, profile, booth.training, booth.day.date, context, by
        )
    closed = None if isinstance(command, identity.Attend) else _not_open(booth)
    if closed is not None:
        return closed
    if isinstance(command, Reveal):
        return disclosure.decide(
            command,
            booth.personal,
            booth.queue,
            booth.visits,
            profile,
            booth.training,
            booth.day.date,
            context,
            by,
        )
    return identity_rules.decide(
        command,
        booth.identity,
        booth.visits,
        booth.queue,
        profile,
        booth.hub,
        booth.profile,
        booth.keys,
        booth.stills,
        context,
        by,
    )


def _not_open(booth: Booth) -> Refusal | None:
    return refuse("day.not_open") if booth.day.phase is Phase.CLOSED else None


def _decide_form_id(
    profile: Profile, booth: Booth, command: FormIdCommand, context: Context, by: Signer
) -> tuple[FormIdEvent, ...] | Refusal:
    if command.visit not in booth.visits.visits:
        return refuse("visit.unknown")
    method = method_of(profile, booth.visits.visits[command.visit])
    keeps = consent.may_keep(profile, booth.training, booth.day.date)
    forms = form_id.DayForms(booth.form_ids, booth.form_tags)
    return form_id.decide(command, forms, booth.visits, booth.queue, method, context, by, may_keep=keeps)


def _decide_continuity(
    profile: Profile, booth: Booth, command: ContinuityCommand, context: Context, by: Signer
) -> tuple[ContinuityEvent, ...] | Refusal:
    if not isinstance(command, continuity.TakeOver):  # that one is signed by the hub to be
        refusal = continuity.not_the_writer(booth.continuity, booth.hub, by)
        if refusal is not None:
            return refusal
        if booth.continuity.confirmed and not isinstance(command, continuity.ConfirmSwitchedOff):
            return refuse("continuity.taking_over")
    return continuity_rules.decide(command, booth, profile, context, by)


def _untrained(booth: Booth, profile: Profile, by: Signer) -> Refusal | None:
    """Whose training has lapsed serves nobody (most contracts have it as a gate), nor of whom a paper is missing."""
    return readiness.lapsed(booth.readiness, by, booth.day.date) or _unready(booth, profile, by, booth.day.date)


def _unready(booth: Booth, profile: Profile, by: Signer, today: str) -> Refusal | None:
    """What the contract wants of a person of ours before they serve; in practice, which trains them, nothing."""
    if booth.training or by.kind != "staff":
        return None
    return dossier.missing(booth.dossier, profile, by.person, today)


def _decide_queue(
    profile: Profile, booth: Booth, command: QueueCommand, context: Context, by: Signer, version: int
) -> tuple[QueueEvent | WindowKept, ...] | Refusal:
    unled = manager_presence.refusal(command, profile, booth.leading)
    if unled is not None:
        return unled
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
    decided = queue_rules.decide(command, booth.queue, profile, booth.day.event_type, reserved, context, by, version)
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
    return (*made, *window_lanes.kept_with(command.window, ticket.lane, booth.windows, profile, context, by))


def _reservation(booth: Booth, number: str) -> queue.Reserved | None:
    """Today's reservation of that number, or None."""
    if number not in booth.slots:
        return None
    return queue.Reserved(booth.slots[number], booth.slot_lanes[number], booth.slot_people.get(number, 1))


def _decide_visit(
    profile: Profile, booth: Booth, command: VisitCommand, context: Context, by: Signer, version: int
) -> tuple[VisitEvent | IdentityEvent | OriginalsEvent, ...] | Refusal:
    decided = visit_rules.decide(
        command, booth.visits, booth.queue, profile, booth.day.event_type, context, by, version
    )
    if type(decided) is Refusal:
        return decided
    refusal = forbidding.of_visit(command, booth, profile)
    if refusal is not None:
        return refusal
    if isinstance(command, visit.DoStep):
        return (*decided, *originals.taken_with(command, booth.originals, booth.visits, profile, context, by))
    if not isinstance(command, ENDS_REQUESTS):
        return decided
    return (*decided, *identity.withdrawn_with(booth.identity, command.visit, context, by))


ENDS_REQUESTS = (visit.FinishVisit, visit.AbandonVisit, visit.DowngradeVisit)
"""After these nobody needs the city's answer any more, and none may arrive."""
