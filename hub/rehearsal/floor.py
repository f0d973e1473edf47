"""The waiting room as the actors know it: who holds which ticket, who will be back, what lies on the pile."""

from __future__ import annotations

import msgspec

from hub.rehearsal.arrivals import Applicant


class Holder(msgspec.Struct):
    """The person who holds a ticket, as the actors know them; `at_hand`: nothing lacks any more."""

    applicant: Applicant
    at_hand: bool = False
    has_returned: bool = False
    answered: list[str] = msgspec.field(default_factory=list)
    """Decisions of the city that were not "confirmed" so far."""


class Floor(msgspec.Struct):
    """The waiting room: who holds which ticket, and who has gone and will be back."""

    close_ms: int
    holders: dict[int, Holder] = msgspec.field(default_factory=dict)
    coming_back: set[int] = msgspec.field(default_factory=set)
    blanks: dict[str, int] = msgspec.field(default_factory=dict)
    """What really lies there of each blank form: counted at the end against the ledger."""

    brought: dict[str, int] = msgspec.field(default_factory=dict)
    """What was packed, and stands there still."""

    def take(self, form: str, sheets: int = 1) -> None:
        """Somebody takes forms from the pile, where the contract has one of that class."""
        if form in self.blanks:
            self.blanks[form] -= sheets
