"""Contract profiles: one city's specification as data, read strictly.

An absent key means "not stated in the specification, ask the city" (協議); it is `None` here and never zero.
Where the booth cannot run without an answer, `Operation` holds Demado's own careful default, in that one place.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, field

from hub.domain.contracts.duties import (
    CallCentre,
    Check,
    Consents,
    Custody,
    Device,
    Disposal,
    Incident,
    InquiryCategory,
    Packed,
    People,
    Report,
    ReportForm,
    Reservation,
    Retention,
    Role,
    StaffingMinimum,
    Survey,
    Training,
    Volume,
)
from hub.domain.contracts.outing import OutingTerms
from hub.domain.contracts.papers import COMMON, Alternative, IdentityPaper
from hub.domain.contracts.periodic import Periodic
from hub.domain.contracts.procedure import Circumstance, Document, EventType, Lane, Method, SessionRule, VenueType
from hub.domain.contracts.questions import Question
from hub.domain.contracts.values import Count, HourMinute, Id, MonthDay, Part, Share, Text, YearMonth
from hub.domain.identity.city_check import CityCheck
from hub.domain.moment import MANAGER, MANAGER_ROLES


class Anomaly(Part, frozen=True, kw_only=True):
    """Something in the specification that only the city can settle; never silently repaired."""

    ja: Text
    clause: Text


class Source(Part, frozen=True, kw_only=True):
    """Which document the profile was read from."""

    document_title: Text
    city: Text
    city_en: Text
    draft: bool
    missing_annexes: tuple[Text, ...] = ()
    anomalies: tuple[Anomaly, ...] = field(default=(), name="anomaly")


class Contract(Part, frozen=True, kw_only=True):
    """The contract's frame: dates, payment, whom it serves."""

    title: Text
    start_rule: Literal["contract_signing_day", "day_after_contract_signing"]
    end_date: dt.date
    signed: dt.date | None = None  # entered when it is known; the specification cannot state it
    service_start: dt.date | None = None
    service_month: YearMonth | None = None  # where the specification gives the month but no exact day
    service_start_text: Text | None = None
    payment_kind: Text | None = None
    subcontracting: Text | None = None
    delivery_place: Text | None = None
    served_people: Text | None = None


class Calendar(Part, frozen=True, kw_only=True):
    """Which days the contract calls closed; `hub.domain.contracts.calendar` says what holds where it is silent."""

    business_day_basis: Text | None = None
    holidays_closed: bool | None = None
    weekend_closed: bool | None = None
    year_end_from: MonthDay | None = None
    year_end_to: MonthDay | None = None


class Purpose(Part, frozen=True, kw_only=True):
    """What personal data is read for: the fields it needs, and whether only a manager, or only during the visit."""

    id: Id
    ja: Text
    en: Text
    fields: tuple[Literal["kana", "birth_date", "phone", "note"], ...]
    manager: bool = False
    visit: bool = True


class Loudness(Part, frozen=True, kw_only=True):
    """From this time of day on, calls are so loud."""

    since: HourMinute
    percent: Annotated[int, Meta(ge=0, le=100)]


class Operation(Part, frozen=True, kw_only=True):
    """What the running booth must know where contracts are silent: Demado's defaults, all in this place."""

    calls_before_no_show: Count = 3  # three calls are what waiting rooms are used to
    undo_seconds: Count = 10  # long enough to see a slip of the finger, short enough that nobody has walked off
    identity_valid_minutes: Count = 15  # a decision is about the person standing there; afterwards it is asked again
    retakes: Count = 3  # photographs before somebody else should look at light and background
    idle_lock_minutes: Count = 5  # a terminal left alone at a public counter
    personal_data_days: Count = 7  # after the visit: a mistake shows when the papers are worked on, within a week
    purposes: tuple[Purpose, ...] = field(
        default=(
            Purpose(id="reservation_check", ja="予約の確認", en="check the reservation", fields=("kana", "birth_date")),
            Purpose(id="request", ja="予約時のご要望の確認", en="see what was asked for", fields=("note",)),
            Purpose(
                id="contact",
                ja="ご本人への連絡",
                en="reach the person",
                fields=("kana", "phone"),
                manager=True,
                visit=False,
            ),
        ),
        name="purpose",
    )
    loudness: tuple[Loudness, ...] = (
        Loudness(since="09:00", percent=100),
        Loudness(since="18:00", percent=60),  # malls and public halls are quieter then, and so are their crowds
    )
    difference_days: Count = 1  # a sheet is found while the same people still know where they were: by the next day
    two_carriers: bool = False  # one drives and one stays with the boxes, where a contract wants it
    arrival_alarm_minutes: Count = 15  # a box that is looked for within a quarter of an hour is still on the way
    removable_media: bool = True  # false: the record leaves by the line alone, never on a stick
    two_person_seal: bool = True  # papers are counted and sealed by two: 67 sets were once lost by one


