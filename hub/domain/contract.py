"""Contract profiles: one city's specification as data, read strictly.

An absent key means "not stated in the specification, ask the city" (協議); it is `None` here and never zero.
Where the booth cannot run without an answer, `Operation` holds Demado's own careful default, in that one place.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from hub.domain.city_check import CityCheck
from hub.domain.guard import check_text
from hub.domain.moment import MANAGER, MANAGER_ROLES
from hub.domain.profile_check import contradictions, in_japanese, locate, texts
from hub.domain.shown_papers import COMMON, Alternative, IdentityPaper, Way

SCHEMA = "demado.contract/1"

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Meta(min_length=1)]  # an empty text would be a second way to say "not stated"
Count = Annotated[int, Meta(gt=0)]  # likewise zero
HourMinute = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
MonthDay = Annotated[str, Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
YearMonth = Annotated[str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Share = Annotated[float, Meta(ge=0, le=1)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Party = Literal["contractor", "city"]
DueKind = Literal[
    "same_day", "next_event_day", "next_business_day", "monthly_day", "month_end", "nth_weekday",
    "days_after", "days_before", "fixed_date", "before_start",
    # The rest name no date: what falls due has the specification's word instead.
    "monthly", "after_return", "with_invoice", "promptly", "immediately", "as_needed", "negotiated",
]  # fmt: skip
Trigger = Literal[
    "event_day", "month", "incident", "complaint", "training_done", "meeting_held", "contract_signed", "contract_end",
    "last_event", "reservation_start", "service_start", "event_planned", "change", "before_disposal", "disposal_done",
]  # fmt: skip


class _Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


_ISO_DATE = re.compile(r"(?<!\d)20\d\d-[01]\d-[0-3]\d(?!\d)")


class ProfileError(Exception):
    """A profile that cannot be used: which file, which key, and why (Japanese, then what was found)."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file, self.key, self.reason = file, key, reason


class Anomaly(_Part, frozen=True, kw_only=True):
    """Something in the specification that only the city can settle; never silently repaired."""

    ja: Text
    clause: Text


class Source(_Part, frozen=True, kw_only=True):
    """Which document the profile was read from."""

    document_title: Text
    city: Text
    city_en: Text
    draft: bool
    missing_annexes: tuple[Text, ...] = ()
    anomalies: tuple[Anomaly, ...] = field(default=(), name="anomaly")


class Contract(_Part, frozen=True, kw_only=True):
    """The contract's frame: dates, payment, whom it serves."""

    title: Text
    start_rule: Literal["contract_signing_day", "day_after_contract_signing"]
    end_date: dt.date
    service_start: dt.date | None = None
    service_month: YearMonth | None = None  # where the specification gives the month but no exact day
    service_start_text: Text | None = None
    payment_kind: Text | None = None
    subcontracting: Text | None = None
    delivery_place: Text | None = None
    served_people: Text | None = None


class Calendar(_Part, frozen=True, kw_only=True):
    """Which days the contract calls closed; `hub.domain.calendar` says what holds where it is silent."""

    business_day_basis: Text | None = None
    holidays_closed: bool | None = None
    weekend_closed: bool | None = None
    year_end_from: MonthDay | None = None
    year_end_to: MonthDay | None = None


