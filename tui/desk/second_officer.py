"""F9-2 on a request that two officers sign: the second one proves themselves here, looks with their own eyes, and signs.

Whoever has the seat keeps it. Nothing that the first one ticked stands for the second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.domain.refusal import Refusal, refuse
from sync.keys.party import LockedPerson, Person
from tui import tokens
from tui.cells import Line, Span, line
from tui.papers.second_person import SecondPerson, Voice

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
        self._not_in: tuple[Line, Line] | None = None
        """Why nobody was let in, in place of the question until the next key."""

    @property
    def voice(self) -> Voice:
        return self

    def warn(self, text: str, todo: str = "", code: str = "") -> None:
        self._not_in = line(Span(tokens.WARN + text, "warn")), line(f"   {'  '.join(filter(None, (todo, code)))}")

    def refuse(self, refusal: Refusal) -> None:
        self.warn(self.t(refusal.ja, refusal.en), self.t(refusal.todo_ja, refusal.todo_en), refusal.code)

    def message(self) -> tuple[Line, Line]:
        return self._not_in or super().message()

    def key(self, key: str, char: str) -> bool:
        self._not_in = None
        return super().key(key, char)

    @property
    def people(self) -> list[LockedPerson]:
        return self._desk_terminal.desk.people

    def why_not_they(self, person: str) -> Refusal | None:
        return refuse("identity.same_person") if person == self._first else None
