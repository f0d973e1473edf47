"""台帳 of a date as a PDF: classes with where they came from, were kept and went; then every move. No name stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.documents import pdf
from hub.documents.setting import Made
from hub.domain.moment import when

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.reports.ledger import Line, Page


class _Document(msgspec.Struct, frozen=True):
    title: str
    to: str
    site: str
    date: str
    training: bool
    lines: tuple[tuple[str, ...], ...]
    moves: tuple[tuple[str, ...], ...]
    foot: str


def ledger(page: Page, profile: Profile, made: Made) -> bytes:
    """The PDF of one date; pdf.Unprintable where a typed character has no glyph here."""
    document = _Document(
        title="個人情報の管理台帳",
        to=profile.source.city,
        site=made.site,
        date=page.date,
        training=made.training,
        lines=tuple(_cells(line) for line in page.lines),
        moves=tuple((when(one.at_ms), one.what, one.by, one.place) for one in page.moves),
        foot=f"{made.site}の記録から　{when(made.at_ms)} 作成",
    )
    return pdf.render("ledger", document, made.at_ms)


def _cells(line: Line) -> tuple[str, ...]:
    gone = "\n".join(f"{when(one.at_ms)} {one.to} {one.count}" for one in line.out)
    return (
        line.what,
        f"{line.count}{line.unit}",
        line.source,
        "・".join(line.people),
        "\n".join(line.places),
        gone,
        str(line.left),
    )
