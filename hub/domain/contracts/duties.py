"""What a contract profile asks beside the procedure: people, devices, deadlines, custody, reports, consents."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, field

from hub.domain.contracts.values import Count, DueKind, HourMinute, Id, Part, Party, Text, Trigger, Weekday
from hub.domain.incident.category import Category


class Role(Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    party: Party
    manages: bool = False
    """Whether whoever has this role answers for the site: opens and closes the day, hands papers over."""
    regular_employee: bool | None = None
    presence: Literal["each_event", "when_manager_absent"] | None = None
    may_combine: tuple[Id, ...] = ()
    requirements: tuple[Text, ...] = ()


class StaffingMinimum(Part, frozen=True, kw_only=True):
    context: Id
    role: Id
    count: Count
    condition: Text | None = None


class Device(Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    count_kind: Literal["min", "exact", "as_needed", "per_venue", "max_loan"]
    owner: Literal["contractor", "city", "venue"] | None = None
    count: Count | None = None
    elsewhere: Count | None = None
    """So many more stand in another place while events are held."""
    channels: tuple[Id, ...] = ()
    """Ways of applying (choices of the question `channel`) that cannot be offered without it."""
    instead_of: Id | None = None
    """Another device that it can stand in for."""
    travels: bool = False
    """It goes on from one event of a date to the next, such as a car."""
    rule: Text | None = None


class Packed(Part, frozen=True, kw_only=True):
    """A kind of thing that the contractor brings to an event. How many is its own plan: the clauses say "as needed"."""

    id: Id
    ja: Text
    en: Text
    each: Count = 1
    per_window: bool = False
    """So many for every window; otherwise for the event."""
    events: tuple[Id, ...] = ()
    """Types of events that it is brought to; empty: all."""
    holds_data: bool = False
    """Personal data can be in it: one that does not come back is an incident, never just a note."""


class Check(Part, frozen=True, kw_only=True):
    """One line of the opening or closing checklist that a person looks at and ticks."""

    id: Id
    ja: Text
    en: Text
    when: Literal["open", "close"]


class DueRule(Part, frozen=True, kw_only=True):
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


class Place(Part, frozen=True, kw_only=True):
    """Where sealed boxes may stand."""

    id: Id
    ja: Text
    en: Text
    locked: bool
    """Whether it locks, or the room around it does."""


class Counter(Part, frozen=True, kw_only=True):
    """A counter of the city that takes papers in. Who sits there is nobody's business here."""

    id: Id
    ja: Text
    en: Text


class CustodyDeadline(Part, frozen=True, kw_only=True):
    """By when papers of a session reach the city; `when` names the sessions it speaks of."""

    id: Id
    ja: Text
    clause: Text
    when: Literal["any_session", "weekday_session", "saturday_session", "sunday_session"]
    due: DueRule
    text: Text | None = None


class Custody(Part, frozen=True, kw_only=True):
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
    locks_away: bool = False
    """No day closes while a sealed box of ours stands outside its locked place."""
    paper_delivers: Text | None = None
    """The city's letter that a signature on paper at its counter is delivery in time; silent, only its key ends the duty."""
    places: tuple[Place, ...] = field(default=(), name="place")
    counters: Annotated[tuple[Counter, ...], Meta(min_length=1)] = field(
        default=(Counter(id="city_desk", ja="市の担当課の窓口", en="the city's desk"),), name="counter"
    )
    deadlines: tuple[CustodyDeadline, ...] = field(default=(), name="deadline")


class Report(Part, frozen=True, kw_only=True):
    """A deliverable. `ja` is its everyday name; `title` the specification's, where that is longer."""

    id: Id
    ja: Text
    clause: Text
    trigger: Trigger
    due: DueRule
    title: Text | None = None
    format: tuple[Text, ...] = ()
    contents: tuple[Text, ...] = ()


class ReportColumn(Part, frozen=True, kw_only=True):
    """A column of a report: what it counts (hub.domain.reports.period_report) and its heading as agreed with the city."""

    field: Text
    ja: Text


class ReportForm(Part, frozen=True, kw_only=True):
    """How a report that the office derives looks; `binds`: monthly reports that must have been made before it."""

    report: Id
    period: Literal["day", "month", "contract"]
    columns: Annotated[tuple[ReportColumn, ...], Meta(min_length=1)]
    event_types: tuple[Id, ...] = ()  # empty: every event
    progress: bool = False  # sessions, averages and categories against what the contract plans
    inquiries: bool = False
    binds: tuple[Id, ...] = ()
    pictures: Text | None = None
    """The clause that wants pictures of the event in it, on which nobody can be made out."""


class Incident(Part, frozen=True, kw_only=True):
    """What counts as an incident and what its report holds; when it is due stands with the report it names."""

    what: Text
    clause: Text
    report: Id
    contents: tuple[Text, ...] = ()
    counts_items: tuple[Category, ...] = ()
    """Of these no report is issued before it says how many people's data they touched."""
    plan: tuple[Text, ...] = ()
    """The steps of the emergency plan, in their order."""
    plan_opens_with: tuple[Category, ...] = ()


