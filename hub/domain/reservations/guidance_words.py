"""Guidance in words for the record page and the auditor."""

from __future__ import annotations

from hub.domain.reservations.guidance import GuidanceEvent, GuidanceGiven


def sentences(event: GuidanceEvent) -> tuple[str, str]:
    """The tick in Japanese and in English; a reservation is its number, never a person."""
    if isinstance(event, GuidanceGiven):
        return f"予約 {event.number} の方に案内した", f"reservation {event.number} was told"
    return f"予約 {event.number} の案内済を取り消した", f"the tick of reservation {event.number} was taken back"
