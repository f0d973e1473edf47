"""Events whose sentence is the same for those who work with them and for those who audit: it needs no name and no contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from hub.audit.words import continuity, device, pairing, still
from hub.domain.custody import (
    copies_words,
    disposal_words,
    forms_words,
    keeping_words,
    left_words,
    packing_words,
    paper_receipt_words,
    transit_words,
)
from hub.domain.day import agreed_day_words, event_plan_words, readiness_words
from hub.domain.day.agreed_day import DaysAgreed
from hub.domain.devices.supply import SupplyFilled
from hub.domain.events import (
    CONTINUITY_EVENTS,
    COPY_EVENTS,
    DEVICE_EVENTS,
    DISCREPANCY_EVENTS,
    DISPOSAL_EVENTS,
    DOSSIER_EVENTS,
    FORMS_EVENTS,
    GUIDANCE_EVENTS,
    INCIDENT_EVENTS,
    LEFT_EVENTS,
    LENT_EVENTS,
    ORIGINALS_EVENTS,
    OUTING_EVENTS,
    PACKING_EVENTS,
    PAIRING_EVENTS,
    PAPER_EVENTS,
    PHOTO_EVENTS,
    PHOTO_PRINT_EVENTS,
    PICTURE_EVENTS,
    PLAN_EVENTS,
    READINESS_EVENTS,
    ROSTER_EVENTS,
    STILL_EVENTS,
    STORAGE_EVENTS,
    TRANSIT_EVENTS,
    Event,
)
from hub.domain.incident import words as incident_words
from hub.domain.kinds import rows
from hub.domain.people import appointment, dossier_words, roster_words
from hub.domain.people.appointment import ManagerAppointed
from hub.domain.personal import periodic_words
from hub.domain.personal.periodic import PeriodicDone
from hub.domain.photo import print_words
from hub.domain.photo import words as photo_words
from hub.domain.reports import event_picture_words
from hub.domain.reservations import guidance_words, outing_words

if TYPE_CHECKING:
    from typing import Never

    from hub.domain.kinds import Kinds

E = TypeVar("E")

Sentences = tuple[str, str]
"""In Japanese and in English."""


def plain(event: Event) -> Sentences:
    """The sentences of an event of a kind in PLAIN."""
    return PLAIN[type(event)](event)  # type: ignore[arg-type]  # the table pairs each kind with its own


def _part(kinds: Kinds[E] | type[E], says: Callable[[E], Sentences]) -> dict[type, Callable[[Never], Sentences]]:
    return rows(kinds, says)


PLAIN = {
    **_part(PHOTO_EVENTS, photo_words.sentences),
    **_part(PHOTO_PRINT_EVENTS, print_words.sentences),
    **_part(STILL_EVENTS, still.sentences),
    **_part(TRANSIT_EVENTS, transit_words.sentences),
    **_part(STORAGE_EVENTS, keeping_words.sentences),
    **_part(LENT_EVENTS, keeping_words.sentences),
    **_part(PAPER_EVENTS, paper_receipt_words.sentences),
    **_part(FORMS_EVENTS, forms_words.sentences),
    **_part(DISCREPANCY_EVENTS, forms_words.sentences),
    **_part(ORIGINALS_EVENTS, left_words.sentences),
    **_part(LEFT_EVENTS, left_words.sentences),
    **_part(PACKING_EVENTS, packing_words.sentences),
    **_part(COPY_EVENTS, copies_words.sentences),
    **_part(DISPOSAL_EVENTS, disposal_words.sentences),
    **_part(DEVICE_EVENTS, device.sentences),
    **_part(SupplyFilled, device.sentences),
    **_part(READINESS_EVENTS, readiness_words.sentences),
    **_part(DaysAgreed, agreed_day_words.sentences),
    **_part(PLAN_EVENTS, event_plan_words.sentences),
    **_part(OUTING_EVENTS, outing_words.sentences),
    **_part(GUIDANCE_EVENTS, guidance_words.sentences),
    **_part(INCIDENT_EVENTS, incident_words.sentences),
    **_part(PICTURE_EVENTS, event_picture_words.sentences),
    **_part(PeriodicDone, periodic_words.sentences),
    **_part(ROSTER_EVENTS, roster_words.roster_words),
    **_part(CONTINUITY_EVENTS, continuity.sentences),
    **_part(PAIRING_EVENTS, pairing.sentences),
    **_part(DOSSIER_EVENTS, dossier_words.sentences),
    **_part(ManagerAppointed, appointment.sentences),
}
"""Kind of event to what says it."""
