"""The way to the city in words, for screens and auditors."""

from __future__ import annotations

from hub.domain.custody import transit
from hub.domain.custody.transit import TransitEvent


def sentences(event: TransitEvent) -> tuple[str, str]:
    """The event in Japanese and in English; names of carriers stand in the entry, not here."""
    match event:
        case transit.Departed():
            boxes, people = len(event.containers), len(event.carriers)
            return (
                f"箱{boxes}が出発した（{people}人・{event.vehicle}）",
                f"{boxes} boxes left with {people} people ({event.vehicle})",
            )
        case transit.StopMade():
            if event.carried_out:
                return f"立寄り {event.place}（箱は持って出た）", f"stop at {event.place}, boxes carried along"
            return f"立寄り {event.place}（箱を置いて離れた）", f"stop at {event.place}, boxes LEFT in the vehicle"
        case transit.Arrived():
            if event.missing:
                return (
                    f"着いたが、箱{len(event.missing)}がない：{'、'.join(event.missing)}",
                    f"arrived without {len(event.missing)} boxes: {', '.join(event.missing)}",
                )
            if not event.intact:
                return "着いた。封印に異状", "arrived; a seal is not whole"
            return "着いた。箱と封印に異状なし", "arrived; boxes and seals are as they left"
