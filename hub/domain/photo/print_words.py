"""What happened to a printed photo, in words."""

from __future__ import annotations

from typing import assert_never

from hub.domain.photo.print import (
    PhotoPrintEvent,
    PrintAsked,
    PrintEnded,
    PrintSeen,
    PrintState,
    PrintSubmitted,
    SheetSettled,
    SheetsShredded,
    SheetState,
)

FATES = {
    SheetState.OUT: ("行き先がまだ", "not accounted for"),
    SheetState.PASTED: ("申請書に貼った", "pasted on the form"),
    SheetState.HANDED_BACK: ("本人に渡した", "handed to the applicant"),
    SheetState.SPOILED: ("書損じ（裁断待ち）", "spoiled, to be shredded"),
    SheetState.SHREDDED: ("裁断した", "shredded"),
}
"""Where a sheet is, for screens and for the record's readers."""


def sentences(event: PhotoPrintEvent) -> tuple[str, str]:
    """One sentence of an event, in Japanese and in English."""
    match event:
        case PrintAsked():
            again_ja, again_en = ("（再）", " again") if event.again else ("", "")
            return (
                f"{event.number} の写真を印刷する{again_ja} {event.copies}枚",
                f"print {event.number}'s photo{again_en}, {event.copies} sheets",
            )
        case PrintSubmitted():
            return f"印刷 {event.print} をプリンターに渡した", f"print {event.print} was given to the printer"
        case PrintEnded():
            return _ended(event)
        case PrintSeen():
            return (
                f"印刷 {event.print} を人が見た：よい紙 {event.good}枚、書損じ {event.spoiled}枚",
                f"a person looked at print {event.print}: {event.good} good sheets, {event.spoiled} spoiled",
            )
        case SheetSettled():
            ja, en = FATES[event.fate]
            return (
                f"印刷 {event.print} の{event.sheet + 1}枚目：{ja}",
                f"sheet {event.sheet + 1} of {event.print}: {en}",
            )
        case SheetsShredded():
            count = len(event.sheets)
            return f"書損じの写真 {count}枚の裁断を確かめた", f"saw {count} spoiled photo sheets shredded"
        case _:
            assert_never(event)


def _ended(event: PrintEnded) -> tuple[str, str]:
    code = f"（{event.code}）" if event.code else ""
    match event.state:
        case PrintState.PRINTED:
            return f"印刷 {event.print} が出た（プリンターの言葉）", f"print {event.print} came out, says the printer"
        case PrintState.FAILED:
            return (
                f"印刷 {event.print} は出ていない{code}",
                f"print {event.print} did not come out {event.code}".strip(),
            )
        case _:
            return f"印刷 {event.print} は未確認{code}", f"nobody knows whether {event.print} came out {event.code}"
