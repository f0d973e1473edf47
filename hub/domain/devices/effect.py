"""Effects: what the hub is to do once an entry is durable (print, show, announce), and what became of it.

An event names its effects, so "to be attempted" is durable before anything moves. The outcome is an entry of its own.
After a crash an effect without an outcome is unsure: staff are asked, it is neither repeated nor forgotten silently.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.queue.queue import STATE_JA, TicketState
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer
    from hub.domain.queue.queue import Queue


TRIES = frozenset({"try-camera", "try-documents", "try-photo", "try-ticket", "try-display", "try-voice"})
"""A device tried out by staff: a failure is the answer that they wanted, and waits for nobody."""

LOOKED_AT = frozenset({"try-photo"})
"""Effects whose success no device can tell: the sheet is out, and a person measures whether it came out right."""

DEVICE_KINDS = frozenset({"ticket", "display", "voice", "reprint"}) | TRIES
"""Effects that move something in the room and can therefore fail or be unsure."""


class EffectState(enum.StrEnum):
    DUE = "due"  # the entry that wants it is durable; no outcome is known
    DONE = "done"
    FAILED = "failed"  # the device said no; the code says why
    UNSURE = "unsure"  # the hub stopped in between, or the device did not answer: staff are asked
    OFF = "off"  # this booth has no such device: nothing was owed


class Effect(msgspec.Struct, frozen=True, array_like=True):
    entry: int
    kind: str
    """ticket, display, voice, reprint, or one of TRIES."""
    number: str
    state: EffectState = EffectState.DUE
    code: str = ""


class Effects(msgspec.Struct, frozen=True):
    open: Map[tuple[int, str], Effect] = Map()
    """Effects that are due, failed or unsure; a done one is forgotten."""


class EffectOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entry: int
    kind: str
    state: EffectState
    code: str = ""


class ReportEffects(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="effect.report"):
    """The hub's report of what became of its effects."""

    outcomes: tuple[EffectOutcome, ...]


class SettleEffect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="effect.settle"):
    """Staff looked: the paper came out (done), or it did not and was dealt with by hand (failed)."""

    entry: int
    effect: str
    came_out: bool


class RepeatEffect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="effect.repeat"):
    """Print a ticket again, marked 再, because a person asked for it. `entry` issued it; the only effect is "ticket"."""

    entry: int
    effect: str
    number: str
    large: bool = False
    """In large print, for people who see little."""


EffectCommand = ReportEffects | SettleEffect | RepeatEffect


class EffectsReported(msgspec.Struct, frozen=True, tag_field="kind", tag="effects.reported/1"):
    outcomes: tuple[EffectOutcome, ...]
    at_ms: int


class EffectSettled(msgspec.Struct, frozen=True, tag_field="kind", tag="effect.settled/1"):
    entry: int
    effect: str
    came_out: bool
    at_ms: int
    by: str


class EffectRepeated(msgspec.Struct, frozen=True, tag_field="kind", tag="effect.repeated/1"):
    entry: int
    effect: str
    number: str
    at_ms: int
    by: str
    effects: tuple[str, ...] = ("reprint",)
    large: bool = False


EffectEvent = EffectsReported | EffectSettled | EffectRepeated


def decide(
    command: EffectCommand, effects: Effects, queue: Queue, context: Context, by: Signer
) -> tuple[EffectEvent, ...] | Refusal:
    match command:
        case ReportEffects():
            # One outcome for each effect that is open: a report said twice, or too late, changes nothing.
            known = {(o.entry, o.kind): o for o in command.outcomes if o.state is not EffectState.DUE}
            outcomes = tuple(outcome for key, outcome in known.items() if key in effects.open)
            if not outcomes:
                return refuse("effect.unknown")
            return (EffectsReported(outcomes, context.at_ms),)
        case SettleEffect():
            if (command.entry, command.effect) not in effects.open:
                return refuse("effect.unknown")
            return (EffectSettled(command.entry, command.effect, command.came_out, context.at_ms, by.person),)
        case RepeatEffect():
            ticket = queue.tickets.get(command.entry)
            if command.effect != "ticket" or ticket is None or ticket.number != command.number:
                return refuse("effect.unknown")
            if ticket.state is TicketState.VOID:
                return refuse("queue.wrong_state", number=ticket.number, state=STATE_JA[ticket.state])
            return (
                EffectRepeated(
                    command.entry, command.effect, command.number, context.at_ms, by.person, large=command.large
                ),
            )


def evolve(effects: Effects, event: EffectEvent) -> Effects:
    match event:
        case EffectsReported():
            open_ = effects.open
            for outcome in event.outcomes:
                key = (outcome.entry, outcome.kind)
                answer = outcome.kind in TRIES and outcome.state is EffectState.FAILED
                if answer or outcome.state in (EffectState.DONE, EffectState.OFF):
                    open_ = open_.delete(key)
                else:
                    open_ = open_.set(key, msgspec.structs.replace(open_[key], state=outcome.state, code=outcome.code))
            return Effects(open_)
        case EffectSettled():
            key = (event.entry, event.effect)
            return Effects(effects.open.delete(key)) if key in effects.open else effects
        case EffectRepeated():
            return effects


def due(effects: Effects, entry: int, kinds: tuple[str, ...], number: str) -> Effects:
    """The effects that an entry asks for become due."""
    open_ = effects.open
    for kind in kinds:
        open_ = open_.set((entry, kind), Effect(entry, kind, number))
    return Effects(open_)


def unfinished(effects: Effects) -> list[Effect]:
    """What a hub that has just started must call unsure: due effects of an earlier life, oldest first."""
    return sorted(
        (effect for effect in effects.open.values() if effect.state is EffectState.DUE),
        key=lambda effect: (effect.entry, effect.kind),
    )
