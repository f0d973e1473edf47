"""The booth: the whole state of a site, and the two pure functions that everything rests on.

    decide(profile, booth, command, context, by) -> events, or a Refusal
    evolve(booth, event, index)                  -> the next booth

Both read no clock, draw no random numbers and do no I/O, so that hub, terminal, office and an offline verifier come to
the same events from the same commands, for ever.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain import (
    continuity,
    custody_rules,
    day,
    device,
    disclosure,
    effect,
    identity,
    incident,
    pairing,
    paper_block,
    permission,
    personal,
    photo,
    photo_print,
    photo_print_rules,
    photo_rules,
    queue,
    queue_rules,
    roster,
    sound,
    succession,
    supply,
    transit,
    visit,
    vouching,
)
from hub.domain.continuity import Continuity, ContinuityCommand, ContinuityEvent
from hub.domain.custody import (
    AcceptTransfer,
    Custody,
    CustodyCommand,
    CustodyEvent,
    TransferAccepted,
    TransferWithdrawn,
)
from hub.domain.day import Day, DayCommand, DayEvent, Phase
from hub.domain.device import DeviceCommand, DeviceEvent, Devices
from hub.domain.disclosure import Reveal, Revealed
from hub.domain.effect import EffectCommand, EffectEvent, Effects
from hub.domain.guard import check_text
from hub.domain.identity import Identity, IdentityCommand, IdentityEvent
from hub.domain.incident import IncidentCommand, IncidentEvent, Incidents
from hub.domain.kinds import Kinds
from hub.domain.moment import iso_date
from hub.domain.pairing import Pairing, PairingCommand, PairingEvent
from hub.domain.personal import Personal, PersonalCommand, PersonalEvent
from hub.domain.photo import PhotoCommand, PhotoEvent, Photos
from hub.domain.photo_print import PhotoPrintCommand, PhotoPrintEvent, Prints
from hub.domain.queue import Queue, QueueCommand, QueueEvent
from hub.domain.refusal import Refusal, refuse
from hub.domain.roster import Keys, RosterCommand, RosterEvent
from hub.domain.sound import KeepQuiet, QuietKept, Sound
from hub.domain.succession import KeySucceeded, SuccessionCommand, SuccessionEvent, Successions
from hub.domain.supply import FillSupply, Supplies, SupplyFilled
from hub.domain.transit import TransitCommand, TransitEvent, Transits
from hub.domain.visit import VisitCommand, VisitEvent, Visits
from hub.domain.vouching import NotMyNumber, NumberVouched

if TYPE_CHECKING:
    from hub.domain.contract import Profile
    from hub.domain.moment import Context, Signer

Command = (
    DayCommand
    | QueueCommand
    | VisitCommand
    | IdentityCommand
    | CustodyCommand
    | EffectCommand
    | ContinuityCommand
    | PersonalCommand
    | PhotoCommand
    | PhotoPrintCommand
    | Reveal
    | PairingCommand
    | SuccessionCommand
    | NotMyNumber
    | RosterCommand
    | KeepQuiet
    | IncidentCommand
    | TransitCommand
    | DeviceCommand
    | FillSupply
)
Event = (
    DayEvent
    | QueueEvent
    | VisitEvent
    | IdentityEvent
    | CustodyEvent
    | EffectEvent
    | ContinuityEvent
    | PersonalEvent
    | PhotoEvent
    | PhotoPrintEvent
    | Revealed
    | PairingEvent
    | SuccessionEvent
    | NumberVouched
    | RosterEvent
    | QuietKept
    | IncidentEvent
    | TransitEvent
    | DeviceEvent
    | SupplyFilled
)

DAY_COMMANDS: Kinds[DayCommand] = Kinds(DayCommand)
QUEUE_COMMANDS: Kinds[QueueCommand] = Kinds(QueueCommand)
VISIT_COMMANDS: Kinds[VisitCommand] = Kinds(VisitCommand)
CUSTODY_COMMANDS: Kinds[CustodyCommand] = Kinds(CustodyCommand)
EFFECT_COMMANDS: Kinds[EffectCommand] = Kinds(EffectCommand)
CONTINUITY_COMMANDS: Kinds[ContinuityCommand] = Kinds(ContinuityCommand)
ROSTER_COMMANDS: Kinds[RosterCommand] = Kinds(RosterCommand)
PERSONAL_COMMANDS: Kinds[PersonalCommand] = Kinds(PersonalCommand)
PHOTO_COMMANDS: Kinds[PhotoCommand] = Kinds(PhotoCommand)
PHOTO_PRINT_COMMANDS: Kinds[PhotoPrintCommand] = Kinds(PhotoPrintCommand)
DEVICE_COMMANDS: Kinds[DeviceCommand] = Kinds(DeviceCommand)
PAIRING_COMMANDS: Kinds[PairingCommand] = Kinds(PairingCommand)
INCIDENT_COMMANDS: Kinds[IncidentCommand] = Kinds(IncidentCommand)
TRANSIT_COMMANDS: Kinds[TransitCommand] = Kinds(TransitCommand)
SUCCESSION_COMMANDS: Kinds[SuccessionCommand] = Kinds(SuccessionCommand)

QUEUE_EVENTS: Kinds[QueueEvent] = Kinds(QueueEvent)
VISIT_EVENTS: Kinds[VisitEvent] = Kinds(VisitEvent)
IDENTITY_EVENTS: Kinds[IdentityEvent] = Kinds(IdentityEvent)
CUSTODY_EVENTS: Kinds[CustodyEvent] = Kinds(CustodyEvent)
EFFECT_EVENTS: Kinds[EffectEvent] = Kinds(EffectEvent)
CONTINUITY_EVENTS: Kinds[ContinuityEvent] = Kinds(ContinuityEvent)
ROSTER_EVENTS: Kinds[RosterEvent] = Kinds(RosterEvent)
PERSONAL_EVENTS: Kinds[PersonalEvent] = Kinds(PersonalEvent)
PHOTO_EVENTS: Kinds[PhotoEvent] = Kinds(PhotoEvent)
PHOTO_PRINT_EVENTS: Kinds[PhotoPrintEvent] = Kinds(PhotoPrintEvent)
DEVICE_EVENTS: Kinds[DeviceEvent] = Kinds(DeviceEvent)
PAIRING_EVENTS: Kinds[PairingEvent] = Kinds(PairingEvent)
INCIDENT_EVENTS: Kinds[IncidentEvent] = Kinds(IncidentEvent)
TRANSIT_EVENTS: Kinds[TransitEvent] = Kinds(TransitEvent)


class Booth(msgspec.Struct, frozen=True):
    """What is true at a site after an entry of its record."""

    hub: str = ""
    """Name of this record's hub; a decision of the city names it."""
    profile: bytes = b""
    """SHA-256 of the contract profile this deployment is bound to."""
    day: Day = Day()
    queue: Queue = Queue()
    visits: Visits = Visits()
    identity: Identity = Identity()
    custody: Custody = Custody()
    effects: Effects = Effects()
    personal: Personal = Personal()
    photos: Photos = Photos()
    prints: Prints = Prints()
    training: bool = False
    """A practice deployment, which alone reads synthetic consents."""
    slots: Map[str, int | None] = Map()
    """Today's reservations: number to minute of the day (None: no time given)."""
    slot_lanes: Map[str, str] = Map()
    slot_people: Map[str, int] = Map()
    numbers: Map[str, int] = Map()
    """Highest number given under a date and prefix ("2025-08-06/A") of earlier days: a date opened again goes on there."""
    latest_ms: int = 0
    """The latest time in the record: a day never starts before it."""
    continuity: Continuity = Continuity()
    pairing: Pairing = Pairing()
    successions: Successions = Successions()
    keys: Keys = roster.START
    incidents: Incidents = Incidents()
    transits: Transits = Map()
    sound: Sound = Sound()
    papers: Map[str, tuple[int, ...]] = Map()
    """Numbers of the paper block that were taken into the queue, by date."""
    devices: Devices = Devices()
    supplies: Supplies = Supplies()


