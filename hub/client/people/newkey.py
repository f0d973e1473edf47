"""A person's new key, from making it to the hub's entry: a passphrase changed by its owner, or reset by a manager.

The key is made and locked on this terminal, certified with a manager's renewal key, and handed to the hub with the command
that names it. Until the hub has its entry, the old passphrase is the one that counts.
"""

from __future__ import annotations

from hashlib import sha256

from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.client.people.renewal import reset
from hub.domain.people.newkey import ChangeKey, ResetKey
from hub.domain.refusal import Refusal
from sync.keys.certificate import certificate_id, parse
from sync.keys.lockbox import Cost
from sync.keys.party import LockedPerson, Party, Person
from sync.keys.renewalkey import RenewalKey


def make(party: Party, key: RenewalKey, person: str, passphrase: str, secret: bytes, now_ms: int) -> LockedPerson:
    """The person with a new key under a new passphrase, as renewal.reset; takes most of a second: call it in a thread."""
    return reset(key, party.trust, person, passphrase, secret, now_ms, cost=cost_for(party))


def cost_for(party: Party) -> Cost:
    """What a key of this deployment costs to open."""
    return Cost.TRAINING if party.deployment.training else Cost.MODERATE


async def hand_in_change(client: HubClient, by: Person, made: LockedPerson) -> Done | Refusal:
    """The person's own change, signed with the key that it replaces: what distinguishes it from a reset for ever."""
    command = ChangeKey(parse(made.certificate).subject, certificate_id(made.certificate), _hash(made))
    return await client.submit(command, by, who=made)


async def hand_in_reset(client: HubClient, by: Person, old: LockedPerson, made: LockedPerson) -> Done | Refusal:
    """A manager's reset of somebody else's forgotten passphrase."""
    command = ResetKey(
        made.person,
        parse(old.certificate).subject,
        parse(made.certificate).subject,
        certificate_id(made.certificate),
        _hash(made),
    )
    return await client.submit(command, by, who=made)


def _hash(made: LockedPerson) -> bytes:
    return sha256(made.encode()).digest()
