"""The state of a whole site: what all its parts are after an entry of the record."""

from __future__ import annotations

import msgspec
from immutables import Map

from hub.domain.continuity.continuity import Continuity
from hub.domain.custody.copies import Copies
from hub.domain.custody.custody import Custody
from hub.domain.custody.discrepancy import Discrepancies
from hub.domain.custody.disposal import Disposals
from hub.domain.custody.forms import Forms
from hub.domain.custody.left_behind import LeftBehind
from hub.domain.custody.lent import Lent
from hub.domain.custody.packing import Packing
from hub.domain.custody.paper_receipt import PaperReceipts
from hub.domain.custody.storage import Stores
from hub.domain.custody.transit import Transits
from hub.domain.day.agreed_day import Agreed
from hub.domain.day.day import Day
from hub.domain.day.event_plan import Plans
from hub.domain.day.inquiry import Inquiries
from hub.domain.day.manager_presence import Leading
from hub.domain.day.readiness import Readiness
from hub.domain.day.sound import Sound
from hub.domain.devices.device import Devices
from hub.domain.devices.effect import Effects
from hub.domain.devices.supply import Supplies
from hub.domain.identity.identity import Identity
from hub.domain.identity.still import Stills
from hub.domain.incident.incident import Incidents
from hub.domain.people import roster
from hub.domain.people.appointment import Appointments
from hub.domain.people.dossier import Dossier
from hub.domain.people.newkey import Successions
from hub.domain.people.pairing import Pairing
from hub.domain.people.roster import Keys
from hub.domain.personal.periodic import Periodics
from hub.domain.personal.personal import Personal
from hub.domain.photo.photo import Photos
from hub.domain.photo.print import Prints
from hub.domain.photo.returned import Returns
from hub.domain.queue.queue import Queue
from hub.domain.queue.window_lanes import Kept
from hub.domain.reports.event_picture import Pictures
from hub.domain.reservations.guidance import Guided
from hub.domain.reservations.outing import Outings
from hub.domain.visit.city_result import Results
from hub.domain.visit.form_id import Form
from hub.domain.visit.originals import Originals
from hub.domain.visit.visit import Visits


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
    form_tags: Map[bytes, int] = Map()
    """Tag of a form to the visit that read it last, so that no form is looked for among all of a day's."""
    inquiries: Inquiries = Inquiries()
    survey: Map[str, int] = Map()
    """How often each "question/choice" of the questionnaire was answered on the open day."""
    dossier: Dossier = Dossier()
    agreed: Agreed = Map()
    """Dates that the city has agreed to or designated."""
    stills: Stills = Map()
    stores: Stores = Map()
    leading: Leading = ()
    windows: Kept = Map()
    lent: Lent = Lent()
    paper_receipts: PaperReceipts = Map()
    """Signatures on paper, by transfer."""
    disposals: Disposals = Disposals()
    plans: Plans = Plans()
    copies: Copies = Copies()
    periodics: Periodics = Periodics()
    pictures: Pictures = Map()
    """Of how events were held, for reports."""
    results: Results = Map()
    """What the city has done since, after the booth."""
    appointed: Appointments = Map()
    returns: Returns = Returns()
    guided: Guided = Map()
    packing: Packing = Packing()
    outings: Outings = Map()
