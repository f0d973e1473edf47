"""The procedure in a contract profile: venues, events, lanes, methods, their steps and papers, and what is special."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Annotated, Literal

from msgspec import Meta, field

from hub.domain.contracts.papers import Alternative, Compared, Way
from hub.domain.contracts.values import Count, HourMinute, Id, Part, Text, Weekday


class VenueType(Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    secured_by: Text | None = None
    approval: Text | None = None
    examples: tuple[Text, ...] = ()


class EventType(Part, frozen=True, kw_only=True):
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
    weekdays_a_week: Count | None = None  # of planned days, where the contract states a mix
    holidays_a_week: Count | None = None
    reservation_only: bool = False  # the contract lets an event of this type be held for reservations alone


class SessionRule(Part, frozen=True, kw_only=True):
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
    by_agreement: bool = False  # the city may agree to a day that the rule does not name
    per_month_most: Count | None = None  # of days that the city designates


PAPER_PREFIX = "P"
"""The letter of the numbers that are printed beforehand (hub.domain.queue.paper_block): no lane may have it."""


class Lane(Part, frozen=True, kw_only=True):
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
    needs_officer: bool = False
    """Nobody of this lane is called while no officer of the city is on duty."""


PinFact = Literal["issued", "written", "covered", "compared", "copy_handed"]
"""What becomes of a PIN sheet in a visit, in this order; that it is counted and handed over, custody says."""


class Step(Part, frozen=True, kw_only=True):
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
    city_state: Id | None = None
    """Of a step after the booth that is the city's alone: what a ticket is called once the city has done it."""
    basis: Text | None = None
    """Of a step that is the city's alone: the notice and clause that say so; a refusal names it."""
    logs_out: bool = False
    """Whether it says that a shared application terminal shows nothing of this applicant any more."""
    originals: tuple[Id, ...] = ()
    """Papers whose originals are in our hands when this is signed: whoever copies one has had it."""
    sheet_facts: tuple[PinFact, ...] = ()
    """What signing it says of the PIN sheet; its content is nobody's business here."""
    compares: tuple[Compared, ...] = ()
    """What two papers are held against each other in; where they differ, the visit stops at this step."""
    form_id: bool = False
    """Whether the 申請書ID of the application form is read before it is signed, and held against the first reading."""
    photographed: bool = True
    """Of a step of kind `photo`: whether one is taken at all; a circumstance can say that none is."""


class HandoutLine(Part, frozen=True, kw_only=True):
    """One thing that a hand-out tells, in Japanese, やさしい日本語 and English.

    fill: the contract says that it is told but not what (a time, a place): staff write on the line what the city told them.
    """

    ja: Text
    easy: Text
    en: Text
    fill: bool = False


class Document(Part, frozen=True, kw_only=True):
    """A class of paper. keep: `hand_over` is counted into the container; absent: leaves by post or is not stated."""

    id: Id
    ja: Text
    en: Text
    required: Literal["yes", "when_applicable", "when_post"]
    keep: Literal["hand_over", "applicant", "shown"] | None = None
    pin: bool = False  # a PIN sheet: counted as a class of its own, its content never enters the system
    blank: bool = False
    """Of the booth's stock: blanks are counted, and each sheet collected is one that was used."""
    used_when: dict[Id, Id] = field(default_factory=dict)
    """Of a blank that is not collected, as an envelope that goes by post: questions of the contract with the choices at
    which a finished visit has used one."""
    alternatives: tuple[Alternative, ...] = ()  # what may be shown, and collected, in its stead
    handout: tuple[HandoutLine, ...] = ()
    """Of a paper that is printed here and handed to the applicant with a notice: what stands on it."""
    identity: tuple[Way, ...] = ()  # of identity papers: which ranks suffice, such as "A" or "BB"


GATE_KINDS = frozenset({"count", "photo"})
"""Steps that are a gate whatever the profile says (hub.domain.visit.steps.missing_gate)."""


class Method(Part, frozen=True, kw_only=True, dict=True):
    """A visiting method: its lane, where and when identity is decided, its steps in order and its papers.

    What is looked up in it at every step of every visit is made once (`dict=True` keeps it beside the fields, in no
    encoding and no comparison): to search the steps each time was a quarter of deciding one.
    """

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

    @cached_property
    def step_by_id(self) -> dict[str, Step]:
        return {step.id: step for step in self.steps}

    @cached_property
    def place_of(self) -> dict[str, int]:
        """Step to its place in the order, from 0."""
        return {step.id: place for place, step in enumerate(self.steps)}

    @cached_property
    def gates(self) -> tuple[Step, ...]:
        """The steps at the booth that nothing after them may pass, in their order."""
        return tuple(step for step in self.steps if step.place == "booth" and (step.gate or step.kind in GATE_KINDS))

    @cached_property
    def logout(self) -> Step | None:
        """The step that says that a shared application terminal shows nothing of this applicant any more."""
        return next((step for step in self.steps if step.logs_out), None)


class Circumstance(Part, frozen=True, kw_only=True):
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
    says: dict[Id, Id] = field(default_factory=dict)  # questions that it answers, with their choice
    drops: tuple[Id, ...] = ()
    without: tuple[Id, ...] = ()
    steps: tuple[Step, ...] = field(default=(), name="step")
    documents: tuple[Document, ...] = field(default=(), name="document")  # looked at only, so no count changes
