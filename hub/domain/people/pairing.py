"""Pairing in the record: who opened a window for a new terminal, what came of every try, and who accepted the key.

One window at a time, one terminal a window. The code itself is nowhere here: the hub holds it in memory while the
window is open, and a hub that restarts has forgotten it (another boot ends every window).
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

import msgspec

from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer

WINDOW_MS = 120_000
"""Long enough to walk over to the new terminal and type eight digits; short enough that nobody finds it open later."""

ACCEPT_MS = 300_000
"""From the right code to the manager's answer: two people compare 20 digits, and one of them may be serving somebody."""

TRIES = 3

BURNT_MS = 3_600_000
MOST_BURNT = 5
"""So many burnt codes within an hour and no window opens: somebody on the network is guessing, not mistyping. It bounds
what guessing can win to 15 tries an hour of 10^8."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_KEY_BYTES = 32


class Phase(enum.StrEnum):
    OPEN = "open"  # the code counts
    PROVED = "proved"  # a terminal knew the code; the manager compares the digits
    ACCEPTED = "accepted"  # the manager has certified its key; the terminal has not said yet that it is ready


class Why(enum.StrEnum):
    """Why a window ended without a new terminal."""

    EXPIRED = "expired"
    CLOSED = "closed"  # the manager closed it
    DECLINED = "declined"  # the manager did not accept the digits
    LOST = "lost"  # the terminal went away after it had proved the code
    UNFIT = "unfit"  # the terminal could not use what it was given


class Window(msgspec.Struct, frozen=True):
    """A window that has not ended."""

    window: int
    """Index of the entry that opened it."""
    boot: str
    since_ms: int
    """Monotonic time of the hub's boot at which this phase began."""
    phase: Phase = Phase.OPEN
    tries: int = 0
    key: bytes = b""
    box: bytes = b""
    nonce: bytes = b""
    hub_nonce: bytes = b""
    name: str = ""
    certificate: bytes = b""


class Pairing(msgspec.Struct, frozen=True):
    window: Window | None = None
    burnt: tuple[int, ...] = ()
    """When the last MOST_BURNT codes were burnt, ms since the epoch."""
    names: tuple[str, ...] = ()
    """Names that have been given to terminals in this record; each is given once."""


class OpenPairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pairing.open"):
    """The manager lets one new terminal in."""


class OpenPairingHere(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pairing.open_here"
):
    """Somebody at the hub's own console does; the hub signs."""


class ClosePairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pairing.close"):
    """The manager closes the window, or does not accept the digits."""

    window: int


class FailPairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pairing.fail"):
    """The hub saw a wrong code."""

    window: int


class ProvePairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pairing.prove"):
    """The hub saw the right code, from a terminal with this key."""

    window: int
    key: bytes
    box: bytes
    nonce: bytes
    hub_nonce: bytes


class AcceptPairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pairing.accept"):
    """The manager saw the same digits on both screens and has certified the key under this name."""

    window: int
    key: bytes
    name: str
    certificate: bytes
    """SHA-256 of the new certificate."""


class EndPairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pairing.end"):
    """The hub ends a window that came to nothing."""

    window: int
    why: Why


class FinishPairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pairing.finish"):
    """The terminal has said that it is ready."""

    window: int


PairingCommand = (
    OpenPairing
    | OpenPairingHere
    | ClosePairing
    | FailPairing
    | ProvePairing
    | AcceptPairing
    | EndPairing
    | FinishPairing
)


class PairingOpened(msgspec.Struct, frozen=True, tag_field="kind", tag="pairing.opened/1"):
    window: int
    boot: str
    monotonic_ms: int
    at_ms: int
    by: str


class PairingFailed(msgspec.Struct, frozen=True, tag_field="kind", tag="pairing.failed/1"):
    window: int
    tries: int
    at_ms: int


class PairingBurnt(msgspec.Struct, frozen=True, tag_field="kind", tag="pairing.burnt/1"):
    """Three wrong tries: the code is worth nothing, and the window is over."""

    window: int
    at_ms: int


class PairingProved(msgspec.Struct, frozen=True, tag_field="kind", tag="pairing.proved/1"):
    """A terminal knew the code. The digits to compare are computed from these by everybody for themselves."""

    window: int
    key: bytes
    box: bytes
    nonce: bytes
    hub_nonce: bytes
    monotonic_ms: int
    at_ms: int


class PairingAccepted(msgspec.Struct, frozen=True, tag_field="kind", tag="pairing.accepted/1"):
    window: int
    key: bytes
    name: str
    certificate: bytes
    monotonic_ms: int
    at_ms: int
    by: str


class PairingEnded(msgspec.Struct, frozen=True, tag_field="kind", tag="pairing.ended/1"):
    window: int
    why: Why
    at_ms: int
    by: str


class PairingFinished(msgspec.Struct, frozen=True, tag_field="kind", tag="pairing.finished/1"):
    window: int
    name: str
    at_ms: int