class ReservationColumns(Part, frozen=True, kw_only=True):
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
    reissue: tuple[Text, ...] = ("再交付申請", "再交付")


class Reservation(Part, frozen=True, kw_only=True):
    """How visits are booked. lanes empty: bookings are not stated."""

    managed_by: Literal["city", "contractor", "city_confirms_contractor_adjusts"] | None = None
    channels: tuple[Text, ...] = ()
    window_days: Count | None = None
    hours: Text | None = None
    fields: tuple[Text, ...] = ()
    precheck: tuple[Text, ...] = ()
    guidance: Text | None = None
    applies_to_lanes: tuple[Id, ...] = ()
    reissue_guidance: Text | None = None  # what who wants a card issued again is told; absent: they may book
    columns: ReservationColumns = ReservationColumns()


class CallCentre(Part, frozen=True, kw_only=True):
    days: Text | None = None
    open: HourMinute | None = None
    close: HourMinute | None = None
    answer_rate_min_percent: Count | None = None
    area_code: Text | None = None
    expected_total: Count | None = None
    expected_per_day: Count | None = None


class Training(Part, frozen=True, kw_only=True):
    gates: tuple[Text, ...] = ()
    topics: tuple[Text, ...] = ()
    report: Text | None = None


class RequiredCourse(Part, frozen=True, kw_only=True):
    """A course that everybody has taken before they serve; `consent`: the city agrees to its content first."""

    ja: Text
    clause: Text
    topics: tuple[Text, ...] = ()
    consent: bool = False


class ManagerTerms(Part, frozen=True, kw_only=True):
    """What the contract wants of whoever is appointed to answer for the work; of a deputy it wants the name alone."""

    clause: Text
    exam: Text
    experience: Text


class People(Part, frozen=True, kw_only=True):
    """What must stand of people; each text is the clause that wants it, absent where none does."""

    courses: tuple[RequiredCourse, ...] = field(default=(), name="course")
    approval: Text | None = None
    pledge: Text | None = None
    submission: Text | None = None
    manager: ManagerTerms | None = None


class Retention(Part, frozen=True, kw_only=True):
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


class Topic(Part, frozen=True, kw_only=True):
    """What is asked again and again, and what is answered."""

    id: Id
    ja: Text
    en: Text
    answer: Text | None = None


class DisposalItem(Part, frozen=True, kw_only=True):
    """What holds personal data and is made unreadable in the end; the medium says how that can be done."""

    id: Id
    ja: Text
    en: Text
    medium: Literal["paper", "medium"]


class Disposal(Part, frozen=True, kw_only=True):
    """How personal data is disposed of. The city's consent and two signatures are wanted of every contract: no clause
    allows less, and several are silent."""

    clause: Text | None = None
    city_attends: bool = False
    """Somebody of the city always sees it; else where the consent says so (Koganei 特記17条3)."""
    blocks_closing: bool = False
    """A day does not close before what was planned until then is done or withdrawn."""
    items: tuple[DisposalItem, ...] = field(
        default=(
            DisposalItem(id="list_print", ja="予約一覧等の印刷物", en="Printed lists", medium="paper"),
            DisposalItem(id="spoiled_form", ja="書き損じた書類", en="Spoiled papers", medium="paper"),
            DisposalItem(
                id="other_paper", ja="その他個人情報のある紙", en="Other papers with personal data", medium="paper"
            ),
            DisposalItem(
                id="device", ja="情報機器（端末・カメラ等）", en="Devices (terminals, cameras)", medium="medium"
            ),
            DisposalItem(id="medium", ja="電磁的記録媒体（カード・ディスク等）", en="Storage media", medium="medium"),
        ),
        name="item",
    )


class InquiryCategory(Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    en: Text | None = None
    channel: Literal["venue", "phone", "any"]
    topics: tuple[Topic, ...] = field(default=(), name="topic")
    answer: Text | None = None
    """What is answered where no topic fits, or the category has none."""


class Survey(Part, frozen=True, kw_only=True):
    """One question of the questionnaire. Answers are counted and belong to nobody."""

    id: Id
    ja: Text
    en: Text
    choices: Annotated[tuple[Topic, ...], Meta(min_length=2)] = field(name="choice")


class Volume(Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    value: Count
    unit: Text
    basis: Text
    event_types: tuple[Id, ...] = ()  # the events that it speaks of


class Consent(Part, frozen=True, kw_only=True):
    """The city's written consent: its reference, its date, what it covers."""

    reference: Text
    date: dt.date
    scope: Text


class Consents(Part, frozen=True, kw_only=True):
    """Consents to record, send, copy and erase personal data. Absent means no."""

    record: Consent | None = None
    send: Consent | None = None
    copy: Consent | None = None
    erase: Consent | None = None
