"""預り証 of what the city hands to us, and the receipt when it goes back: what, how many, two names, when.

Koganei 特記16条. One paper for both ways: the left half is signed when it comes, the right half when it goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.documents import pdf
from hub.documents.setting import Made, date
from hub.domain.custody.keeping_words import PAPERS
from hub.domain.custody.lent import Paper
from hub.domain.moment import when

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.lent import Loan


class Row(msgspec.Struct, frozen=True):
    name: str
    value: str


class Receipt(msgspec.Struct, frozen=True):
    title: str
    to: str
    date: str
    training: bool
    facts: tuple[Row, ...]
    returned: tuple[Row, ...]
    """Empty: it is with us still."""
    foot: str


def thing_ja(thing: str, profile: Profile) -> str:
    """What was lent, by the contract's or the list's Japanese name."""
    if thing in set(Paper):
        return PAPERS[Paper(thing)][0]
    return next((device.ja for device in profile.devices if device.id == thing), thing)


def receipt(loan: Loan, profile: Profile, made: Made) -> bytes:
    """The PDF; pdf.Unprintable where a typed character has no glyph here."""
    facts = [
        Row("預り番号", loan.number),
        Row("品名", thing_ja(loan.thing, profile)),
        Row("数量", str(loan.received)),
        Row("受け取った日時", when(loan.received_ms)),
        Row("渡した人（市）", loan.giver),
        Row("受け取った人（受託者）", made.name(loan.by)),
        Row("場所", made.site),
    ]
    if loan.approval:
        facts.append(Row("持ち出しの承認", f"{loan.approval}（{loan.back_by} まで）"))
    returned: list[Row] = []
    if loan.returned_ms:
        returned = [
            Row("返した数量", f"{loan.received - loan.left}（残り {loan.left}）"),
            Row("返した日時", when(loan.returned_ms)),
            Row("返した人（受託者）", made.name(loan.returned_by)),
            Row("受け取った人（市）", loan.taker),
        ]
    document = Receipt(
        title="預り証（返却の控え）" if returned else "預り証",
        to=profile.source.city,
        date=date(loan.received_ms),
        training=made.training,
        facts=tuple(facts),
        returned=tuple(returned),
        foot=f"記録の第{loan.id}項から　{when(made.at_ms)} 作成",
    )
    return pdf.render("lent", document, made.at_ms)
