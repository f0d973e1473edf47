"""Papers, boxes and seals in the words of an auditor."""

from __future__ import annotations

from typing import assert_never

from hub.audit.words.names import Names
from hub.audit.words.said import Said
from hub.domain.custody import custody


def sentence(event: custody.CustodyEvent, names: Names) -> Said:
    """What happened to papers of the booth."""
    match event:
        case custody.PapersCounted():
            papers, agrees = names.sheets(event.sheets), event.agrees
            return Said(
                f"{event.container} へ入れる書類を数えた：{papers.ja or '0枚'}（記録と{'一致' if agrees else '不一致'}）",
                f"papers for {event.container} were counted: {papers.en or 'none'} "
                f"({'as' if agrees else 'NOT as'} recorded)",
            )
        case custody.SealSigned():
            return Said(
                f"{event.container} の封印 {event.seal} に署名した",
                f"seal {event.seal} on {event.container} was signed",
            )
        case custody.ContainerSealed():
            papers = names.sheets(event.sheets)
            return Said(
                f"{event.container} を封印 {event.seal} で閉じた（{papers.ja}）",
                f"{event.container} was closed under seal {event.seal} ({papers.en})",
            )
        case custody.DifferenceRecorded():
            papers = names.sheets(event.difference, signed=True)
            return Said(
                f"{event.container} の枚数の差を認めて記録した（{papers.ja}）",
                f"a difference at {event.container} was acknowledged ({papers.en})",
            )
        case custody.ContainerUnsealed():
            return Said(
                f"{event.container} の封印 {event.seal} を開けた",
                f"seal {event.seal} of {event.container} was opened",
            )
        case custody.TransferOffered():
            papers, boxes = names.sheets(event.sheets), "、".join(event.containers)
            return Said(
                f"{boxes} を市へ引き渡す用意をした（{papers.ja}）",
                f"{', '.join(event.containers)} was offered to the city ({papers.en})",
            )
        case custody.TransferWithdrawn():
            return Said(
                f"引渡し（項目 {event.transfer}）を取り下げた",
                f"the transfer of entry {event.transfer} was withdrawn",
            )
        case custody.TransferAccepted():
            papers = names.sheets(event.sheets)
            return Said(
                f"市が引渡し（項目 {event.transfer}）を受け取った（{papers.ja}）",
                f"the city accepted the transfer of entry {event.transfer} ({papers.en})",
            )
        case custody.TransferDisputed():
            papers = names.sheets(event.difference, signed=True)
            return Said(
                f"市の数えた枚数が引渡し（項目 {event.transfer}）と違った（{papers.ja}）",
                f"the city counted otherwise than the transfer of entry {event.transfer} ({papers.en})",
            )
    assert_never(event)
