"""What a decision may know besides the state: who signed, and when and where in the record it is taken."""

from __future__ import annotations

import msgspec


class Signer(msgspec.Struct, frozen=True):
    """Who signed a command, as that person's certificate chain says (never as the command says)."""

    person: str
    kind: str  # staff, officer, hub, terminal, desk, office, director
    party: str  # contractor or city
    roles: tuple[str, ...] = ()


class Context(msgspec.Struct, frozen=True, array_like=True):
    """Everything that decide may look at and that is not in state or command. The entry keeps it, for replay.

    Order is the index, never the clock: a Pi without a network has no clock worth trusting.
    """

    index: int
    """Index of the entry being decided; objects that it creates are named by it."""
    at_ms: int
    """Wall time in milliseconds since the epoch, UTC."""
    boot: str
    """The hub's boot id, which says whether two monotonic times can be compared."""
    monotonic_ms: int
