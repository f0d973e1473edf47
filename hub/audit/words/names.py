"""What a contract's ids are called, and which number a visit has: an entry holds ids alone."""

from __future__ import annotations

from collections.abc import Iterable

from hub.audit.words.said import Said
from hub.domain.contracts.contract import Profile


class Names:
    """The words of one contract, and the visits of the record that is read, in its order."""

    def __init__(self, profile: Profile | None) -> None:
        """Without the profile the contract's ids stand where its words would."""
        self._lanes: dict[str, Said] = {}
        self._methods: dict[str, Said] = {}
        self._steps: dict[tuple[str, str], Said] = {}
        self._papers: dict[str, Said] = {}
        self._categories: dict[str, Said] = {}
        self._topics: dict[tuple[str, str], Said] = {}
        self._questions: dict[str, Said] = {}
        self._choices: dict[tuple[str, str], Said] = {}
        self._circumstances: dict[str, Said] = {}
        self._event_types: dict[str, Said] = {}
        self.purposes: dict[str, Said] = {}
        """What personal data is read for."""
        if profile is not None:
            self._take(profile)
        self._visits: dict[int, tuple[str, str]] = {}

    def _take(self, profile: Profile) -> None:
        self._lanes = {one.id: Said(one.ja, one.en) for one in profile.lanes}
        self._methods = {one.id: Said(one.ja, one.en) for one in profile.methods}
        everybodys = [step for one in profile.circumstances for step in one.steps]
        self._steps = {
            (method.id, step.id): Said(step.ja, step.en)
            for method in profile.methods
            for step in (*method.steps, *everybodys)
        }
        self._papers = {one.id: Said(one.ja, one.en) for one in profile.known_papers()}
        categories = profile.inquiry_categories
        self._categories = {one.id: Said(one.ja, one.en or one.ja) for one in categories}
        self._topics = {(one.id, to.id): Said(to.ja, to.en) for one in categories for to in one.topics}
        self._questions = {one.id: Said(one.ja, one.en) for one in profile.questions}
        self._choices = {(one.id, to.id): Said(to.ja, to.en) for one in profile.questions for to in one.choices}
        self._circumstances = {one.id: Said(one.ja, one.en) for one in profile.circumstances}
        self._event_types = {one.id: Said(one.ja, one.en) for one in profile.event_types}
        self.purposes = {one.id: Said(one.ja, one.en) for one in profile.operation.purposes}

    def begin(self, visit: int, number: str, method: str) -> None:
        """From here on this visit has this ticket's number and this method."""
        self._visits[visit] = number, method

    def visit(self, visit: int) -> tuple[str, str]:
        """A visit's number and method; the visit itself and nothing where the record never opened it."""
        return self._visits.get(visit, (str(visit), ""))

    def lane(self, id: str) -> Said:
        """A queue's name."""
        return self._lanes.get(id, Said(id, id))

    def method(self, id: str) -> Said:
        """A procedure's name."""
        return self._methods.get(id, Said(id, id))

    def step(self, method: str, id: str) -> Said:
        """What a step of a method is called."""
        return self._steps.get((method, id), Said(id, id))

    def event_type(self, id: str) -> Said:
        """The kind of a day."""
        return self._event_types.get(id, Said(id, id))

    def question(self, id: str) -> Said:
        """What is asked."""
        return self._questions.get(id, Said(id, id))

    def choice(self, question: str, id: str) -> Said:
        """What was answered to a question."""
        return self._choices.get((question, id), Said(id, id))

    def circumstance(self, id: str) -> Said:
        """What is special about an applicant."""
        return self._circumstances.get(id, Said(id, id))

    def category(self, id: str) -> Said:
        """What an inquiry was about."""
        return self._categories.get(id, Said(id, id))

    def topic(self, category: str, id: str) -> Said:
        """A category's topic; nothing without one."""
        return self._topics.get((category, id), Said(id, id))

    def sheets(self, sheets: Iterable[tuple[str, int]], *, signed: bool = False) -> Said:
        """Sheets per class in words; `signed`: differences, with their sign."""
        parts = [
            (self._papers.get(paper, Said(paper, paper)), f"{count:+}" if signed else f"{count}")
            for paper, count in sheets
            if count
        ]
        return Said(
            "、".join(f"{name.ja} {count}枚" for name, count in parts),
            ", ".join(f"{name.en} {count}" for name, count in parts),
        )