class VenueType(_Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    secured_by: Text | None = None
    approval: Text | None = None
    examples: tuple[Text, ...] = ()


class EventType(_Part, frozen=True, kw_only=True):
    """A kind of event with the methods it offers, in the order the reception offers them."""

    id: Id
    ja: Text
    en: Text
    venue_type: Id
    methods: tuple[Id, ...]
    weekday_rule: Text | None = None
    sessions: Count | None = None
    sessions_kind: Literal["assumed", "min", "about"] | None = None
    count_group: Id | None = None


class SessionRule(_Part, frozen=True, kw_only=True):
    """When events of a type are held. `event_type` absent: any type. `dated`: the rule alone fixes every date."""

    id: Id
    ja: Text
    clause: Text
    dated: bool
    event_type: Id | None = None
    channel: Literal["counter", "phone"] = "counter"
    weekdays: tuple[Weekday | Literal["holiday"], ...] = ()
    nth: tuple[Annotated[int, Meta(ge=1, le=5)], ...] = ()
    open: HourMinute | None = None
    close: HourMinute | None = None
    setup_minutes: Count | None = None
    teardown_minutes: Count | None = None
    min_hours: Count | None = None
    closed_on: tuple[Literal["national_holiday", "year_end", "weekend"], ...] = ()
    shift_rule: Literal["if_monday_is_holiday_then_previous_saturday"] | None = None
    replaces: Id | None = None  # on its days this rule stands in for that one
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    change_rule: Text | None = None
    ask: tuple[Text, ...] = ()  # what only the city can decide about these sessions


class Lane(_Part, frozen=True, kw_only=True):
    """A queue with its own number prefix. Prefix and English are Demado's, the rest is the contract's."""

    id: Id
    ja: Text
    en: Text
    prefix: Annotated[str, Meta(pattern=r"^[A-Z]$")]
    per_hour: Count | None = None
    per_day: Count | None = None
    reservation: Literal["yes", "no", "optional"] | None = None
    walk_in: bool | None = None
    separate_window: bool | None = None
    order: Literal["first_come_first_served"] | None = None


class Step(_Part, frozen=True, kw_only=True):
    """One act of a visit. A visit cannot finish at the booth before its gates; `after` and `before` steps lie outside.

    kind `identity` (本人確認) and `pin_content` (暗証番号内容確認) count only under a city key;
    `count` is where the collected papers are counted class by class.
    """

    id: Id
    ja: Text
    en: Text
    roles: Annotated[tuple[Id, ...], Meta(min_length=1)]
    gate: bool = False
    place: Literal["before", "booth", "after"] = "booth"
    kind: Literal["check", "identity", "pin_content", "documents", "photo", "count", "notice"] = "check"
    documents: tuple[Id, ...] = ()
    exempt: tuple[Literal["under_one", "own_photo"], ...] = ("under_one", "own_photo")
    """Why a step of kind `photo` may be 対象外: no contract at hand says, and a child under one has no photo by law."""
    checks: Id | None = None
    """An earlier step that this one looks at again: another person signs it than did that one."""
    logs_out: bool = False
    """Whether it says that a shared application terminal shows nothing of this applicant any more."""
    photographed: bool = True
    """Of a step of kind `photo`: whether one is taken at all; a circumstance can say that none is."""


class Document(_Part, frozen=True, kw_only=True):
    """A class of paper. keep: `hand_over` is counted into the container; absent: leaves by post or is not stated."""

    id: Id
    ja: Text
    en: Text
    required: Literal["yes", "when_applicable", "when_post"]
    keep: Literal["hand_over", "applicant", "shown"] | None = None
    pin: bool = False  # a PIN sheet: counted as a class of its own, its content never enters the system
    blank: bool = False
    """Filled in at the booth on a form of its stock: blanks are counted, each sheet collected is one."""
    alternatives: tuple[Alternative, ...] = ()  # what may be shown, and collected, in its stead
    identity: tuple[Way, ...] = ()  # of identity papers: which ranks suffice, such as "A" or "BB"


class Method(_Part, frozen=True, kw_only=True):
    """A visiting method: its lane, where and when identity is decided, its steps in order and its papers."""

    id: Id
    ja: Text
    en: Text
    lane: Id
    identity_by: Literal["city_staff"] | None = None
    identity_mode: Literal["face_to_face", "remote_video"] | None = None
    identity_when: Literal["application", "delivery", "reception"] | None = None
    delivery: Text | None = None
    downgrade_to: Id | None = None
    notices: tuple[Text, ...] = ()
    steps: tuple[Step, ...] = field(default=(), name="step")
    documents: tuple[Document, ...] = field(default=(), name="document")


class Circumstance(_Part, frozen=True, kw_only=True):
    """What may be special about a visit, named by what follows from it: steps on top, steps and papers that fall away.

    accepted False: such a visit is not done here, and `guidance` is what the applicant is told instead.
    """

    id: Id
    ja: Text
    en: Text
    methods: tuple[Id, ...] = ()  # empty: every method
    accepted: bool = True
    guidance: Text | None = None
    photo: bool = True
    drops: tuple[Id, ...] = ()
    without: tuple[Id, ...] = ()
    steps: tuple[Step, ...] = field(default=(), name="step")
    documents: tuple[Document, ...] = field(default=(), name="document")  # looked at only, so no count changes


class Role(_Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    party: Party
    manages: bool = False
    """Whether whoever has this role answers for the site: opens and closes the day, hands papers over."""
    regular_employee: bool | None = None
    presence: Literal["each_event", "when_manager_absent"] | None = None
    may_combine: tuple[Id, ...] = ()
    requirements: tuple[Text, ...] = ()


class StaffingMinimum(_Part, frozen=True, kw_only=True):
    context: Id
    role: Id
    count: Count
    condition: Text | None = None


class Device(_Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    count_kind: Literal["min", "exact", "as_needed", "per_venue", "max_loan"]
    owner: Literal["contractor", "city", "venue"] | None = None
    count: Count | None = None
    rule: Text | None = None


class Check(_Part, frozen=True, kw_only=True):
    """One line of the opening or closing checklist that a person looks at and ticks."""

    id: Id
    ja: Text
    en: Text
    when: Literal["open", "close"]


class DueRule(_Part, frozen=True, kw_only=True):
    """When something falls due. How days are counted is the contract's to say; silent, dates are never moved."""

    kind: DueKind
    n: Count | None = None  # days, or the day of the following month
    ordinals: tuple[Annotated[int, Meta(ge=1, le=5)], ...] = ()
    weekday: Weekday | None = None
    date: dt.date | None = None
    time: HourMinute | None = None
    word: Text | None = None  # what the clause says where it names no date
    first_day_counts: bool | None = None
    closed_day: Literal["next_business_day", "previous_business_day"] | None = None
    assumed: bool = False  # the specification has no rule for this case; the row says so


class CustodyDeadline(_Part, frozen=True, kw_only=True):
    """By when papers of a session reach the city; `when` names the sessions it speaks of."""

    id: Id
    ja: Text
    clause: Text
    when: Literal["any_session", "weekday_session", "saturday_session", "sunday_session"]
    due: DueRule
    text: Text | None = None


class Custody(_Part, frozen=True, kw_only=True):
    container: Text | None = None
    storage: Text | None = None
    vehicle_rule: Text | None = None
    transport_rule: Text | None = None
    copy_rule: Text | None = None
    manifest: Text | None = None
    manifest_fields: tuple[Text, ...] = ()
    receipt: Text | None = None
    named_carriers: bool = False
    """Who carries the boxes, in what and with which stops, is recorded; the city signs only for what has arrived."""
    deadlines: tuple[CustodyDeadline, ...] = field(default=(), name="deadline")


class Report(_Part, frozen=True, kw_only=True):
    """A deliverable. `ja` is its everyday name; `title` the specification's, where that is longer."""

    id: Id
    ja: Text
    clause: Text
    trigger: Trigger
    due: DueRule
    title: Text | None = None
    format: tuple[Text, ...] = ()
    contents: tuple[Text, ...] = ()


class Incident(_Part, frozen=True, kw_only=True):
    """What counts as an incident and what its report holds; when it is due stands with the report it names."""

    what: Text
    clause: Text
    report: Id
    contents: tuple[Text, ...] = ()


class ReservationColumns(_Part, frozen=True, kw_only=True):
    """Accepted header names of the city's reservation CSV. The specifications name none: these are common ones."""

    number: tuple[Text, ...] = ("予約番号", "受付番号", "番号")
    kana: tuple[Text, ...] = ("氏名（カナ）", "氏名カナ", "フリガナ", "カナ氏名")
    birth_date: tuple[Text, ...] = ("生年月日",)
    phone: tuple[Text, ...] = ("連絡先電話番号", "電話番号", "連絡先")
    address: tuple[Text, ...] = ("住所",)
    date: tuple[Text, ...] = ("希望日", "予約日", "来場日")
    time: tuple[Text, ...] = ("希望時間", "予約時間", "時間")
    date_time: tuple[Text, ...] = ("希望日時", "予約日時")
    venue: tuple[Text, ...] = ("希望会場", "会場")
    people: tuple[Text, ...] = ("人数",)
    lane: tuple[Text, ...] = ("区分", "受付区分", "種別")


class Reservation(_Part, frozen=True, kw_only=True):
    """How visits are booked. lanes empty: bookings are not stated."""

    managed_by: Literal["city", "contractor", "city_confirms_contractor_adjusts"] | None = None
    channels: tuple[Text, ...] = ()
    window_days: Count | None = None
    hours: Text | None = None
    fields: tuple[Text, ...] = ()
    precheck: tuple[Text, ...] = ()
    guidance: Text | None = None
    applies_to_lanes: tuple[Id, ...] = ()
    columns: ReservationColumns = ReservationColumns()


class CallCentre(_Part, frozen=True, kw_only=True):
    days: Text | None = None
    open: HourMinute | None = None
    close: HourMinute | None = None
    answer_rate_min_percent: Count | None = None
    area_code: Text | None = None
    expected_total: Count | None = None
    expected_per_day: Count | None = None


class Training(_Part, frozen=True, kw_only=True):
    gates: tuple[Text, ...] = ()
    topics: tuple[Text, ...] = ()
    report: Text | None = None


class Retention(_Part, frozen=True, kw_only=True):
    """What is kept, returned or destroyed when the contract ends; `years` run from the fiscal year's end (31 March)."""

    id: Id
    ja: Text
    clause: Text
    kind: Literal["keep", "erase", "destroy", "return_or_destroy"]
    at: Literal["contract_end", "after_use"] = "contract_end"
    rule: Text
    title: Text | None = None  # the specification's wording, where `ja` is an everyday name
    years: Count | None = None
    approval: Text | None = None


class InquiryCategory(_Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    channel: Literal["venue", "phone", "any"]


class Volume(_Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    value: Count
    unit: Text
    basis: Text


class Consent(_Part, frozen=True, kw_only=True):
    """The city's written consent: its reference, its date, what it covers."""

    reference: Text
    date: dt.date
    scope: Text


class Consents(_Part, frozen=True, kw_only=True):
    """Consents to record, send, copy and erase personal data. Absent means no."""

    record: Consent | None = None
    send: Consent | None = None
    copy: Consent | None = None
    erase: Consent | None = None


class Purpose(_Part, frozen=True, kw_only=True):
    """What personal data is read for: the fields it needs, and whether only a manager, or only during the visit."""

    id: Id
    ja: Text
    en: Text
    fields: tuple[Literal["kana", "birth_date", "phone", "note"], ...]
    manager: bool = False
    visit: bool = True


class Loudness(_Part, frozen=True, kw_only=True):
    """From this time of day on, calls are so loud."""

    since: HourMinute
    percent: Annotated[int, Meta(ge=0, le=100)]


class Operation(_Part, frozen=True, kw_only=True):
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
    two_carriers: bool = False  # one drives and one stays with the boxes, where a contract wants it
    arrival_alarm_minutes: Count = 15  # a box that is looked for within a quarter of an hour is still on the way
    two_person_seal: bool = True  # papers are counted and sealed by two: 67 sets were once lost by one


class Rehearsal(_Part, frozen=True, kw_only=True):
    """What a practice day of an event type looks like: people per lane and the shares that make it hard."""

    event_type: Id
    people: dict[Id, Annotated[int, Meta(ge=0)]]
    reserved: Share = 0.0
    no_show: Share = 0.0
    missing_documents: Share = 0.0
    returns: Share = 0.0


class Profile(_Part, frozen=True, kw_only=True):
    """One contract. TOML keys are singular (`[[lane]]`), the fields plural."""

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
    identity_papers: tuple[IdentityPaper, ...] = field(default=COMMON, name="identity_paper")
    roles: tuple[Role, ...] = field(default=(), name="role")
    staffing: tuple[StaffingMinimum, ...] = field(default=(), name="staffing_minimum")
    devices: tuple[Device, ...] = field(default=(), name="device")
    checks: tuple[Check, ...] = field(default=(), name="check")
    custody: Custody = Custody()
    reports: tuple[Report, ...] = field(default=(), name="report")
    incident: Incident | None = None
    reservation: Reservation = Reservation()
    call_centre: CallCentre = CallCentre()
    training: Training = Training()
    security: tuple[Text, ...] = ()
    privacy: tuple[Text, ...] = ()
    meetings: tuple[Text, ...] = ()
    retention: tuple[Retention, ...] = ()
    inquiry_categories: tuple[InquiryCategory, ...] = field(default=(), name="inquiry_category")
    volumes: tuple[Volume, ...] = field(default=(), name="volume")
    operation: Operation = Operation()
    city_check: CityCheck = CityCheck()
    consents: Consents = Consents()
    training_consents: Consents = Consents()  # synthetic; only a `training` deployment may read them
    rehearsals: tuple[Rehearsal, ...] = field(default=(), name="rehearsal")

    def lane(self, lane_id: str) -> Lane:
        """The lane with that id; KeyError if there is none."""
        return _find(self.lanes, lane_id)

    def has_lane(self, lane_id: str) -> bool:
        """Whether the contract has a lane with that id."""
        return any(lane.id == lane_id for lane in self.lanes)

    def method(self, method_id: str) -> Method:
        """The method with that id; KeyError if there is none."""
        return _find(self.methods, method_id)

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
        return any(event.id == event_id and method_id in event.methods for event in self.event_types)

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
        return tuple(paper for paper in self.handed_over() if paper.blank)

    paper_classes = handed_over  # the word the custody rules use for it


_Named = TypeVar("_Named", Lane, Method, EventType, Role)


def _find(things: tuple[_Named, ...], wanted: str) -> _Named:
    for thing in things:
        if thing.id == wanted:
            return thing
    raise KeyError(wanted)


def shipped() -> list[str]:
    """Ids of the profiles that come with Demado, sorted."""
    return sorted(f.name.removesuffix(".toml") for f in _shipped_folder().iterdir() if f.name.endswith(".toml"))


def profile_bytes(path_or_id: str | Path) -> bytes:
    """The profile file's bytes, by shipped id or by path; ProfileError if there is no such file."""
    name = str(path_or_id)
    source = _shipped_folder() / f"{name}.toml" if name in shipped() else Path(name)
    try:
        return source.read_bytes()
    except OSError as error:
        known = "、".join(shipped())
        reason = f"契約の名前でもファイルでもありません。名前は {known} / no such contract or file ({error.strerror})"
        raise ProfileError(name, "-", reason) from error


def load_profile(path_or_id: str | Path) -> Profile:
    """Read and check a profile by shipped id or by path; ProfileError names file, key and reason."""
    return decode_profile(profile_bytes(path_or_id), str(path_or_id))


def profile_hash(raw: bytes) -> bytes:
    """SHA-256 (32 bytes) of the profile file's bytes: what `day.opened` pins."""
    return hashlib.sha256(raw).digest()


def decode_profile(raw: bytes, name: str) -> Profile:
    """Decode and cross-check a profile's bytes; ProfileError(name, key, reason) for the first thing that is wrong."""
    try:
        tree = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(name, "-", f"TOMLとして読めません ({error})") from error
    for key, text in texts(tree):
        # A clause may list dates, and the digits of two dates side by side can make twelve.
        if finding := check_text(_ISO_DATE.sub("年月日", text)):
            raise ProfileError(name, key, finding.ja)
    try:
        profile = msgspec.convert(tree, Profile, strict=True)
    except msgspec.ValidationError as error:
        key, message = locate(tree, Profile) or ("-", str(error))
        raise ProfileError(name, key, in_japanese(message)) from error
    for key, reason in contradictions(profile):
        raise ProfileError(name, key, reason)
    return profile


def _shipped_folder() -> Traversable:
    return resources.files("hub.domain") / "profiles"
