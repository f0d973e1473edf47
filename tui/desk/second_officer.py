"""F9-2 on a request that two officers sign: the second one proves themselves here, looks with their own eyes, and signs.

Whoever has the seat keeps it. Nothing that the first one ticked stands for the second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.domain.refusal import Refusal, refuse
from sync.keys.party import LockedPerson, Person
from tui.papers.second_person import SecondPerson
from tui.unlocking import still_here

if TYPE_CHECKING:
    from tui.desk.screen import DeskTerminal


class SecondOfficer(SecondPerson):
    """Asks which officer, and for the passphrase; whoever signed first is refused."""

    def __init__(self, terminal: DeskTerminal, number: str, first: str, signed: Callable[[Person], None]) -> None:
        """`number`: the ticket's; `first`: the id of whoever has signed."""
        t = terminal.tongue
        super().__init__(terminal, t(f"{number}：2人目の職員が確かめます", f"{number}: a second officer looks"), signed)
        self._desk_terminal = terminal
        self._first = first

    @property
    def people(self) -> list[LockedPerson]:
        desk = self._desk_terminal.desk
        return still_here(desk.people, desk.party.trust)

    def why_not_they(self, person: str) -> Refusal | None:
        return refuse("identity.same_person") if person == self._first else None
