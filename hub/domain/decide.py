"""What a command does: which part decides it, and what holds for all of them before and after.

Who may sign it, with which key, in whose record, and no personal number in its texts: that is asked of every command.
The rest is its part's, by a table (decide_by_kind).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain import command_texts, permission
from hub.domain.continuity import continuity
from hub.domain.decide_by_kind import PARTS
from hub.domain.given import Given
from hub.domain.people import newkey, roster
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.commands import Command
    from hub.domain.contracts.contract import Profile
    from hub.domain.given import Decided
    from hub.domain.moment import Context, Signer
    from hub.domain.state import Booth


def decide(profile: Profile, booth: Booth, command: Command, context: Context, by: Signer, version: int = 0) -> Decided:
    """What a command does now: the events it makes, or the rule that refuses it.

    `version`: the version of the object that the signer saw (0: any). It is refused if another has changed it since.
    """
    if by.reset_by:
        by = newkey.standing(booth.successions, by)
    # At most booths no list has been taken over, no key replaced and no hub either: what is not there is not asked.
    refusal = permission.refusal(command, by)
    if refusal is None and booth.keys is not roster.START:
        refusal = roster.refusal(booth.keys, by, booth.successions)
    if refusal is None and booth.successions.old:
        refusal = newkey.refusal(booth.successions, by)
    if refusal is None and command_texts.has_number(command):
        refusal = refuse("guard.personal_number")
    if refusal is None and (by.kind in continuity.HUBS or booth.continuity.confirmed):
        refusal = _not_this_hubs(command, booth, by)
    if refusal is not None:
        return refusal
    decided = PARTS[type(command)](Given(profile, booth, context, by, version), command)  # type: ignore[arg-type]  # by its row
    if type(decided) is Refusal or not (by.reset_by or booth.keys.resets):
        return decided
    return (*decided, *roster.note_reset(booth.keys, context, by))


def _not_this_hubs(command: Command, booth: Booth, by: Signer) -> Refusal | None:
    """Only the hub that writes this record speaks for it; once it is being taken over, nothing else may stand."""
    if type(command) is continuity.TakeOver:  # that one is signed by the hub to be
        return None
    refusal = continuity.not_the_writer(booth.continuity, booth.hub, by)
    if refusal is None and booth.continuity.confirmed and type(command) is not continuity.ConfirmSwitchedOff:
        return refuse("continuity.taking_over")
    return refusal