# ------------------------------------------------------------------ decide


def decide(
    profile: Profile, booth: Booth, command: Command, context: Context, by: Signer, version: int = 0
) -> tuple[Event, ...] | Refusal:
    """What a command does now: the events it makes, or the rule that refuses it.

    `version`: the version of the object that the signer saw (0: any). It is refused if another has changed it since.
    """
    by = succession.standing(booth.successions, by)
    refusal = (
        permission.refusal(command, by)
        or roster.refusal(booth.keys, by)
        or succession.refusal(booth.successions, by)
        or _guard(command)
    )
    if refusal is not None:
        return refusal
    decided = _decide(profile, booth, command, context, by, version)
    if isinstance(decided, Refusal) or not (by.reset_by or booth.keys.resets):
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
        return _not_open(booth) or _decide_queue(profile, booth, command, context, by, version)
    if VISIT_COMMANDS.has(command):
        return _not_open(booth) or _decide_visit(profile, booth, command, context, by, version)
    if PHOTO_COMMANDS.has(command):  # the hub may have to destroy what a day of before has left
        closed = None if permission.is_hubs(command) else _not_open(booth)
        return (
            closed
            or _print_forbids(command, booth)
            or photo_rules.decide(command, booth.photos, booth.visits, booth.queue, profile, context, by)
        )
    if PHOTO_PRINT_COMMANDS.has(command):  # an unsure print of a day of before is looked at all the same
        closed = _not_open(booth) if isinstance(command, photo_print.AskPrint) else None
        return closed or photo_print_rules.decide(command, booth.prints, booth.photos, booth.queue, context, by)
    if SUCCESSION_COMMANDS.has(command):
        return succession.decide(command, booth.successions, context, by)
    if isinstance(command, KeepQuiet):
        return _not_open(booth) or sound.decide(command, booth.sound, context, by)
    if isinstance(command, NotMyNumber):
        return vouching.decide(command, context, by)
    if ROSTER_COMMANDS.has(command):
        return roster.decide(command, booth.keys, context, by)
    if DAY_COMMANDS.has(command):
        return day.decide(command, booth, profile, booth.profile, context, by)
    if EFFECT_COMMANDS.has(command):
        return effect.decide(command, booth.effects, booth.queue, context, by)
    if DEVICE_COMMANDS.has(command):  # also before the day: that is when devices are tried
        return _somebodys_photo(command, booth) or device.decide(command, booth.devices, context, by)
    if isinstance(command, FillSupply):
        return supply.decide(command, context, by)
    if PAIRING_COMMANDS.has(command):
        return pairing.decide(command, booth.pairing, context, by)
    if CUSTODY_COMMANDS.has(command):
        return _decide_custody(profile, booth, command, context, by)  # also after the day: handover
    if TRANSIT_COMMANDS.has(command):
        return transit.decide(command, booth.transits, booth.custody, booth.incidents, profile, context, by)
    if INCIDENT_COMMANDS.has(command):  # at any hour: most are found after closing
        return incident.decide(command, booth.incidents, booth.queue, booth.day.date, profile, context, by)
    if PERSONAL_COMMANDS.has(command):  # also after the day: what is erased then is yesterday's
        return personal.decide(command, booth.personal, profile, booth.training, context, by)
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
    return identity.decide(
        command, booth.identity, booth.visits, booth.queue, profile, booth.hub, booth.profile, context, by
    )


