"""The list of inquiries that goes to the city each month: a row each, with category, question and answer.

Question and answer are the contract's own words (its topics, its Q&A): what somebody said or who they were is written
nowhere (hub.domain.day.inquiry), so the list names nobody (千葉 第2 1(1)ウ).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.reports.counts import DayCounts

HEADS = ("日付", "会場", "受け方", "区分", "質問", "回答")
OTHER = "そのほか"


class Line(NamedTuple):
    """Inquiries of one session that were alike."""

    date: str
    venue: str
    way: str
    category: str
    question: str
    answer: str
    """The contract's; empty where it has none for that question."""
    times: int


def lines(profile: Profile, days: Sequence[DayCounts], period: str) -> list[Line]:
    """The inquiries of every session whose date begins with `period`, in its order and the contract's."""
    held = sorted((day for day in days if day.date.startswith(period)), key=lambda d: (d.date, d.session.opened))
    return [line for day in held for line in _of(profile, day)]


def _of(profile: Profile, day: DayCounts) -> Iterator[Line]:
    for way, noted in (("会場", day.inquiries), ("電話", day.calls)):
        for category in profile.inquiry_categories:
            words = {"": OTHER if category.topics else category.ja, **{one.id: one.ja for one in category.topics}}
            answers = {"": category.answer, **{one.id: one.answer for one in category.topics}}
            for topic, count in noted.get(category.id, {}).items():
                question, answer = words.get(topic, topic), answers.get(topic) or ""
                yield Line(day.date, day.session.venue, way, category.ja, question, answer, count)


def as_csv(found: Sequence[Line]) -> bytes:
    """The list, a row for each inquiry, and its total, as Excel reads it (UTF-8 with its mark, CRLF)."""
    out = io.StringIO(newline="")
    total = ("計", "", "", "", "", sum(line.times for line in found))
    each = (line[:-1] for line in found for _ in range(line.times))
    csv.writer(out).writerows((HEADS, *each, total))
    return out.getvalue().encode("utf-8-sig")
