"""Incidents in words: categories, and what an entry says of one. What a person typed stands in no sentence here."""

from __future__ import annotations

from hub.domain.incident import incident
from hub.domain.incident.category import Category
from hub.domain.incident.course import IncidentRated, MeasureTaken, Severity
from hub.domain.incident.incident import UNKNOWN_ITEMS, DraftSettled
from hub.domain.incident.rules import IncidentEvent

CATEGORIES = {
    Category.PHOTO: ("写真の取り違え・消し忘れ", "another person's photo, or one not destroyed"),
    Category.PAPERS: ("書類の紛失・破損・枚数の差", "papers lost, damaged or too few"),
    Category.LEAK: ("個人情報の漏えい・誤送付", "personal data seen or received by another"),
    Category.WRONG_PERSON: ("別の方の書類・カード・手続", "papers, card or account of another person"),
    Category.SEAL: ("封印・箱の異状", "a seal or box not as it was left"),
    Category.EQUIPMENT: ("借りた機器の故障・紛失", "lent equipment broken or gone"),
    Category.INJURY: ("けが・急病", "injury or illness"),
    Category.OTHER: ("そのほかの事故・問題", "another incident or problem"),
    Category.COMPLAINT: ("苦情", "complaint"),
}


SEVERITIES = {
    Severity.GRAVE: ("重大", "grave"),
    Severity.URGENT: ("緊急", "urgent"),
    Severity.ORDINARY: ("ふつう", "ordinary"),
}


def sentences(event: IncidentEvent) -> tuple[str, str]:
    """The event in Japanese and in English."""
    match event:
        case incident.IncidentReported():
            ja, en = CATEGORIES[event.category]
            return f"{event.number} を報告した（{ja}）", f"{event.number} was reported: {en}"
        case incident.FactAdded():
            return f"{event.number} に事実を加えた", f"a fact was added to {event.number}"
        case incident.CityTold():
            return f"{event.number} を市へ知らせた", f"the city was told of {event.number}"
        case incident.ReportSubmitted():
            digest = event.report.hex()[:16]
            return (
                f"{event.number} の報告書を市へ出した（指紋 {digest}…）",
                f"the report on {event.number} was handed in (SHA-256 {digest}…)",
            )
        case IncidentRated():
            ja, en = SEVERITIES[event.severity]
            known = event.items != UNKNOWN_ITEMS
            items_ja, items_en = (f"{event.items}件", str(event.items)) if known else ("件数不明", "unknown")
            return (
                f"{event.number} の重さを決めた（{ja}、{items_ja}）",
                f"{event.number} was rated {en}, items: {items_en}",
            )
        case MeasureTaken():
            return (
                f"{event.number} の計画の{event.step + 1}段目をした",
                f"step {event.step + 1} of the plan of {event.number} was taken",
            )
        case DraftSettled():
            return "記録からの下書きを、事故でないとした", "a draft that the record suggested is no incident"
        case incident.IncidentClosed():
            return f"{event.number} を閉じた", f"{event.number} was closed"
