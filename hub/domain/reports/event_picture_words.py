"""Pictures of events in words, for the record page and the auditor."""

from __future__ import annotations

from hub.domain.reports.event_picture import PictureAttached, PictureConfirmed, PictureEvent


def sentences(event: PictureEvent) -> tuple[str, str]:
    """The event in Japanese and in English; what a picture shows stands in the entry, not here."""
    match event:
        case PictureAttached():
            code = event.digest.hex()[:8]
            return f"{event.date} の報告に写真 {code} を付けた", f"picture {code} for the report of {event.date}"
        case PictureConfirmed():
            return "写真に人も個人情報も判別できないと確かめた", "a picture was seen to show nobody recognisable"
        case _:
            return "写真を使わないことにした", "a picture is not used"
