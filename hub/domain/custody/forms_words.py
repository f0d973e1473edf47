"""Blank forms and discrepancies in words, for screens and auditors."""

from __future__ import annotations

from hub.domain.custody import discrepancy, forms
from hub.domain.custody.discrepancy import DiscrepancyEvent
from hub.domain.custody.forms import FormsEvent, Way

WAYS = {
    Way.DELIVERED: ("納品", "delivered"),
    Way.BROUGHT: ("持参", "brought by applicants"),
    Way.SPOILED: ("書損じ", "spoiled"),
    Way.GIVEN: ("持ち帰り", "taken along"),
}


def sentences(event: FormsEvent | DiscrepancyEvent) -> tuple[str, str]:
    """The event in Japanese and in English; reasons stand in the entry, not here."""
    match event:
        case forms.FormsCounted():
            when = ("閉場の", "closing") if event.closing else ("開場中の", "opening")
            if event.differ:
                return f"{when[0]}用紙を数えた：台帳と違う", f"blanks counted ({when[1]}): they differ"
            return f"{when[0]}用紙を数えた", f"blanks counted ({when[1]})"
        case forms.FormsMoved():
            ja, en = WAYS[event.way]
            return f"用紙 {ja} {event.sheets}枚", f"{event.sheets} blanks {en}"
        case forms.FormsShredded():
            return "書損じの用紙を裁断した", "spoiled forms were shredded"
        case forms.FormsAdmitted():
            return (
                f"食い違い {event.number} として閉じた（{event.due}まで）",
                f"closed as discrepancy {event.number}, due {event.due}",
            )
        case discrepancy.DiscrepancyOpened():
            return (
                f"食い違い {event.number}（{event.owner}・{event.due}まで）",
                f"discrepancy {event.number}: {event.owner}, due {event.due}",
            )
        case discrepancy.DiscrepancyResolved():
            return f"食い違い {event.number} を解決した", f"discrepancy {event.number} was resolved"
