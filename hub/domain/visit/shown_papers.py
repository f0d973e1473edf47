"""What an applicant has to show: papers that another may stand in for, and identity papers of two ranks.

Cities ask for one identity paper with a photo (A) or for two without (B, B); which papers count as which is a city's
list. Nothing is kept of a paper but its class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Document, Method, Step

Rank = Literal["A", "B"]
Way = Annotated[str, Meta(pattern=r"^[AB]{1,3}$")]
"""Ranks that suffice together, such as "A" or "BB". An A stands in for a B: it proves more."""


class Alternative(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A paper that stands in for another one, such as the report that it was lost; counted in the same class."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
    ja: Annotated[str, Meta(min_length=1)]
    en: Annotated[str, Meta(min_length=1)]


class IdentityPaper(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A class of identity papers: A has a photo and is public, B has not."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
    ja: Annotated[str, Meta(min_length=1)]
    en: Annotated[str, Meta(min_length=1)]
    rank: Rank


COMMON = (
    IdentityPaper(id="driving_licence", ja="運転免許証", en="driving licence", rank="A"),
    IdentityPaper(id="passport", ja="旅券（パスポート）", en="passport", rank="A"),
    IdentityPaper(id="residence_card", ja="在留カード等", en="residence card", rank="A"),
    IdentityPaper(id="disability_certificate", ja="障害者手帳等", en="disability certificate", rank="A"),
    IdentityPaper(id="my_number_card", ja="個人番号カード", en="My Number Card", rank="A"),
    IdentityPaper(id="health_insurance", ja="資格確認書等", en="health insurance certificate", rank="B"),
    IdentityPaper(id="pension_book", ja="年金手帳・年金証書", en="pension book", rank="B"),
    IdentityPaper(id="student_card", ja="学生証・社員証", en="student or staff card", rank="B"),
    IdentityPaper(id="other_paper", ja="その他の書類", en="other paper", rank="B"),
)
"""What cities commonly accept, where a contract has no list of its own. Nine: each has a digit."""


class Lack(Struct, frozen=True):
    """One thing that is missing, in words."""

    paper: str
    ja: str
    en: str


def asked(step: Step, method: Method) -> tuple[Document, ...]:
    """The papers that a step of kind `documents` looks at, in the profile's order; without a list, all."""
    wanted = step.documents or tuple(paper.id for paper in method.documents)
    return tuple(paper for paper in method.documents if paper.id in wanted)


def known(method: Method, profile: Profile) -> frozenset[str]:
    """Everything that can be ticked in a visit of this method."""
    papers = {paper.id for paper in method.documents}
    others = {other.id for paper in method.documents for other in paper.alternatives}
    return frozenset(papers | others | {paper.id for paper in profile.identity_papers})


def missing(step: Step, method: Method, profile: Profile, ticked: Collection[str]) -> tuple[Lack, ...]:
    """What a step of kind `documents` still wants, if these were ticked."""
    lacks = (_lack(paper, profile, ticked) for paper in asked(step, method) if paper.required == "yes")
    return tuple(lack for lack in lacks if lack is not None)


def enough(step: Step, method: Method, profile: Profile) -> tuple[str, ...]:
    """The fewest ticks that such a step takes: every required paper itself, identity papers by the first way."""
    ticks: list[str] = []
    for paper in asked(step, method):
        if paper.required == "yes":
            ticks += _first_way(paper, profile) if paper.identity else [paper.id]
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


def _lack(paper: Document, profile: Profile, ticked: Collection[str]) -> Lack | None:
    if paper.identity:
        ranks = "".join(one.rank for one in profile.identity_papers if one.id in ticked)
        if suffices(paper.identity, ranks):
            return None
        name = paper.ja.partition("（")[0]  # what is said in brackets would not fit beside the ways
        return Lack(paper.id, name + ways_ja(paper.identity), f"{paper.en}: {ways_en(paper.identity)}")
    if paper.id in ticked or any(other.id in ticked for other in paper.alternatives):
        return None
    ja = "".join(f"か{other.ja}" for other in paper.alternatives)
    en = "".join(f" or {other.en}" for other in paper.alternatives)
    return Lack(paper.id, paper.ja + ja, paper.en + en)


def _first_way(paper: Document, profile: Profile) -> list[str]:
    left = list(profile.identity_papers)
    ticks = []
    for rank in paper.identity[0]:
        one = next(one for one in left if one.rank == rank)
        left.remove(one)
        ticks.append(one.id)
    return ticks
