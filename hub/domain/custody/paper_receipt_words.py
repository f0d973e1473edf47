"""Signatures on paper in words, for screens and auditors."""

from __future__ import annotations

from hub.domain.custody import paper_receipt
from hub.domain.custody.paper_receipt import PaperEvent, Taker

TAKERS = {Taker.COURIER: ("運送の人", "the courier"), Taker.CITY: ("市の窓口", "the city's counter")}


def sentences(event: PaperEvent) -> tuple[str, str]:
    """The event in Japanese and in English; no name on a paper stands in the record."""
    ja, en = TAKERS[event.taker]
    if isinstance(event, paper_receipt.PaperStruck):
        return f"{ja}の紙の受領を取り消した", f"the paper of {en} is struck"
    half = ("", "") if event.whole else ("（2人目待ち）", ", a second reads it")
    return f"{ja}が紙で受領{half[0]}", f"{en} signed on paper{half[1]}"
