"""消去又は廃棄の申請書 and 報告書: what, on which medium, how much, how, when; then who did it and who saw it.

Koganei 特記17条2 names what the request holds, 17条5 what the report does: day, person, content. What the vault erased of
people until then stands in the report too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.documents import pdf
from hub.documents.setting import Made, date
from hub.domain.custody.disposal import State, hash_of
from hub.domain.custody.disposal_words import MEDIA, METHODS, STATES
from hub.domain.moment import when
from hub.domain.personal.personal import ITEMS_JA, MEDIUM_JA, METHOD_JA

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.custody.disposal import Disposal, Erasing


class Row(msgspec.Struct, frozen=True):
    name: str
    value: str


class Item(msgspec.Struct, frozen=True):
    item: str
    medium: str
    pieces: str
    method: str


class Paper(msgspec.Struct, frozen=True):
    title: str
    to: str
    date: str
    training: bool
    facts: tuple[Row, ...]
    items: tuple[Item, ...]
    erasings: tuple[Row, ...]
    """What the vault erased: when, of how many people, under which consent."""
    erased: str
    """What that was and how, in words; empty where nothing was erased."""
    foot: str


class NotDone(Exception):
    """A report is made of what was carried out and seen; this disposal was not."""


def application(one: Disposal, profile: Profile, made: Made) -> bytes:
    """The 申請書 of a request, whatever has become of it since; pdf.Unprintable where a character has no glyph here."""
    facts = (
        Row("申請番号", one.number),
        Row("申請日", when(one.asked_ms)),
        Row("申請した人（受託者）", made.name(one.asked_by)),
        Row("処理予定日", one.planned),
        Row("状態", STATES[one.state][0]),
    )
    return _render("個人情報の消去又は廃棄の申請書", one, facts, (), profile, made)


def report(one: Disposal, erasings: tuple[Erasing, ...], profile: Profile, made: Made) -> bytes:
    """The 報告書 of what two people have signed for; NotDone before that. `erasings`: what the vault has erased."""
    if one.state is not State.DONE:
        raise NotDone(one.number)
    facts = (
        Row("申請番号", one.number),
        Row("市の承諾", f"{one.reference}（{one.consented}）　{made.name(one.consented_by)}"),
        Row("行った日時", when(one.done_ms)),
        Row("担当者名", made.name(one.done_by)),
        Row("立会い", f"{made.name(one.witness)}{'（市）' if one.attends else ''}　{when(one.witnessed_ms)} 署名"),
    )
    return _render("個人情報の消去又は廃棄の報告書", one, facts, erasings, profile, made)


def _render(
    title: str, one: Disposal, facts: tuple[Row, ...], erasings: tuple[Erasing, ...], profile: Profile, made: Made
) -> bytes:
    items = {item.id: item for item in profile.disposal.items}
    lines = tuple(
        Item(
            items[line.item].ja, line.what or MEDIA[items[line.item].medium], str(line.pieces), METHODS[line.method][0]
        )
        if line.item in items
        else Item(line.item, "", str(line.pieces), METHODS[line.method][0])
        for line in one.lines
    )
    erased = tuple(
        Row(when(each.at_ms), f"{each.people}人分　{f'承諾 {each.reference}' if each.reference else '承諾を要しない'}　{made.name(each.by)}")
        for each in erasings
    )  # fmt: skip
    document = Paper(
        title=title,
        to=profile.source.city,
        date=date(made.at_ms),
        training=made.training,
        facts=facts,
        items=lines,
        erasings=erased,
        erased=f"{ITEMS_JA}／{MEDIUM_JA}／{METHOD_JA}" if erased else "",
        foot=f"記録の第{one.id}項から　内容の指紋 {hash_of(one).hex()[:16].upper()}　{when(made.at_ms)} 作成",
    )
    return pdf.render("disposal", document, made.at_ms)
