"""A list of things that lie here, one of them under the cursor: the list may grow, the cursor stays on its thing."""

from __future__ import annotations

from abc import abstractmethod
from typing import Generic, Protocol, TypeVar

from tui.layer import Layer, Terminal


class Thing(Protocol):
    """What has a line in the list."""

    @property
    def id(self) -> int:
        """The entry that brought it."""


T = TypeVar("T", bound=Thing)


class LedgerPage(Layer, Generic[T]):
    """Up and down choose a thing, Enter acts on it, Esc goes back to the screen that it was reached from."""

    back = "custody"

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.chosen = 0

    @property
    @abstractmethod
    def things(self) -> list[T]:
        """The list, in its order."""

    @abstractmethod
    def choose(self, thing: T) -> None:
        """Enter was pressed on this."""

    @property
    def here(self) -> T | None:
        """What the cursor is on: the first thing, until another is chosen or when the chosen one is gone."""
        things = self.things
        return next((one for one in things if one.id == self.chosen), next(iter(things), None))

    def key(self, key: str, char: str) -> bool:
        """Take a key; False if it means nothing here."""
        things, here = self.things, self.here
        if key == "escape":
            if self.station.said is not None:
                self.station.hush()
            else:
                self.terminal.go(self.back)
        elif here is not None and key in ("up", "down"):
            at = things.index(here) + (1 if key == "down" else -1)
            self.chosen = things[max(0, min(len(things) - 1, at))].id
        elif here is not None and key == "enter":
            self.choose(here)
        else:
            return False
        return True

    def tap(self, what: str) -> None:
        """A click on a line chooses its thing."""
        if what.startswith("item:"):
            self.chosen = int(what[5:])
