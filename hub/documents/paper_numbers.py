"""Numbers on paper for the hour when no printer works: each once, to be cut apart and handed out from the top."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.documents import pdf
from hub.domain.contracts.calendar import japanese_date
from hub.domain.contracts.contract import Profile
from hub.domain.moment import iso_date
from hub.domain.queue import paper_block


class Choice(msgspec.Struct, frozen=True):
    prefix: str
    ja: str
    en: str


class PaperNumbers(msgspec.Struct, frozen=True):
    title: str
    city: str
    date: str
    training: bool
    lanes: tuple[Choice, ...]
    numbers: tuple[str, ...]
    foot: str


def paper_numbers(profile: Profile, date: str, first: int, last: int, *, training: bool, at_ms: int) -> bytes:
    """The PDF for this day (YYYY-MM-DD): P-`first` to P-`last`, eight on a page; ValueError outside the block.

    With the date on each: yesterday's paper in a coat pocket must not be called today.
    """
    if not 1 <= first <= last <= paper_block.MOST:
        raise ValueError(f"{first} to {last} is not within 1 to {paper_block.MOST}")
    data = PaperNumbers(
        title="紙の番号札",
        city=profile.source.city,
        date=japanese_date(dt.date.fromisoformat(date)),
        training=training,
        lanes=tuple(Choice(lane.prefix, lane.ja, lane.en) for lane in profile.lanes),
        numbers=tuple(paper_block.number(n) for n in range(first, last + 1)),
        foot=f"{paper_block.number(first)} から {paper_block.number(last)}　作成 {iso_date(at_ms)}",
    )
    return pdf.render("paper_numbers", data, at_ms)
