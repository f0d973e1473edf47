"""What is ticked and counted but not signed yet: a draft in this terminal's memory, of one person, for one step."""

from __future__ import annotations

import msgspec

from hub.domain.contracts.contract import Profile
from hub.domain.contracts.procedure import Document, Method, Step
from hub.domain.visit.shown_papers import asked, missing, ticked_at


class Item(msgspec.Struct, frozen=True):
    """One line that a digit ticks: a paper with what may stand in for it, or a class of identity papers."""

    id: str
    ja: str
    en: str
    choices: tuple[tuple[str, str, str], ...] = ()
    """What a tick can mean, in the order in which its digit goes through them: id, Japanese, English."""
    optional: bool = False
    pin: bool = False
    rank: str = ""
    """Of an identity paper; those are a group of their own with digits of their own."""


class Draft:
    """Ticks of a step's papers, and counts. Counts start empty: nobody is shown what they should find."""

    def __init__(self, papers: tuple[Item, ...]) -> None:
        self.papers = papers
        self.at = 0
        """The item under the cursor."""
        self.ticks: dict[str, str] = {}
        """Item to the id of what was seen, or "" for 対象外 (not applicable)."""
        self.counts: dict[str, str] = {}
        self._appending = False

    def copy(self) -> Draft:
        """The draft as it is now."""
        other = Draft(self.papers)
        other.at, other.ticks, other.counts = self.at, dict(self.ticks), dict(self.counts)
        other._appending = self._appending
        return other

    @property
    def group(self) -> range:
        """The items that digits mean now: those of the cursor's kind (papers, or identity papers)."""
        mine = [n for n, item in enumerate(self.papers) if bool(item.rank) == bool(self.papers[self.at].rank)]
        return range(mine[0], mine[-1] + 1)

    def digit(self, number: int) -> bool:
        """Tick by digit, within the cursor's group; False if it has no such item."""
        group = self.group
        return 0 < number <= len(group) and self.tick(group[number - 1])

    def tick(self, at: int) -> bool:
        """Go to the next thing that item `at` can mean, after the last back to nothing; False if there is no such item."""
        if not 0 <= at < len(self.papers):
            return False
        item = self.papers[at]
        ids = [choice for choice, _, _ in item.choices]
        now = self.ticks.get(item.id)
        place = ids.index(now) + 1 if now in ids else 0
        if place < len(ids):
            self.ticks[item.id] = ids[place]
        else:
            del self.ticks[item.id]
        self.at = at
        # A paper that something can stand in for keeps the cursor: its digit is pressed again for the other.
        if len(ids) == 1:
            self.at = min(at + 1, len(self.papers) - 1)
            if self.papers[self.at].rank and not item.rank and self.undecided:
                self.at = at  # digits go over to the identity papers when the papers are all decided
        return True

    def not_applicable(self) -> bool:
        """Say 対象外 for the item under the cursor; False where the contract always wants that paper."""
        item = self.papers[self.at]
        if not item.optional:
            return False
        self.ticks[item.id] = ""
        self.at = min(self.at + 1, len(self.papers) - 1)
        return True

    def count(self, digit: str) -> None:
        """A digit of the count under the cursor. One digit is the usual count, so the cursor goes on by itself."""
        paper = self.papers[self.at].id
        if self._appending:
            self.counts[paper] = (self.counts.get(paper, "") + digit)[:2]  # no applicant brings a hundred sheets
            return
        self.counts[paper] = digit
        self.at = min(self.at + 1, len(self.papers) - 1)

    def move(self, by: int) -> None:
        """The cursor to another item; a count gone back to can be given a second digit."""
        self.at = max(0, min(len(self.papers) - 1, self.at + by))
        self._appending = by < 0

    def rub_out(self) -> None:
        """Take away the count under the cursor, or the one before it if that is empty."""
        paper = self.papers[self.at].id
        if not self.counts.get(paper) and self.at:
            self.at -= 1
            paper = self.papers[self.at].id
        self.counts.pop(paper, None)
        self._appending = False

    @property
    def undecided(self) -> list[Item]:
        """Papers that are neither ticked nor 対象外. Of identity papers, what is not ticked was not shown."""
        return [item for item in self.papers if item.id not in self.ticks and not item.rank]

    @property
    def uncounted(self) -> list[Item]:
        return [paper for paper in self.papers if not self.counts.get(paper.id)]

    @property
    def shown(self) -> tuple[str, ...]:
        """What is signed of everything ticked, in the order of the items: of an identity paper its rank alone."""
        return tuple(item.rank or seen for item in self.papers if (seen := self.ticks.get(item.id)))


def lacking(draft: Draft, step: Step, method: Method) -> list[tuple[str, str]]:
    """What keeps a documents step from being signed: undecided papers and what the contract still wants (ja, en)."""
    lacks = {lack.paper: (lack.ja, lack.en) for lack in missing(step, method, draft.shown)}
    undecided = {item.id: lacks.get(item.id, (item.ja, item.en)) for item in draft.undecided}
    return list((lacks | undecided).values())


def items_of(step: Step, method: Method, profile: Profile) -> tuple[Item, ...]:
    """What a step is about, in the profile's order; identity papers come last, A before B as the city lists them."""
    if step.kind == "count":
        return tuple(_item(paper) for paper in method.documents if paper.keep == "hand_over")
    if not ticked_at(step):
        return ()
    papers = asked(step, method)
    plain = [_item(paper) for paper in papers if not paper.identity]
    if any(paper.identity for paper in papers):
        plain += [
            Item(paper.id, paper.ja, paper.en, ((paper.id, paper.ja, paper.en),), rank=paper.rank)
            for paper in profile.identity_papers
        ]
    return tuple(plain)


def _item(paper: Document) -> Item:
    choices = ((paper.id, paper.ja, paper.en), *((one.id, one.ja, one.en) for one in paper.alternatives))
    return Item(paper.id, paper.ja, paper.en, choices, paper.required != "yes", paper.pin)
