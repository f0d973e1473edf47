"""Copies of what the city handed over, in words, for screens and auditors."""

from __future__ import annotations

from hub.domain.custody.copies import CopiesPrinted, CopyEvent, End

ENDS = {
    End.RETURNED: ("市へ返した", "returned to the city"),
    End.SHREDDED: ("裁断を確かめた", "seen shredded"),
    End.REQUESTED: ("廃棄の申請に入れた", "put into a request to dispose"),
}


def sentences(event: CopyEvent) -> tuple[str, str]:
    """The event in Japanese and in English."""
    numbers = "、".join(event.numbers)
    if isinstance(event, CopiesPrinted):
        return f"予約の一覧を印刷した {numbers}", f"reservation list printed: {numbers}"
    ja, en = ENDS[event.end]
    return f"写し {numbers} {ja}", f"copy {numbers} {en}"