def _not_open(booth: Booth) -> Refusal | None:
    return refuse("day.not_open") if booth.day.phase is Phase.CLOSED else None


def _decide_continuity(
    profile: Profile, booth: Booth, command: ContinuityCommand, context: Context, by: Signer
) -> tuple[ContinuityEvent, ...] | Refusal:
    if not isinstance(command, continuity.TakeOver):  # that one is signed by the hub to be
        refusal = continuity.not_the_writer(booth.continuity, booth.hub, by)
        if refusal is not None:
            return refusal
        if booth.continuity.confirmed and not isinstance(command, continuity.ConfirmSwitchedOff):
            return refuse("continuity.taking_over")
    return continuity.decide(command, booth, profile, context, by)


def _decide_queue(
    profile: Profile, booth: Booth, command: QueueCommand, context: Context, by: Signer, version: int
) -> tuple[QueueEvent, ...] | Refusal:
    reserved = None
    if isinstance(command, queue.IssueTicket):
        if booth.day.phase is Phase.STOPPED:
            return refuse("day.reception_stopped")
        if command.paper:
            used = paper_block.refusal(command.paper, booth.papers, booth.day.date)
            if used is not None:
                return used
        reserved = reservation(booth, command.reservation)
    decided = queue_rules.decide(command, booth.queue, profile, booth.day.event_type, reserved, context, by, version)
    if isinstance(decided, Refusal):
        return decided
    # What the queue allows, the visits of that ticket may still forbid.
    forbidden = _visits_forbid(command, booth, profile) or _photo_forbids(command, booth)
    return forbidden or sound.silenced(decided, booth.queue.tickets.get(decided[0].ticket), booth.sound)


