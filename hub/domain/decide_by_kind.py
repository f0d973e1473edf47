"""Kind of command to what decides it: which of the booth its part is shown, and what other parts have to say to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hub.domain import at_the_window, forbidding, permission
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
    IDENTITY_COMMANDS,
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
from hub.domain.continuity import rules as continuity_rules
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
from hub.domain.day import agreed_day, event_plan, inquiry, manager_presence, readiness, sound, survey
from hub.domain.day import rules as day_rules
from hub.domain.day.agreed_day import AgreeDays
from hub.domain.day.day import Phase
from hub.domain.day.sound import KeepQuiet
from hub.domain.day.survey import AnswerSurvey
from hub.domain.devices import device, effect, supply
from hub.domain.devices.supply import FillSupply
from hub.domain.given import not_open, unready
from hub.domain.identity import identity, still_rules
from hub.domain.identity import rules as identity_rules
from hub.domain.incident import rules as incident_rules
from hub.domain.kinds import rows
from hub.domain.moment import iso_date
from hub.domain.people import appointment, dossier, newkey, pairing, roster, vouching
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
from hub.domain.queue import window_lanes
from hub.domain.queue.window_lanes import KeepWindow
from hub.domain.refusal import Refusal
from hub.domain.reports import event_picture
from hub.domain.reservations import guidance, outing
from hub.domain.visit import city_result, originals
from hub.domain.visit.city_result import EnterResults

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Never

    from hub.domain.custody import custody
    from hub.domain.given import Decided, Given
    from hub.domain.identity import still
    from hub.domain.kinds import Kinds
    from hub.domain.photo import photo

C = TypeVar("C")


def _window(on: Given, command: KeepWindow) -> Decided:
    closed, booth = not_open(on.booth), on.booth
    return closed or window_lanes.decide(command, booth.windows, booth.queue, on.profile, on.context, on.by)


def _originals(on: Given, command: originals.OriginalsCommand) -> Decided:
    closed, booth = not_open(on.booth), on.booth
    return closed or originals.decide(command, booth.originals, booth.visits, on.profile, on.context, on.by)


def _results(on: Given, command: EnterResults) -> Decided:
    booth = on.booth  # weeks later, whatever day is open
    return city_result.decide(
        command, booth.results, booth.queue, booth.day.date, booth.numbers, on.profile, on.context, on.by
    )


# ------------------------------------------------------------------ photos and the identity check


def _photo(on: Given, command: photo.PhotoCommand) -> Decided:
    booth = on.booth
    closed = None if permission.is_hubs(command) else not_open(booth)  # what a day of before has left is destroyed
    return (
        closed
        or forbidding.of_photo(command, booth)
        or photo_rules.decide(command, booth.photos, booth.visits, booth.queue, on.profile, on.context, on.by)
    )


def _photo_print(on: Given, command: photo_print.PhotoPrintCommand) -> Decided:
    booth = on.booth  # an unsure print of a day of before is looked at all the same
    closed = not_open(booth) if isinstance(command, photo_print.AskPrint) else None
    return closed or photo_print_rules.decide(command, booth.prints, booth.photos, booth.queue, on.context, on.by)


def _identity(on: Given, command: identity.IdentityCommand) -> Decided:
    booth = on.booth
    closed = None if isinstance(command, identity.Attend) else not_open(booth)
    return closed or identity_rules.decide(
        command,
        booth.identity,
        booth.visits,
        booth.queue,
        on.profile,
        booth.hub,
        booth.profile,
        booth.keys,
        booth.stills,
        on.context,
        on.by,
    )


def _still(on: Given, command: still.StillCommand) -> Decided:
    booth = on.booth
    closed = None if permission.is_hubs(command) else not_open(booth)  # as with photos
    return closed or still_rules.decide(
        command, booth.stills, booth.identity, on.profile, booth.training, booth.day.date, on.context, on.by
    )


def _reveal(on: Given, command: Reveal) -> Decided:
    booth = on.booth
    return not_open(booth) or disclosure.decide(
        command,
        booth.personal,
        booth.queue,
        booth.visits,
        on.profile,
        booth.training,
        booth.day.date,
        on.context,
        on.by,
    )


# ------------------------------------------------------------------ papers and things


def _custody(on: Given, command: custody.CustodyCommand) -> Decided:
    booth = on.booth
    forbidden = forbidding.of_custody(command, booth, on.profile)  # also after the day: handover
    counted = forbidden or custody_rules.decide(
        command, booth.custody, booth.keys, on.profile, on.context, on.by, on.version
    )
    if isinstance(counted, Refusal):
        return counted
    stayed = discrepancy.opened_with(counted, booth.discrepancies, booth.custody, on.profile, on.context, on.by)
    return (*counted, *stayed)


def _transit(on: Given, command: transit.TransitCommand) -> Decided:
    inside, booth = forbidding.of_transit(command, on.booth), on.booth
    return inside or transit.decide(
        command, booth.transits, booth.custody, booth.incidents, on.profile, on.context, on.by
    )


def _storage(on: Given, command: storage.StorageCommand) -> Decided:
    booth = on.booth  # also after the day: boxes wait for the city overnight
    box = booth.custody.containers.get(command.container)
    away = box is not None and box.transfer in booth.transits
    return storage.decide(command, booth.stores, booth.custody, away, booth.keys, on.profile, on.context, on.by)


def _paper(on: Given, command: paper_receipt.PaperCommand) -> Decided:
    inside, booth = forbidding.of_paper(command, on.booth), on.booth  # at any hour: it comes back with whoever drove
    return inside or paper_receipt.decide(
        command, booth.paper_receipts, booth.custody, booth.transits, booth.keys, on.profile, on.context, on.by
    )


def _forms(on: Given, command: forms.FormsCommand) -> Decided:
    booth = on.booth
    closed = None if isinstance(command, forms.ShredForms) else not_open(booth)
    stopped = booth.day.phase is Phase.STOPPED
    return closed or forms.decide(command, booth.forms, booth.discrepancies, stopped, on.profile, on.context, on.by)


def _packing(on: Given, command: packing.PackingCommand) -> Decided:
    stopped = on.booth.day.phase is Phase.STOPPED  # before the day, and on a day that never opened
    return packing.decide(command, on.booth.packing, stopped, on.profile, on.context, on.by)


def _copies(on: Given, command: copies.CopyCommand) -> Decided:
    booth = on.booth  # at any hour: a list is printed before the booth opens
    return copies.decide(command, booth.copies, booth.disposals, on.profile, booth.training, on.context, on.by)


def _device(on: Given, command: device.DeviceCommand) -> Decided:
    forbidden = forbidding.of_device(command, on.booth)  # also before the day: that is when devices are tried
    return forbidden or device.decide(command, on.booth.devices, on.context, on.by)


# ------------------------------------------------------------------ the day and its people


def _presence(on: Given, command: manager_presence.PresenceCommand) -> Decided:
    booth, unnamed = on.booth, None
    if isinstance(command, manager_presence.TakeBooth) and not booth.training:
        unnamed = appointment.missing(booth.appointed, on.profile, on.by.person, booth.day.date)
    return not_open(booth) or unnamed or manager_presence.decide(command, booth.leading, on.context, on.by)


def _readiness(on: Given, command: readiness.ReadinessCommand) -> Decided:
    booth = on.booth
    if isinstance(command, readiness.RecordTraining):
        unagreed = dossier.unconsented(command, booth.dossier, on.profile)
        if unagreed is not None:
            return unagreed
    elif isinstance(command, readiness.SignIn):
        unfit = unready(on, iso_date(on.context.at_ms))
        if unfit is not None:
            return unfit
    over = forbidding.of_readiness(command, booth, on.profile)
    return over or readiness.decide(command, booth.readiness, on.profile, on.context, on.by)


def _agreed(on: Given, command: AgreeDays) -> Decided:
    # before the day, and for days far ahead
    return agreed_day.decide(command, on.booth.agreed, on.profile, on.context, on.by, practice=on.booth.training)


def _inquiry(on: Given, command: inquiry.InquiryCommand) -> Decided:
    return not_open(on.booth) or inquiry.decide(command, on.booth.inquiries, on.profile, on.context, on.by)


def _incident(on: Given, command: incident_rules.IncidentCommand) -> Decided:
    unsaid, booth = forbidding.of_incident(command, on.booth, on.profile), on.booth  # at any hour: most are found late
    return unsaid or incident_rules.decide(
        command, booth.incidents, booth.queue, booth.day.date, on.profile, on.context, on.by
    )


# ------------------------------------------------------------------ the table


def _part(
    kinds: Kinds[C] | type[C], decides: Callable[[Given, C], Decided]
) -> dict[type, Callable[[Given, Never], Decided]]:
    """The rows of one part: each of its kinds of command with what decides it."""
    return rows(kinds, decides)


PARTS = {
    **_part(CONTINUITY_COMMANDS, lambda on, it: continuity_rules.decide(it, on.booth, on.profile, on.context, on.by)),
    **_part(QUEUE_COMMANDS, at_the_window.decide_queue),
    **_part(KeepWindow, _window),
    **_part(VISIT_COMMANDS, at_the_window.decide_visit),
    **_part(FORM_ID_COMMANDS, at_the_window.decide_form_id),
    **_part(ORIGINALS_COMMANDS, _originals),
    **_part(EnterResults, _results),
    **_part(PHOTO_COMMANDS, _photo),
    **_part(PHOTO_PRINT_COMMANDS, _photo_print),
    **_part(NoteReturned, lambda on, it: returned.decide(it, on.booth.returns, on.profile, on.context, on.by)),
    **_part(IDENTITY_COMMANDS, _identity),
    **_part(STILL_COMMANDS, _still),
    **_part(Reveal, _reveal),
    **_part(CUSTODY_COMMANDS, _custody),
    **_part(TRANSIT_COMMANDS, _transit),
    **_part(STORAGE_COMMANDS, _storage),
    **_part(PAPER_COMMANDS, _paper),
    **_part(FORMS_COMMANDS, _forms),
    **_part(ResolveDiscrepancy, lambda on, it: discrepancy.decide(it, on.booth.discrepancies, on.context, on.by)),
    # Also after the day: a thing is found when chairs are put away.
    **_part(LEFT_COMMANDS, lambda on, it: left_behind.decide(it, on.booth.left, on.booth.queue, on.context, on.by)),
    **_part(LENT_COMMANDS, lambda on, it: lent.decide(it, on.booth.lent, on.profile, on.context, on.by)),
    **_part(PACKING_COMMANDS, _packing),
    **_part(COPY_COMMANDS, _copies),
    **_part(
        DISPOSAL_COMMANDS,  # also after the day: that is when it is done
        lambda on, it: disposal.decide(it, on.booth.disposals, on.booth.keys, on.profile, on.context, on.by),
    ),
    **_part(EFFECT_COMMANDS, lambda on, it: effect.decide(it, on.booth.effects, on.booth.queue, on.context, on.by)),
    **_part(DEVICE_COMMANDS, _device),
    **_part(FillSupply, lambda on, it: supply.decide(it, on.context, on.by)),
    **_part(
        DAY_COMMANDS, lambda on, it: day_rules.decide(it, on.booth, on.profile, on.booth.profile, on.context, on.by)
    ),
    **_part(PRESENCE_COMMANDS, _presence),
    **_part(READINESS_COMMANDS, _readiness),
    **_part(AgreeDays, _agreed),
    **_part(
        PLAN_COMMANDS,
        lambda on, it: event_plan.decide(it, on.booth.plans, on.booth.lent, on.profile, on.context, on.by),
    ),
    **_part(
        OUTING_COMMANDS,
        lambda on, it: outing.decide(it, on.booth.outings, on.booth.custody, on.profile, on.context, on.by),
    ),
    **_part(
        GUIDANCE_COMMANDS, lambda on, it: not_open(on.booth) or guidance.decide(it, on.booth.guided, on.context, on.by)
    ),
    **_part(KeepQuiet, lambda on, it: not_open(on.booth) or sound.decide(it, on.booth.sound, on.context, on.by)),
    **_part(AnswerSurvey, lambda on, it: not_open(on.booth) or survey.decide(it, on.profile, on.context, on.by)),
    **_part(INQUIRY_COMMANDS, _inquiry),
    **_part(INCIDENT_COMMANDS, _incident),
    **_part(
        PICTURE_COMMANDS,  # also after the day: the report is made then
        lambda on, it: event_picture.decide(it, on.booth.pictures, on.booth.keys, on.profile, on.context, on.by),
    ),
    **_part(DoPeriodic, lambda on, it: periodic.decide(it, on.booth.periodics, on.profile, on.context, on.by)),
    **_part(
        PERSONAL_COMMANDS,  # also after the day: what is erased then is yesterday's
        lambda on, it: personal.decide(it, on.booth.personal, on.profile, on.booth.training, on.context, on.by),
    ),
    **_part(ROSTER_COMMANDS, lambda on, it: roster.decide(it, on.booth.keys, on.context, on.by)),
    **_part(SUCCESSION_COMMANDS, lambda on, it: newkey.decide(it, on.booth.successions, on.context, on.by)),
    **_part(PAIRING_COMMANDS, lambda on, it: pairing.decide(it, on.booth.pairing, on.context, on.by)),
    **_part(DOSSIER_COMMANDS, lambda on, it: dossier.decide(it, on.booth.keys, on.profile, on.context, on.by)),
    **_part(AppointManager, lambda on, it: appointment.decide(it, on.profile, on.context, on.by)),
    **_part(NotMyNumber, lambda on, it: vouching.decide(it, on.context, on.by)),
}
"""Kind of command to what decides it."""
