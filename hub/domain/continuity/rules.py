"""Rules of a record that goes on: who confirms that the old hub is off, who takes over, and from which numbers on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.continuity.continuity import (
    CONFIRMERS,
    ConfirmSwitchedOff,
    ContinuityCommand,
    ContinuityEvent,
    DiscrepancyKept,
    FirstNumber,
    KeepDiscrepancy,
    Recover,
    Recovered,
    SwitchedOffConfirmed,
    TakenOver,
    TakeOver,
    Trace,
    first_number,
)
from hub.domain.moment import iso_date
from hub.domain.people.roster import independent
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer
    from hub.domain.state import Booth


def decide(
    command: ContinuityCommand, booth: Booth, profile: Profile, context: Context, by: Signer
) -> tuple[ContinuityEvent, ...] | Refusal:
    """Decide what keeps the record going. That roots and kept entries are true, whoever replays checks beside this."""
    held = booth.continuity
    match command:
        case ConfirmSwitchedOff():
            if command.epoch != held.epoch + 1 or command.size != context.index - len(held.confirmed):
                return refuse("continuity.wrong_place", size=command.size)
            if len(held.confirmed) == CONFIRMERS or len(command.hub_key) != 32 or len(command.root) != 32:
                return refuse("continuity.wrong_place", size=command.size)
            for other in held.confirmed:
                if not independent(booth.keys, by, other.by):
                    return refuse("continuity.same_person", person=by.person)
                if (other.hub_key, other.root) != (command.hub_key, command.root):
                    return refuse("continuity.wrong_place", size=command.size)
            return (
                SwitchedOffConfirmed(
                    command.hub_key,
                    command.epoch,
                    command.size,
                    command.root,
                    by.manages,
                    context.at_ms,
                    by.person,
                ),
            )
        case TakeOver():
            confirmed = held.confirmed
            if len(confirmed) < CONFIRMERS or not any(one.manager for one in confirmed):
                return refuse("continuity.need_two")
            if command.epoch != held.epoch + 1:
                return refuse("continuity.wrong_place", size=context.index)
            if by.key != confirmed[0].hub_key:
                return refuse("continuity.not_the_hub", person=by.person)
            names = tuple(one.by for one in confirmed)
            numbers = _numbers(booth, profile, context)
            size = confirmed[0].size
            return (TakenOver(command.epoch, by.person, by.key, size, names, numbers, context.at_ms, by.person),)
        case Recover():
            if not 0 <= command.from_size <= command.to_size == context.index or command.covered > command.to_size:
                return refuse("continuity.wrong_place", size=command.to_size)
            covered = (command.from_size, command.to_size, command.covered)
            return (Recovered(*covered, command.sources, context.at_ms, by.person),)
        case KeepDiscrepancy():
            if not command.extras:
                return refuse("continuity.wrong_place", size=context.index)
            traces = tuple(
                Trace(one.index, one.at_ms, one.made_ms, one.kind, one.certificate) for one in command.extras
            )
            return (DiscrepancyKept(command.epoch, command.source, traces, context.at_ms, by.person),)


def _numbers(booth: Booth, profile: Profile, context: Context) -> tuple[FirstNumber, ...]:
    """Where every prefix goes on, on the day that is open and on the date of the take-over itself."""
    dates = sorted({booth.day.date, iso_date(context.at_ms)} - {""})
    prefixes = sorted({lane.prefix for lane in profile.lanes})
    numbers: list[FirstNumber] = []
    for date in dates:
        for prefix in prefixes:
            known = booth.numbers.get(f"{date}/{prefix}", 0)
            if date == booth.day.date:
                known = max(known, booth.queue.last_number.get(prefix, 0))
            numbers.append(FirstNumber(date, prefix, known, first_number(known)))
    return tuple(numbers)
