"""What may be signed at a desk: looked at here, before anything is signed, kept or sent."""

from __future__ import annotations

from hub.domain import permission
from hub.domain.booth import Command
from hub.domain.guard import check_text
from hub.domain.identity.identity import RequestState
from hub.domain.refusal import Refusal, refuse
from hub.signer import signer_of
from sync.errors import SyncError
from sync.keys.party import Person
from sync.keys.trust import CityOnly, TrustStore

ENDED = {
    "identity.decided": RequestState.DECIDED,
    "identity.expired": RequestState.EXPIRED,
    "identity.withdrawn": RequestState.WITHDRAWN,
    "identity.unknown": RequestState.EXPIRED,  # the hub has opened another day since
    "custody.transfer_done": RequestState.DECIDED,
    "custody.unknown_transfer": RequestState.WITHDRAWN,
}
"""Refusals that say that a case is over."""


def may_sign(
    command: Command, officer: Person, trust: TrustStore, now_ms: int, managing: frozenset[str]
) -> Refusal | None:
    """Why nothing is signed here by this person, now; None if it may be."""
    for encoded in officer.chain:
        trust.add(encoded)
    try:
        by = trust.authority(officer.certificate_id, now_ms)
    except CityOnly:
        return refuse("role.city_only")
    except SyncError as error:
        return as_refusal(error)
    reason = getattr(command, "reason", "") or getattr(command, "difference_reason", "")
    if reason and check_text(reason) is not None:
        return refuse("guard.personal_number")
    return permission.refusal(command, signer_of(by, managing))


def over(state: RequestState | None, minutes: int | None) -> Refusal:
    """Why a request that is not in the list cannot be decided; `minutes`: how long one holds, if the profile is here."""
    match state:
        case RequestState.DECIDED:
            return refuse("identity.decided")
        case RequestState.WITHDRAWN:
            return refuse("identity.withdrawn")
        case RequestState.EXPIRED:
            return refuse("identity.expired", minutes="?" if minutes is None else minutes)
    return refuse("identity.unknown")


def as_refusal(error: SyncError) -> Refusal:
    """A fault of trust or of the record, as the answer to somebody who wanted to sign."""
    return refuse(
        "command.rejected",
        fault=error.code,
        ja=error.ja,
        en=error.en,
        todo_ja=error.todo_ja,
        todo_en=error.todo_en,
    )
