"""A new terminal, terminal with hub: the code of a window, and what is sealed to the newcomer."""

from __future__ import annotations

from sync.messages.said import Said


class PairingCode(Said, frozen=True):
    """The code of the window that this terminal's manager has just opened: told to that terminal alone."""

    window: int
    code: str
    seconds: int
    """How long it counts."""


class PairingGrant(Said, frozen=True):
    """What the manager's terminal seals to the new one, to be passed on unread."""

    window: int
    grant: bytes