def _somebodys_photo(command: DeviceCommand, booth: Booth) -> Refusal | None:
    """The camera is not tried out while a picture lives: a test shot would be a second one."""
    living = booth.photos.living
    if isinstance(command, device.TryDevice) and command.device == photo.CAMERA and living is not None:
        return photo_rules.alive(booth.photos, living.visit)
    return None


def _photo_forbids(command: QueueCommand, booth: Booth) -> Refusal | None:
    """A ticket is not laid aside with its photo in the camera: the next one's would have to wait for it."""
    living = booth.photos.living
    if isinstance(command, queue.HoldTicket) and living is not None and living.ticket == command.ticket:
        return photo_rules.alive(booth.photos, living.visit)
    return None


def _visits_forbid(command: QueueCommand, booth: Booth, profile: Profile) -> Refusal | None:
    match command:
        case queue.FinishTicket():
            return visit.blocks_finish(booth.visits, profile, booth.queue, command.ticket)
        case queue.SendAway() | queue.TransferTicket() | queue.CarryOver() | queue.MarkNoShow():
            # These end the service for now: an open visit is finished or given up first.
            unfinished = visit.open_visit(booth.visits, command.ticket)
            if unfinished is not None:
                return refuse("visit.open", number=unfinished.number, step="完了か取りやめ")
        case queue.UndoAction():
            if any(held.id > command.entry for held in visit.of_ticket(booth.visits, command.ticket)):
                return refuse("queue.undo_visit", number=booth.queue.tickets[command.ticket].number)
    return None


def reservation(booth: Booth, number: str) -> queue.Reserved | None:
    """Today's reservation of that number, or None."""
    if number not in booth.slots:
        return None
    return queue.Reserved(booth.slots[number], booth.slot_lanes[number], booth.slot_people.get(number, 1))


def _decide_visit(
    profile: Profile, booth: Booth, command: VisitCommand, context: Context, by: Signer, version: int
) -> tuple[VisitEvent | IdentityEvent, ...] | Refusal:
    decided = visit.decide(command, booth.visits, booth.queue, profile, booth.day.event_type, context, by, version)
    if isinstance(decided, Refusal):
        return decided
    refusal = _needs_photo(command, booth, profile)
    if refusal is not None:
        return refusal
    if not isinstance(command, ENDS_REQUESTS):
        return decided
    return (*decided, *identity.withdrawn_with(booth.identity, command.visit, context, by))