class Rehearsal(Part, frozen=True, kw_only=True):
    """What a practice day of an event type looks like: people per lane and the shares that make it hard."""

    event_type: Id
    people: dict[Id, Annotated[int, Meta(ge=0)]]
    reserved: Share = 0.0
    no_show: Share = 0.0
    missing_documents: Share = 0.0
    returns: Share = 0.0


class Profile(Part, frozen=True, kw_only=True, dict=True):
    """One contract. TOML keys are singular (`[[lane]]`), the fields plural; `dict=True` as in Method."""

    schema: Literal["demado.contract/1"]
    id: Id
    source: Source
    contract: Contract
    calendar: Calendar = Calendar()
    venue_types: tuple[VenueType, ...] = field(default=(), name="venue_type")
    event_types: tuple[EventType, ...] = field(default=(), name="event_type")
    session_rules: tuple[SessionRule, ...] = field(default=(), name="session_rule")
    lanes: tuple[Lane, ...] = field(default=(), name="lane")
    methods: tuple[Method, ...] = field(default=(), name="method")
    circumstances: tuple[Circumstance, ...] = field(default=(), name="circumstance")
    questions: tuple[Question, ...] = field(default=(), name="question")
    identity_papers: tuple[IdentityPaper, ...] = field(default=COMMON, name="identity_paper")
    roles: tuple[Role, ...] = field(default=(), name="role")
    staffing: tuple[StaffingMinimum, ...] = field(default=(), name="staffing_minimum")
    devices: tuple[Device, ...] = field(default=(), name="device")
    packing: tuple[Packed, ...] = field(default=(), name="packed")
    checks: tuple[Check, ...] = field(default=(), name="check")
    custody: Custody = Custody()
    disposal: Disposal = Disposal()
    reports: tuple[Report, ...] = field(default=(), name="report")
    report_forms: tuple[ReportForm, ...] = field(default=(), name="report_form")
    incident: Incident | None = None
    reservation: Reservation = Reservation()
    outing: OutingTerms | None = None
    photo_returns: Text | None = None
    """The clause for which pictures that come back from the examination are counted by venue."""
    periodics: tuple[Periodic, ...] = field(default=(), name="periodic")
    call_centre: CallCentre = CallCentre()
    training: Training = Training()
    people: People = People()
    security: tuple[Text, ...] = ()
    privacy: tuple[Text, ...] = ()
    meetings: tuple[Text, ...] = ()
    retention: tuple[Retention, ...] = ()
    inquiry_categories: tuple[InquiryCategory, ...] = field(default=(), name="inquiry_category")
    surveys: tuple[Survey, ...] = field(default=(), name="survey")
    volumes: tuple[Volume, ...] = field(default=(), name="volume")
    operation: Operation = Operation()
    city_check: CityCheck = CityCheck()
    consents: Consents = Consents()
    training_consents: Consents = Consents()  # synthetic; only a `training` deployment may read them
    rehearsals: tuple[Rehearsal, ...] = field(default=(), name="rehearsal")

    def lane(self, lane_id: str) -> Lane:
        """The lane with that id; KeyError if there is none."""
        return self._lane_by_id[lane_id]

    def has_lane(self, lane_id: str) -> bool:
        """Whether the contract has a lane with that id."""
        return lane_id in self._lane_by_id

    def method(self, method_id: str) -> Method:
        """The method with that id; KeyError if there is none."""
        return self._method_by_id[method_id]

    @cached_property
    def _lane_by_id(self) -> dict[str, Lane]:
        return {lane.id: lane for lane in self.lanes}

    @cached_property
    def _method_by_id(self) -> dict[str, Method]:
        return {method.id: method for method in self.methods}

    @cached_property
    def methods_under(self) -> dict[tuple[str, tuple[str, ...]], Method]:
        """Methods as circumstances change them, as far as they have been asked for (hub.domain.visit.circumstances)."""
        return {}

    @cached_property
    def lanes_with_officer(self) -> frozenset[str]:
        """Lanes of which nobody is called while no officer of the city is on duty."""
        return frozenset(lane.id for lane in self.lanes if lane.needs_officer)

    @cached_property
    def lanes_apart(self) -> frozenset[str]:
        """Lanes that never share a window; one alone has nobody to share with."""
        lanes = frozenset(lane.id for lane in self.lanes if lane.separate_window)
        return lanes if len(lanes) > 1 else frozenset()

    def methods_of_lane(self, lane_id: str) -> tuple[Method, ...]:
        """The methods served in that lane, in the profile's order."""
        return tuple(method for method in self.methods if method.lane == lane_id)

    def event_type(self, event_id: str) -> EventType:
        """The event type with that id; KeyError if there is none."""
        return _find(self.event_types, event_id)

    def has_event_type(self, event_id: str) -> bool:
        """Whether the contract has an event type with that id."""
        return any(event.id == event_id for event in self.event_types)

    def offers(self, event_id: str, method_id: str) -> bool:
        """Whether events of that type offer that method; False for a type the contract does not have."""
        return method_id in self._methods_offered.get(event_id, ())

    @cached_property
    def _methods_offered(self) -> dict[str, frozenset[str]]:
        return {event.id: frozenset(event.methods) for event in self.event_types}

    def opens(self, event_id: str, lane_id: str) -> bool:
        """Whether events of that type offer a method of that lane; False for a type the contract does not have."""
        return lane_id in self._lanes_open.get(event_id, ())

    @cached_property
    def _lanes_open(self) -> dict[str, frozenset[str]]:
        return {
            event.id: frozenset(method.lane for method in self.methods if method.id in event.methods)
            for event in self.event_types
        }

    def asked(self, method_id: str) -> tuple[Question, ...]:
        """The questions of a method, in the profile's order; KeyError if there is no such method."""
        return self._questions_of[method_id]

    @cached_property
    def _questions_of(self) -> dict[str, tuple[Question, ...]]:
        return {
            method.id: tuple(one for one in self.questions if not one.methods or method.id in one.methods)
            for method in self.methods
        }

    def lanes_of(self, event_id: str) -> tuple[Lane, ...]:
        """The lanes open at an event of this type, in the profile's order; KeyError for an unknown type."""
        used = {self.method(method_id).lane for method_id in self.event_type(event_id).methods}
        return tuple(lane for lane in self.lanes if lane.id in used)

    @property
    def managing(self) -> frozenset[str]:
        """The roles that answer for a site here: the contract's own and set-up's plain `manager`; or the usual ones."""
        stated = {role.id for role in self.roles if role.manages and role.party == "contractor"}
        return frozenset(stated | {MANAGER}) if stated else MANAGER_ROLES

    def role(self, role_id: str) -> Role:
        """The role with that id; KeyError if there is none."""
        return _find(self.roles, role_id)

    def handed_over(self) -> tuple[Document, ...]:
        """Every class of paper that is counted into the container, once, in the profile's order."""
        kept = {paper.id: paper for m in self.methods for paper in m.documents if paper.keep == "hand_over"}
        return tuple(kept.values())

    def known_papers(self) -> tuple[Document | Alternative | IdentityPaper, ...]:
        """Every class of paper that the contract speaks of: its own, what stands in for them, identity papers."""
        papers = [paper for method in self.methods for paper in method.documents]
        papers += [paper for circumstance in self.circumstances for paper in circumstance.documents]
        return (*papers, *(other for paper in papers for other in paper.alternatives), *self.identity_papers)

    def blanks(self) -> tuple[Document, ...]:
        """Every class whose blanks the booth keeps in stock, once, in the profile's order."""
        kept = {paper.id: paper for m in self.methods for paper in m.documents if paper.blank}
        return tuple(kept.values())

    paper_classes = handed_over  # the word the custody rules use for it


_Named = TypeVar("_Named", EventType, Role)


def _find(things: tuple[_Named, ...], wanted: str) -> _Named:
    for thing in things:
        if thing.id == wanted:
            return thing
    raise KeyError(wanted)
