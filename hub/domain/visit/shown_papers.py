"""What an applicant has to show: papers that another may stand in for, and identity papers of two ranks.

Cities ask for one identity paper with a photo (A) or for two without (B, B); which papers count as which is a city's
list. The record keeps of an identity paper its rank alone: that is all the rules need, while the class can tell what
nobody may keep (that somebody holds a disability certificate is 要配慮個人情報, 個人情報保護法施行令 2条1号).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from hub.domain.contracts.procedure import Document, Method, Step

RANKS = ("A", "B")
"""Ticks that stand for identity papers in a signed step; no paper's id is in capitals."""


class Lack(Struct, frozen=True):
    """One thing that is missing, in words."""

    paper: str
    ja: str
    en: str


def ticked_at(step: Step) -> bool:
    """Whether papers are ticked at this step: those looked at, or with a notice those handed out."""
    return step.kind == "documents" or (step.kind == "notice" and bool(step.documents))


def asked(step: Step, method: Method) -> tuple[Document, ...]:
    """The papers that such a step (`ticked_at`) is about, in the profile's order; without a list, all."""
    wanted = step.documents or tuple(paper.id for paper in method.documents)
    return tuple(paper for paper in method.documents if paper.id in wanted)


def known(method: Method) -> frozenset[str]:
    """Everything that a signed step of this method can name: no identity paper, only ranks."""
    papers = {paper.id for paper in method.documents}
    others = {other.id for paper in method.documents for other in paper.alternatives}
    return frozenset(papers | others | set(RANKS))


def missing(step: Step, method: Method, ticked: Collection[str]) -> tuple[Lack, ...]:
    """What such a step still wants, if these were ticked; each identity paper by its rank."""
    lacks = (_lack(paper, ticked) for paper in asked(step, method) if paper.required == "yes")
    return tuple(lack for lack in lacks if lack is not None)


def enough(step: Step, method: Method) -> tuple[str, ...]:
    """The fewest ticks that a step takes: every required paper itself, identity papers by the first way; none elsewhere."""
    ticks: list[str] = []
    if not ticked_at(step):
        return ()
    for paper in asked(step, method):
        if paper.required == "yes":
            ticks += paper.identity[0] if paper.identity else [paper.id]
    return tuple(ticks)


def suffices(ways: Collection[str], ranks: str) -> bool:
    """Whether papers of these ranks are one of the ways."""
    have = Counter(ranks)
    return any(have["A"] >= way.count("A") and len(ranks) >= len(way) for way in ways)


def ways_ja(ways: Collection[str]) -> str:
    """The ways in words: A1点かB2点."""
    return "か".join("と".join(f"{rank}{count}点" for rank, count in _ranks(way)) for way in ways)


def ways_en(ways: Collection[str]) -> str:
    """The ways in words: one A or two B."""
    number = {1: "one", 2: "two", 3: "three"}
    return " or ".join(" and ".join(f"{number[count]} {rank}" for rank, count in _ranks(way)) for way in ways)


def _ranks(way: str) -> list[tuple[str, int]]:
    return sorted(Counter(way).items())


def _lack(paper: Document, ticked: Collection[str]) -> Lack | None:
    if paper.identity:
        if suffices(paper.identity, "".join(tick for tick in ticked if tick in RANKS)):
            return None
        name = paper.ja.partition("（")[0]  # what is said in brackets would not fit beside the ways
        return Lack(paper.id, name + ways_ja(paper.identity), f"{paper.en}: {ways_en(paper.identity)}")
    if paper.id in ticked or any(other.id in ticked for other in paper.alternatives):
        return None
    ja = "".join(f"か{other.ja}" for other in paper.alternatives)
    en = "".join(f" or {other.en}" for other in paper.alternatives)
    return Lack(paper.id, paper.ja + ja, paper.en + en)
