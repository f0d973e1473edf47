"""What a contract says of papers: what stands in for another, what is compared, which identity papers count as which rank."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Rank = Literal["A", "B"]
Way = Annotated[str, Meta(pattern=r"^[AB]{1,3}$")]
"""Ranks that suffice together, such as "A" or "BB". An A stands in for a B: it proves more."""


Compared = Literal["name", "birth_date", "address"]
"""What two papers of one person are compared by."""


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
    discreet: bool = False
    """To hold one tells what nobody may keep: the city's desk too is told its rank only, and sees the paper itself."""

    @property
    def told(self) -> str:
        """What the city is told was shown (it stands in the record)."""
        return RANK_WORDS[self.rank] if self.discreet else self.ja


RANK_WORDS: dict[Rank, str] = {"A": "写真つきの書類", "B": "写真のない書類"}

COMMON = (
    IdentityPaper(id="driving_licence", ja="運転免許証", en="driving licence", rank="A"),
    IdentityPaper(id="passport", ja="旅券（パスポート）", en="passport", rank="A"),
    IdentityPaper(id="residence_card", ja="在留カード等", en="residence card", rank="A"),
    IdentityPaper(id="disability_certificate", ja="障害者手帳等", en="disability certificate", rank="A", discreet=True),
    IdentityPaper(id="my_number_card", ja="個人番号カード", en="My Number Card", rank="A"),
    IdentityPaper(id="health_insurance", ja="資格確認書等", en="health insurance certificate", rank="B"),
    IdentityPaper(id="pension_book", ja="年金手帳・年金証書", en="pension book", rank="B"),
    IdentityPaper(id="student_card", ja="学生証・社員証", en="student or staff card", rank="B"),
    IdentityPaper(id="other_paper", ja="その他の書類", en="other paper", rank="B"),
)
"""What cities commonly accept, where a contract has no list of its own. Nine: each has a digit."""
