"""What is ticked and counted but not signed yet: a draft in this terminal's memory, of one person, for one step."""

from __future__ import annotations

from hub.domain.contract import Document, Method, Step


class Draft:
    """Ticks of a step's papers, and counts. Counts start empty: nobody is shown what they should find."""

    def __init__(self, papers: tuple[Document, ...]) -> None:
        self.papers = papers
        self.at = 0
        """The item under the cursor."""
        self.ticks: dict[str, bool] = {}
        """Paper to True (seen) or False (対象外: not applicable)."""
        self.counts: dict[str, str] = {}
        self._appending = False

    def copy(self) -> Draft:
        """The draft as it is now."""
        other = Draft(self.papers)
        other.at, other.ticks, other.counts = self.at, dict(self.ticks), dict(self.counts)
        other._appending = self._appending
        return other

    def tick(self, at: int) -> bool:
        """Tick item `at`, or take the tick back; False if there is no such item."""
        if not 0 <= at < len(self.papers):
            return False
        paper = self.papers[at].id
        if self.ticks.get(paper):
            del self.ticks[paper]
        else:
            self.ticks[paper] = True
        self.at = min(at + 1, len(self.papers) - 1)
        return True

    def not_applicable(self) -> bool:
        """Say 対象外 for the item under the cursor; False where the contract always wants that paper."""
        paper = self.papers[self.at]
        if paper.required == "yes":
            return False
        self.ticks[paper.id] = False
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
    def undecided(self) -> list[Document]:
        """Papers that are neither ticked nor 対象外."""
        return [paper for paper in self.papers if paper.id not in self.ticks]

    @property
    def uncounted(self) -> list[Document]:
        return [paper for paper in self.papers if not self.counts.get(paper.id)]


def papers_of(step: Step, method: Method) -> tuple[Document, ...]:
    """The papers that a step is about, in the profile's order."""
    if step.kind == "count":
        return tuple(paper for paper in method.documents if paper.keep == "hand_over")
    if step.kind == "documents":
        asked = step.documents or tuple(paper.id for paper in method.documents)
        return tuple(paper for paper in method.documents if paper.id in asked)
    return ()
