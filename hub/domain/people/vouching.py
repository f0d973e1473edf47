"""A manager's word that digits which the guard refused are no My Number.

The digits are not kept, nor anything made of them: twelve digits can be guessed from any hash whose key is known. The
text is then accepted with a mark in their place, and this entry says who looked and why it was nothing to report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Context, Signer

LONGEST_REASON = 100
"""Characters: a sentence."""

LONGEST_FIELD = 40
"""Characters of the question that was being answered, as the screen shows it."""


class NotMyNumber(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="guard.vouch"):
    """What was refused in this field is not a My Number, because ..."""

    field: str
    reason: str


class NumberVouched(msgspec.Struct, frozen=True, tag_field="kind", tag="guard.vouched/1"):
    field: str
    reason: str
    at_ms: int
    by: str


def decide(command: NotMyNumber, context: Context, by: Signer) -> tuple[NumberVouched, ...] | Refusal:
    """The reason is what the entry is for; it has passed the guard itself, like every text of a command."""
    reason = command.reason.strip()
    if not reason or len(reason) > LONGEST_REASON or len(command.field) > LONGEST_FIELD:
        return refuse("guard.reason", longest=LONGEST_REASON)
    return (NumberVouched(command.field, reason, context.at_ms, by.person),)
