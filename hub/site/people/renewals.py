"""Taking in certificates that a manager has renewed at a terminal: each looked at, on the disk, then told to everybody.

Only the certificate is new: the locked key stays the one that the hub keeps, whatever came along with the message. A new
key for a person is an entry of the record (hub.domain.people.newkey), and does not come this way.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import msgspec

from sync.errors import SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.introductions import on_trial, withdrawn
from sync.keys.party import LockedPerson, Party
from sync.keys.trust import KeyRevoked
from sync.messages import Renewed

log = logging.getLogger(__name__)

MOST = 1_000
"""People in one message: a site has a few dozen."""


class RenewalUnfit(SyncError):
    """The certificate is not for the key that the hub keeps for this person, or begins before the one it has."""

    code = "renewal.unfit"
    ja = "更新された証明書が、この人の鍵のものではないか、前のものより古いです。"
    en = "The renewed certificate is not for this person's key, or is older than the one that is kept."
    todo_ja = "もう一度更新してください。続くときは事務所に知らせてください。"
    todo_en = "Renew again; if it persists, tell the office."


async def adopt(
    renewed: list[LockedPerson], people: list[LockedPerson], party: Party, home: Path, now_ms: int
) -> Renewed:
    """Replace certificates in `people` (in place) and in the home, one by one; who was taken, and who not and why."""
    taken: list[str] = []
    refused: dict[str, str] = {}
    for one in renewed[:MOST]:
        try:
            place, after = _fitting(one, people, party, now_ms)
            await asyncio.to_thread(after.save, home)
        except (SyncError, OSError) as error:
            code = error.code if isinstance(error, SyncError) else "renewal.disk"
            log.warning("the certificate of %s was not taken: %s", one.person, error)
            refused[one.person] = code
            continue
        people[place] = after
        for above in after.chain:
            party.trust.add(above)
        taken.append(one.person)
    return Renewed(taken, refused)


def _fitting(one: LockedPerson, people: list[LockedPerson], party: Party, now_ms: int) -> tuple[int, LockedPerson]:
    """Where in `people`, and what the hub keeps of it; RenewalUnfit, a TrustError or Malformed."""
    place = next((at for at, who in enumerate(people) if who.person == one.person), None)
    if place is None:
        raise RenewalUnfit(why="nobody here", person=one.person)
    held, new = parse(people[place].certificate), parse(one.certificate)
    gone = withdrawn(people[place], party.trust)
    if isinstance(gone, KeyRevoked):  # a certificate under a newer roster would hide in whose place the key was made
        raise gone
    same = (new.subject, new.person, new.kind) == (held.subject, held.person, held.kind)
    # A certificate from yesterday, sent again, must not take today's away, if that one holds.
    older = (new.not_before_ms, new.not_after_ms) < (held.not_before_ms, held.not_after_ms)
    if not same or (older and gone is None):
        raise RenewalUnfit(why="another key" if not same else "older", person=one.person)
    trial = on_trial(party.trust, (one.certificate, *one.chain))
    authority = trial.authority(certificate_id(one.certificate), now_ms)
    trial.need_unrevoked(authority)
    authority.need_site(party.deployment.site)
    # Only what it rests on: this is kept, believed, and served to every terminal, whatever else came along.
    chain = trial.chain(certificate_id(one.certificate))
    return place, msgspec.structs.replace(people[place], roles=new.roles, certificate=one.certificate, chain=chain)
