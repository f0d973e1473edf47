"""What a manager certifies at the booth: the people of the roster for the day, and a new key for a forgotten passphrase.

Certificates hold for the Japanese day in which they are made, never longer than the roster, the renewal key or the
contract allows. The hub keeps what comes of it and tells every terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from hub.domain.moment import DAY_MS, JAPAN_MS
from sync.keys.certificate import issue, parse
from sync.keys.introductions import withdrawn
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost, lock
from sync.keys.party import LockedPerson
from sync.keys.passphrase import check_passphrase
from sync.keys.renewalkey import RenewalKey
from sync.keys.roster import Roster, renewal
from sync.keys.trust import KeyRevoked, ListMissing, NotOnRoster, OutsideValidity, TrustError, TrustStore


class Due(NamedTuple):
    """Somebody whose certificate does not hold to the end of the day; `error` says why the manager cannot renew it."""

    who: LockedPerson
    error: TrustError | None
    withdrawn: bool = False
    """It holds no more already, because a list withdrew it: by whoever certified it."""


def day_of(at_ms: int) -> tuple[int, int]:
    """The first and the last millisecond of the Japanese day of this moment."""
    first = (at_ms + JAPAN_MS) // DAY_MS * DAY_MS - JAPAN_MS
    return first, first + DAY_MS - 1


def roster_of(trust: TrustStore) -> Roster:
    """The contractor's newest roster that is held here; ListMissing."""
    roster = trust.roster("contractor")
    if roster is None:
        raise ListMissing(list="roster", party="contractor", number=1)
    return roster


def due(people: Iterable[LockedPerson], trust: TrustStore, now_ms: int) -> list[Due]:
    """Who cannot sign to the end of this day, by person id; those that only the office can help have an error.

    Because the certificate ends before, or because the newest lists withdrew it though not the key itself.
    """
    _, last_ms = day_of(now_ms)
    found: list[Due] = []
    for who in people:
        held = parse(who.certificate)
        if held.party != "contractor":
            continue
        roster = trust.roster("contractor")
        member = None if roster is None else roster.member(who.person)
        gone = withdrawn(who, trust)
        if isinstance(gone, KeyRevoked):
            if member is not None:  # enrolled anew, and the new key has not come here yet; the others have left
                found.append(Due(who, gone))
            continue
        if held.not_after_ms >= last_ms and gone is None:
            continue
        if roster is None:
            found.append(Due(who, ListMissing(list="roster", party="contractor", number=1)))
        elif member is None:
            found.append(Due(who, NotOnRoster(person=who.person, number=roster.number)))
        elif member.not_after_ms < now_ms:
            found.append(Due(who, OutsideValidity(person=who.person, at_ms=now_ms)))
        elif gone is not None or held.not_after_ms < min(last_ms, member.not_after_ms):
            found.append(Due(who, None, gone is not None))
    return sorted(found, key=lambda one: one.who.person)


def renewed(key: RenewalKey, trust: TrustStore, who: LockedPerson, now_ms: int) -> LockedPerson:
    """The person with a certificate for this day, under the key they have; ListRefused, or why nobody would believe it.

    KeyRevoked: the key goes, whatever the newest roster says of the person. It lists another one by now.
    """
    gone = withdrawn(who, trust)
    if isinstance(gone, KeyRevoked):
        raise gone
    first_ms, last_ms = day_of(now_ms)
    return _certified(key, trust, who, parse(who.certificate).subject, who.locked, first_ms, last_ms, now_ms)


def reset(
    key: RenewalKey,
    trust: TrustStore,
    person: str,
    passphrase: str,
    secret: bytes,
    now_ms: int,
    *,
    cost: Cost = Cost.MODERATE,
) -> LockedPerson:
    """A new key, for this day, for a person of the roster who has forgotten the passphrase.

    BadPassphrase, NotOnRoster, and as renewed(). Until a roster lists the new key, no two-person rule counts this person
    beside the manager who made it. Takes most of a second: call it in a thread.
    """
    roster = roster_of(trust)
    member = roster.member(person)
    if member is None:
        raise NotOnRoster(person=person, number=roster.number)
    check_passphrase(passphrase, (person, member.name))
    made = Signer.generate()
    _, last_ms = day_of(now_ms)
    who = LockedPerson(person, member.name, member.roles, b"", [], b"")
    # From this moment on, not from midnight: the hub takes no certificate that begins before the one it replaces.
    locked = lock(made.seed, passphrase, secret, cost=cost)
    return _certified(key, trust, who, made.public, locked, now_ms, last_ms, now_ms)


def _certified(
    key: RenewalKey,
    trust: TrustStore,
    who: LockedPerson,
    subject: bytes,
    locked: bytes,
    not_before_ms: int,
    not_after_ms: int,
    now_ms: int,
) -> LockedPerson:
    roster = roster_of(trust)
    made = renewal(
        roster, who.person, subject, parse(key.certificate), not_before_ms=not_before_ms, not_after_ms=not_after_ms
    )
    revocations = trust.revocations(made.party)
    if revocations is not None:
        made = msgspec.structs.replace(made, revocation=revocations.number)
    encoded = issue(made, key.signer)
    trial = trust.copy()  # what does not hold leaves nothing behind
    for above in key.chain:
        trial.add(above)
    trial.need_unrevoked(trial.authority(trial.add(encoded), now_ms))
    return LockedPerson(who.person, who.name, made.roles, encoded, [encoded, *key.chain], locked)
