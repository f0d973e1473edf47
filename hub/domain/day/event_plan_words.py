"""Planned events in words, for screens and auditors."""

from __future__ import annotations

from hub.domain.day.event_plan import DevicesOwned, EventDropped, EventPlanned, PlanEventMade


def sentences(event: PlanEventMade) -> tuple[str, str]:
    """The event in Japanese and in English."""
    match event:
        case EventPlanned():
            car = f"、{event.car}" if event.car else ""
            lacking = ("、足りない機器あり", ", devices are lacking") if event.lacking else ("", "")
            return (
                f"開催の計画 {event.date} {event.opens} {event.venue}（窓口{event.windows}{car}{lacking[0]}）",
                f"planned: {event.date} {event.opens} {event.venue}, {event.windows} windows{lacking[1]}",
            )
        case EventDropped():
            return f"開催の計画を取り消した {event.date} {event.venue}", f"not held: {event.date} {event.venue}"
        case DevicesOwned():
            return f"機器の台帳：{event.device} {event.count}台", f"ledger of devices: {event.count} of {event.device}"
