"""What an applicant takes home from a notice: in Japanese, やさしい日本語 and English, with the number and nothing of whom."""

from __future__ import annotations

import msgspec

from hub.documents import pdf
from hub.documents.setting import Made, date
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.procedure import Document, HandoutLine


class Paper(msgspec.Struct, frozen=True):
    title: str
    title_en: str
    lines: tuple[HandoutLine, ...]


class Handout(msgspec.Struct, frozen=True):
    title: str
    city: str
    number: str
    date: str
    training: bool
    papers: tuple[Paper, ...]
    foot: str


def handout(profile: Profile, papers: tuple[Document, ...], number: str, made: Made) -> bytes:
    """The PDF of these papers for the visit of that number: a page each; Unprintable.

    A line to fill has room for what the city told the staff: the contract does not say it, and Demado does not guess.
    """
    data = Handout(
        title="出張窓口からのご案内",
        city=profile.source.city,
        number=number,
        date=date(made.at_ms),
        training=made.training,
        papers=tuple(
            Paper(paper.ja.removeprefix("紙「").removesuffix("」"), paper.en, paper.handout) for paper in papers
        ),
        foot=f"{made.site}　{profile.source.city}",
    )
    return pdf.render("handout", data, made.at_ms)