PairingEvent = (
    PairingOpened | PairingFailed | PairingBurnt | PairingProved | PairingAccepted | PairingEnded | PairingFinished
)


def decide(
    command: PairingCommand, pairing: Pairing, context: Context, by: Signer
) -> tuple[PairingEvent, ...] | Refusal:
    if isinstance(command, OpenPairing | OpenPairingHere):
        return _open(pairing, context, by)
    window = pairing.window
    if window is None or window.window != command.window:
        return refuse("pairing.no_window")
    match command:
        case ClosePairing():
            why = Why.DECLINED if window.phase is Phase.PROVED else Why.CLOSED
            return (PairingEnded(window.window, why, context.at_ms, by.person),)
        case EndPairing():
            return (PairingEnded(window.window, command.why, context.at_ms, by.person),)
        case FailPairing():
            if window.phase is not Phase.OPEN:
                return refuse("pairing.no_window")
            failed = PairingFailed(window.window, window.tries + 1, context.at_ms)
            return (failed,) if failed.tries < TRIES else (failed, PairingBurnt(window.window, context.at_ms))
        case ProvePairing():
            if window.phase is not Phase.OPEN or not live(window, context):
                return refuse("pairing.no_window")
            if any(len(part) != _KEY_BYTES for part in (command.key, command.box, command.nonce, command.hub_nonce)):
                return refuse("pairing.other_key")
            return (
                PairingProved(
                    window.window,
                    command.key,
                    command.box,
                    command.nonce,
                    command.hub_nonce,
                    context.monotonic_ms,
                    context.at_ms,
                ),
            )
        case AcceptPairing():
            return _accept(command, pairing, window, context, by)
        case FinishPairing():
            if window.phase is not Phase.ACCEPTED:
                return refuse("pairing.no_window")
            return (PairingFinished(window.window, window.name, context.at_ms),)


def _open(pairing: Pairing, context: Context, by: Signer) -> tuple[PairingEvent, ...] | Refusal:
    window = pairing.window
    if window is not None and live(window, context):
        return refuse("pairing.already_open")
    recent = [at_ms for at_ms in pairing.burnt if context.at_ms - at_ms < BURNT_MS]
    if len(recent) >= MOST_BURNT:
        return refuse("pairing.guessing", count=len(recent))
    opened = PairingOpened(context.index, context.boot, context.monotonic_ms, context.at_ms, by.person)
    if window is None:
        return (opened,)
    return (PairingEnded(window.window, Why.EXPIRED, context.at_ms, by.person), opened)


def _accept(
    command: AcceptPairing, pairing: Pairing, window: Window, context: Context, by: Signer
) -> tuple[PairingEvent, ...] | Refusal:
    if window.phase is not Phase.PROVED or not live(window, context):
        return refuse("pairing.no_window")
    if command.key != window.key or len(command.certificate) != _KEY_BYTES:
        return refuse("pairing.other_key")
    if not _NAME.fullmatch(command.name) or command.name in pairing.names:
        return refuse("pairing.name_taken")
    return (
        PairingAccepted(
            window.window,
            command.key,
            command.name,
            command.certificate,
            context.monotonic_ms,
            context.at_ms,
            by.person,
        ),
    )


def live(window: Window, context: Context) -> bool:
    """Whether a window still counts: never after a restart, which forgets the code, and never past its time."""
    if window.boot != context.boot:
        return False
    return context.monotonic_ms - window.since_ms < (WINDOW_MS if window.phase is Phase.OPEN else ACCEPT_MS)


def evolve(pairing: Pairing, event: PairingEvent) -> Pairing:
    """The pairing after an event; ValueError for one of another window, which only a hub that lies would show."""
    match event:
        case PairingOpened():
            return msgspec.structs.replace(pairing, window=Window(event.window, event.boot, event.monotonic_ms))
        case PairingFailed():
            return _with(pairing, event.window, tries=event.tries)
        case PairingBurnt():
            burnt = (*pairing.burnt, event.at_ms)[-MOST_BURNT:]
            return msgspec.structs.replace(pairing, window=None, burnt=burnt)
        case PairingProved():
            return _with(
                pairing,
                event.window,
                phase=Phase.PROVED,
                since_ms=event.monotonic_ms,
                key=event.key,
                box=event.box,
                nonce=event.nonce,
                hub_nonce=event.hub_nonce,
            )
        case PairingAccepted():
            accepted = _with(
                pairing,
                event.window,
                phase=Phase.ACCEPTED,
                since_ms=event.monotonic_ms,
                name=event.name,
                certificate=event.certificate,
            )
            return msgspec.structs.replace(accepted, names=(*pairing.names, event.name))
        case PairingEnded() | PairingFinished():
            return msgspec.structs.replace(pairing, window=None)


def _with(pairing: Pairing, index: int, **fields: object) -> Pairing:
    """The pairing with its window moved on."""
    if pairing.window is None or pairing.window.window != index:
        raise ValueError(f"no window {index}")
    return msgspec.structs.replace(pairing, window=msgspec.structs.replace(pairing.window, **fields))
