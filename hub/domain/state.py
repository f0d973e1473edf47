"""The state of a whole site: what all its parts are after an entry of the record."""

from __future__ import annotations

import msgspec
from immutables import Map

from hub.domain import roster
from hub.domain.agreed_day import Agreed
from hub.domain.continuity import Continuity
from hub.domain.custody import Custody
from hub.domain.day import Day
from hub.domain.device import Devices
from hub.domain.discrepancy import Discrepancies
from hub.domain.dossier import Dossier
from hub.domain.effect import Effects
from hub.domain.form_id import Form
from hub.domain.forms import Forms
from hub.domain.identity import Identity
from hub.domain.incident import Incidents
from hub.domain.inquiry import Inquiries
from hub.domain.left_behind import LeftBehind
from hub.domain.lent import Lent
from hub.domain.originals import Originals
from hub.domain.pairing import Pairing
from hub.domain.personal import Personal
from hub.domain.photo import Photos
from hub.domain.photo_print import Prints
from hub.domain.queue import Queue
from hub.domain.readiness import Readiness
from hub.domain.roster import Keys
from hub.domain.sound import Sound
from hub.domain.still import Stills
from hub.domain.storage import Stores
from hub.domain.succession import Successions
from hub.domain.supply import Supplies
from hub.domain.transit import Transits
from hub.domain.visit import Visits


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
    forms: Forms = Forms()
    discrepancies: Discrepancies = Discrepancies()
    sound: Sound = Sound()
    papers: Map[str, tuple[int, ...]] = Map()
    """Numbers of the paper block that were taken into the queue, by date."""
    devices: Devices = Devices()
    supplies: Supplies = Supplies()
    readiness: Readiness = Readiness()
    originals: Originals = Map()
    left: LeftBehind = Map()
    form_ids: Map[int, Form] = Map()
    """Visit to its application form."""
    inquiries: Inquiries = Inquiries()
    survey: Map[str, int] = Map()
    """How often each "question/choice" of the questionnaire was answered on the open day."""
    dossier: Dossier = Dossier()
    agreed: Agreed = Map()
    """Dates that the city has agreed to or designated."""
    stills: Stills = Map()
    stores: Stores = Map()
    lent: Lent = Lent()