def _print_forbids(command: PhotoCommand, booth: Booth) -> Refusal | None:
    """A picture is not given up while a page of it is on its way: it would come out with nobody to look at it."""
    return photo_print_rules.picture_needed(booth.prints, command.shot) if isinstance(command, photo.Retake) else None


def _needs_photo(command: VisitCommand, booth: Booth, profile: Profile) -> Refusal | None:
    """A photo step is done with a confirmed picture alone; a visit ends or changes when its picture is gone."""
    match command:
        case visit.DoStep():
            method = profile.method(booth.visits.visits[command.visit].method)
            step = next(step for step in method.steps if step.id == command.step)
            living = photo.of_visit(booth.photos, command.visit)
            needed = None
            if living is not None and living.step == step.id:
                needed = photo_print_rules.picture_needed(booth.prints, living.shot)
            return photo_rules.step_refusal(booth.photos, command.visit, step) or needed
        case visit.FinishVisit():
            alive = photo_rules.alive(booth.photos, command.visit)
            return alive or photo_print_rules.visit_unaccounted(booth.prints, command.visit)
        case visit.AbandonVisit():
            return photo_print_rules.visit_unaccounted(booth.prints, command.visit)
        case visit.DowngradeVisit():
            return photo_rules.alive(booth.photos, command.visit)
    return None


ENDS_REQUESTS = (visit.FinishVisit, visit.AbandonVisit, visit.DowngradeVisit)
"""After these nobody needs the city's answer any more, and none may arrive."""


def _decide_custody(
    profile: Profile, booth: Booth, command: CustodyCommand, context: Context, by: Signer
) -> tuple[CustodyEvent, ...] | Refusal:
    if isinstance(command, AcceptTransfer) and command.transfer in booth.custody.transfers:
        refusal = transit.not_there(booth.transits, booth.custody.transfers[command.transfer], profile)
        if refusal is not None:
            return refusal
    return custody_rules.decide(command, booth.custody, booth.keys, profile, context, by)


def _guard(command: Command) -> Refusal | None:
    """No text that a person typed may carry a My Number or a PIN (they are never stored, not even in a refusal)."""
    return refuse("guard.personal_number") if _has_number(command) else None


def _has_number(value: object) -> bool:
    """Whether any text inside a command, however deep, holds what the guard looks for."""
    if not value:  # no text, no part: structs are always true
        return False
    if isinstance(value, str):
        return check_text(value) is not None
    if isinstance(value, (tuple, dict)):  # of a dict the keys: its values are counts
        return any(map(_has_number, value))
    if not isinstance(value, msgspec.Struct):
        return False
    for field in _fields_with_texts(type(value)):
        inner = getattr(value, field)
        # Most are texts: the way round costs more than looking.
        if check_text(inner) if inner.__class__ is str else _has_number(inner):
            return True
    return False


