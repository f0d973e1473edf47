"""The shared application terminal of a window: in use from a visit's first step there until its logout.

Nobody is called to a window while the one before may still be logged in there: accounts have been tied to the next
person in the line where somebody had not logged out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.procedure import Method
    from hub.domain.moment import Context, Signer
    from hub.domain.visit.visit import Visit


class ConfirmLoggedOut(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.logged_out"
):
    """Somebody looked at a window's application terminal: nothing of the one before is on it.

    For who left before their visit came to that step: held, sent away with a return ticket, or given up.
    """

    window: str


class TerminalUsed(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.terminal_used/1"):
    visit: int
    window: str
    at_ms: int
    by: str


class TerminalFreed(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.terminal_freed/1"):
    visit: int
    window: str
    at_ms: int
    by: str


TerminalEvent = TerminalUsed | TerminalFreed


def looked_at(
    command: ConfirmLoggedOut, in_use: Map[str, int], context: Context, by: Signer
) -> tuple[TerminalFreed, ...] | Refusal:
    """What follows when somebody says that nothing of the one before is on a window's terminal."""
    if command.window not in in_use:
        return refuse("visit.nobody_logged_in", window=command.window)
    return (TerminalFreed(in_use[command.window], command.window, context.at_ms, by.person),)


def after_step(
    visit: Visit, step: str, method: Method, in_use: Map[str, int], window: str, context: Context, by: Signer
) -> tuple[TerminalEvent, ...]:
    """What a step does to the terminal of its window: any step may use it, until the one that logs out."""
    logout = method.logout
    if logout is None:
        return ()
    mine = [one for one, held in in_use.items() if held == visit.id]
    if step == logout.id:
        return tuple(TerminalFreed(visit.id, one, context.at_ms, by.person) for one in sorted(mine))
    if window in mine or logout.id in visit.done:
        return ()
    return (TerminalUsed(visit.id, window, context.at_ms, by.person),)


def evolve(in_use: Map[str, int], event: TerminalEvent) -> Map[str, int]:
    """Windows to the visit that may be on their terminals, after the event."""
    return in_use.set(event.window, event.visit) if isinstance(event, TerminalUsed) else in_use.delete(event.window)
