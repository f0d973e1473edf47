"""申請書ID: the 23 digits on an application form, read in a visit and held against what was read before.

The digits are nowhere, not the last of them: a command carries their tag alone, made by the hub with a key of the day that
lies in its vault and is destroyed when the day closes. A form that was mistyped once gave somebody another person's card;
so a form that is not this visit's, or is another visit's, stops the step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from immutables import Map

from hub.domain.day.day import Phase
from hub.domain.queue.queue import Queue, TicketState
from hub.domain.refusal import Refusal, refuse
from hub.domain.visit.visit import Visits, VisitState

if TYPE_CHECKING:
    from hub.domain.contracts.procedure import Method, Step
    from hub.domain.day.day import Day
    from hub.domain.moment import Context, Signer

DIGITS = 23
"""Digits of a 申請書ID; no structure and no check digit is published, so every 23 digits pass."""

TAG_BYTES = 16
"""Of a keyed SHA-256: two of a day's forms meet by chance in one of 2**128."""

FIELD = "form_id"
"""Under which the vault derives the day's key for tags."""

Exemption = Literal["handwritten", "unreadable", "vault_locked"]
"""Why no form is read: a handwritten form has no ID; a torn one cannot be read; the vault waits for its manager."""


class Form(msgspec.Struct, frozen=True, array_like=True):
    """The form of one visit."""

    tag: bytes = b""
    steps: tuple[str, ...] = ()
    """Steps at which it was read."""
    exempt: Exemption | Literal[""] = ""


Forms = Map[int, Form]
"""Visit to its form."""


class DayForms(msgspec.Struct, frozen=True):
    """What was read that day: each visit's form, and by its tag the visit that read it last."""

    forms: Forms
    tags: Map[bytes, int]

    def holder(self, tag: bytes) -> int | None:
        """The visit whose form has this tag now, or None."""
        visit = self.tags.get(tag)
        return visit if visit is not None and self.forms.get(visit, Form()).tag == tag else None


class ReadForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="form_id.read"):
    visit: int
    step: str
    tag: bytes


class ReplaceForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="form_id.replace"):
    """The form was spoiled: the visit goes on with another one, which is read anew."""

    visit: int


class ExemptForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="form_id.exempt"):
    visit: int
    why: Exemption


FormIdCommand = ReadForm | ReplaceForm | ExemptForm


class FormRead(msgspec.Struct, frozen=True, tag_field="kind", tag="form_id.was_read/2"):
    visit: int
    step: str
    tag: bytes
    at_ms: int
    by: str


class FormReplaced(msgspec.Struct, frozen=True, tag_field="kind", tag="form_id.replaced/1"):
    visit: int
    at_ms: int
    by: str


class FormExempted(msgspec.Struct, frozen=True, tag_field="kind", tag="form_id.exempted/1"):
    visit: int
    why: Exemption
    at_ms: int
    by: str


FormIdEvent = FormRead | FormReplaced | FormExempted


def is_form_id(text: str) -> bool:
    """Whether a text is a 申請書ID: exactly 23 ASCII digits."""
    return len(text) == DIGITS and text.isascii() and text.isdecimal()


def key_subject(day: Day) -> str:
    """The vault's name for the key of the open day's tags (a day opened again has another one)."""
    return f"form-ids/{day.date}/{day.opened_at}"


def keys_wanted(day: Day, forms: Forms) -> tuple[str, ...]:
    """The keys that the vault must still hold: the open day's, once a form was read; none after it has closed."""
    used = day.phase is not Phase.CLOSED and any(form.tag for form in forms.values())
    return (key_subject(day),) if used else ()


def step_refusal(step: Step, visit: int, forms: Forms, *, may_keep: bool) -> Refusal | None:
    """Why a step that wants the form read cannot be signed yet. Without the city's consent no form is read at all."""
    form = forms.get(visit, Form())
    if not step.form_id or not may_keep or form.exempt or step.id in form.steps:
        return None
    return refuse("form_id.not_read", step=step.ja)


def step_to_read(method: Method, done: tuple[str, ...]) -> Step | None:
    """The first step not done at which the form is read."""
    return next((step for step in method.steps if step.form_id and step.id not in done), None)


def decide(
    command: FormIdCommand,
    read: DayForms,
    visits: Visits,
    queue: Queue,
    method: Method,
    context: Context,
    by: Signer,
    *,
    may_keep: bool,
) -> tuple[FormIdEvent, ...] | Refusal:
    """`method`: as that visit goes through it. `may_keep`: whether the city has consented to keep personal data."""
    visit = visits.visits[command.visit]
    if visit.state is not VisitState.OPEN:
        return refuse("visit.closed")
    if queue.tickets[visit.ticket].state is not TicketState.SERVING:
        return refuse("visit.ticket_not_served", number=visit.number)
    form = read.forms.get(visit.id, Form())
    match command:
        case ReplaceForm():
            if not form.tag:
                return refuse("form_id.none")
            return (FormReplaced(visit.id, context.at_ms, by.person),)
        case ExemptForm():
            return (FormExempted(visit.id, command.why, context.at_ms, by.person),)
        case ReadForm():
            if not may_keep:
                return refuse("form_id.no_consent")
            wanted = step_to_read(method, visit.done)
            if wanted is None or wanted.id != command.step:
                return refuse("form_id.not_here")
            if len(command.tag) != TAG_BYTES:
                return refuse("form_id.digits")
            other = read.holder(command.tag)
            if other is not None and other != visit.id and visits.visits[other].state is not VisitState.ABANDONED:
                return refuse("form_id.of_another", number=visits.visits[other].number)
            if form.tag not in (b"", command.tag):
                return refuse("form_id.mismatch")
            return (FormRead(visit.id, command.step, command.tag, context.at_ms, by.person),)


def evolve(forms: Forms, event: FormIdEvent) -> Forms:
    form = forms.get(event.visit, Form())
    match event:
        case FormRead():
            return forms.set(event.visit, Form(event.tag, (*form.steps, event.step)))
        case FormReplaced():
            return forms.set(event.visit, Form())
        case FormExempted():
            return forms.set(event.visit, Form(exempt=event.why))


def tagged(tags: Map[bytes, int], event: FormIdEvent) -> Map[bytes, int]:
    """By its tag the visit that read a form last; a form that was replaced is told by its visit's."""
    return tags.set(event.tag, event.visit) if isinstance(event, FormRead) else tags


def counted(forms: Forms, visits: Visits) -> dict[str, int]:
    """Finished visits whose form was read, and those without, by why."""
    counts: dict[str, int] = {}
    for visit, form in forms.items():
        if visits.visits[visit].state is VisitState.DONE and (form.tag or form.exempt):
            key = form.exempt or "read"
            counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items()))