@cache
def _fields_with_texts(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a struct that are more than a number or bytes (looked up once: every command passes here)."""
    return tuple(field.name for field in msgspec.structs.fields(kind) if field.type not in (int, bool, bytes))


# ------------------------------------------------------------------ evolve


def evolve(booth: Booth, event: Event, index: int) -> Booth:
    """The booth after one event of entry `index`."""
    effects, latest_ms = _due(booth.effects, event, index), booth.latest_ms
    if event.at_ms > latest_ms:
        latest_ms = event.at_ms
    # What a busy day is made of comes first.
    if QUEUE_EVENTS.has(event):
        if type(event) is queue.TicketIssued and event.paper:
            used = paper_block.taken(booth.papers, event, booth.day.date)
            booth = msgspec.structs.replace(booth, papers=used)
        return msgspec.structs.replace(
            booth, queue=queue_rules.evolve(booth.queue, event, index), effects=effects, latest_ms=latest_ms
        )
    if EFFECT_EVENTS.has(event):
        return msgspec.structs.replace(
            booth,
            effects=effect.evolve(effects, event),
            devices=device.answered(booth.devices, event),
            supplies=supply.used(booth.supplies, event),
            latest_ms=latest_ms,
        )
    if VISIT_EVENTS.has(event):
        visits, papers, photos = visit.evolve(booth.visits, event), booth.custody, booth.photos
        match event:
            case visit.VisitEnded():
                papers = custody_rules.evolve(papers, event)
                photos = photo.doomed(photos, event.visit, photo.ABANDONED, event.at_ms)
            case visit.StepDone() if photos.living is not None and photos.living.step == event.step:
                photos = photo.doomed(photos, event.visit, photo.DONE, event.at_ms)
        return msgspec.structs.replace(booth, visits=visits, custody=papers, photos=photos, latest_ms=latest_ms)
    if IDENTITY_EVENTS.has(event):
        return msgspec.structs.replace(
            booth,
            identity=identity.evolve(booth.identity, event),
            visits=identity.evolve_visits(booth.visits, event),
            latest_ms=latest_ms,
        )
    if PHOTO_EVENTS.has(event):
        prints = photo_print.outdated(booth.prints, event)
        return msgspec.structs.replace(
            booth, photos=photo.evolve(booth.photos, event), prints=prints, latest_ms=latest_ms
        )
    if PHOTO_PRINT_EVENTS.has(event):
        return msgspec.structs.replace(
            booth,
            prints=photo_print.evolve(booth.prints, event),
            supplies=supply.printed(booth.supplies, event),
            latest_ms=latest_ms,
        )
    if PERSONAL_EVENTS.has(event):
        return msgspec.structs.replace(booth, personal=personal.evolve(booth.personal, event), latest_ms=latest_ms)
    if isinstance(event, Revealed):
        return msgspec.structs.replace(booth, latest_ms=latest_ms)
    if CUSTODY_EVENTS.has(event):
        transits = booth.transits
        if isinstance(event, (TransferAccepted, TransferWithdrawn)):
            transits = transit.evolve(transits, event)
        return msgspec.structs.replace(
            booth, custody=custody_rules.evolve(booth.custody, event), transits=transits, latest_ms=latest_ms
        )
    if isinstance(event, KeySucceeded):
        return msgspec.structs.replace(
            booth, successions=succession.evolve(booth.successions, event), latest_ms=latest_ms
        )
    if isinstance(event, QuietKept):
        return msgspec.structs.replace(booth, sound=sound.evolve(event), latest_ms=latest_ms)
    if isinstance(event, NumberVouched):
        return msgspec.structs.replace(booth, latest_ms=latest_ms)
    if DEVICE_EVENTS.has(event):
        held = device.evolve(booth.devices, event, index)
        return msgspec.structs.replace(booth, devices=held, effects=effects, latest_ms=latest_ms)
    if isinstance(event, SupplyFilled):
        return msgspec.structs.replace(booth, supplies=supply.evolve(booth.supplies, event), latest_ms=latest_ms)
    if ROSTER_EVENTS.has(event):
        return msgspec.structs.replace(booth, keys=roster.evolve(booth.keys, event), latest_ms=latest_ms)
    if CONTINUITY_EVENTS.has(event):
        return msgspec.structs.replace(_evolve_continuity(booth, event, index), latest_ms=latest_ms)
    if INCIDENT_EVENTS.has(event):
        return msgspec.structs.replace(booth, incidents=incident.evolve(booth.incidents, event), latest_ms=latest_ms)
    if TRANSIT_EVENTS.has(event):
        return msgspec.structs.replace(booth, transits=transit.evolve(booth.transits, event), latest_ms=latest_ms)
    if PAIRING_EVENTS.has(event):
        return msgspec.structs.replace(booth, pairing=pairing.evolve(booth.pairing, event), latest_ms=latest_ms)
    return msgspec.structs.replace(_evolve_day(booth, event, index), latest_ms=latest_ms)


def _evolve_continuity(booth: Booth, event: ContinuityEvent, index: int) -> Booth:
    booth = msgspec.structs.replace(booth, continuity=continuity.evolve(booth.continuity, event, index))
    if not isinstance(event, continuity.TakenOver):
        return booth
    last, numbers = booth.queue.last_number, booth.numbers
    for one in event.numbers:
        numbers = numbers.set(f"{one.date}/{one.prefix}", one.first - 1)
        if one.date == booth.day.date:
            last = last.set(one.prefix, one.first - 1)
    return msgspec.structs.replace(booth, numbers=numbers, queue=msgspec.structs.replace(booth.queue, last_number=last))


def _due(effects: Effects, event: Event, index: int) -> Effects:
    """The effects after those that this event asks of devices have become due."""
    asked: tuple[str, ...] = getattr(event, "effects", ()) if _has_effects(type(event)) else ()
    kinds = effect.DEVICE_KINDS.intersection(asked) if asked else None
    if not kinds:
        return effects
    return effect.due(effects, index, tuple(sorted(kinds)), getattr(event, "number", ""))


@cache
def _has_effects(kind: type) -> bool:
    """Whether events of this kind can ask for effects (looked up once: to miss an attribute costs 0.5 µs)."""
    return hasattr(kind, "effects")


DEVICE_EFFECTS = effect.DEVICE_KINDS


def _evolve_day(booth: Booth, event: DayEvent, index: int) -> Booth:
    today = day.evolve(booth.day, event, index)
    match event:
        case day.DayOpened():
            if event.date != booth.day.date:
                booth = _new_date(booth, event.date)
        case day.DayClosed():
            # Whoever comes on duty for the next day says so then; an absent officer would be given requests.
            on_leave = msgspec.structs.replace(booth.identity, officers=())
            return msgspec.structs.replace(booth, day=today, identity=on_leave)
        case day.ReservationsListed():
            slots, lanes, people = booth.slots, booth.slot_lanes, booth.slot_people
            for slot in event.slots:
                slots = slots.set(slot.number, slot.minute)
                lanes = lanes.set(slot.number, slot.lane)
                people = people.set(slot.number, slot.people)
            held = personal.listed(booth.personal, event, booth.day.date, index)
            return msgspec.structs.replace(
                booth, day=today, slots=slots, slot_lanes=lanes, slot_people=people, personal=held
            )
    return msgspec.structs.replace(booth, day=today)


def _new_date(booth: Booth, date: str) -> Booth:
    """The booth on another date: tickets, visits and requests start anew, custody and officers on duty go on.

    Yesterday's tickets have their ends in the record. Numbers start at 001, unless this date was open before: a number
    is given once a day, however often a day is opened.
    """
    numbers = booth.numbers
    for prefix, number in booth.queue.last_number.items():
        numbers = numbers.set(f"{booth.day.date}/{prefix}", number)
    given = {key.rpartition("/")[2]: number for key, number in numbers.items() if key.startswith(f"{date}/")}
    return msgspec.structs.replace(
        booth,
        queue=Queue(last_number=Map(given)),
        visits=Visits(),
        identity=Identity(officers=booth.identity.officers),
        custody=custody_rules.next_day(booth.custody),
        personal=personal.next_date(booth.personal),
        photos=photo.next_date(booth.photos),
        prints=photo_print.next_date(booth.prints),
        slots=Map(),
        slot_lanes=Map(),
        slot_people=Map(),
        sound=Sound(),
        papers=paper_block.forget_before(booth.papers, iso_date(booth.latest_ms)),
        numbers=numbers,
    )


def fold(booth: Booth, events: tuple[Event, ...], index: int) -> Booth:
    """The booth after all events of one entry."""
    for event in events:
        booth = evolve(booth, event, index)
    return booth
