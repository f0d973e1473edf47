"""A person's key: made, certified and locked in one step; nobody but the person ever opens it again."""

from __future__ import annotations

import msgspec

from hub.setup.issuing import Issuing
from hub.setup.names import need_id, need_name
from sync.keys.certificate import Kind
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost, lock
from sync.keys.party import LockedPerson, Person
from sync.keys.passphrase import check_passphrase


class Enrolled(msgspec.Struct, frozen=True):
    """A person as they leave enrolment: unlocked for whoever plays them in a rehearsal, and locked for each place."""

    person: Person
    locked: dict[str, LockedPerson]
    """Site's name to the person's key under that site's secret; the city's people have one, under ""."""


def enrol(
    issuing: Issuing,
    person: str,
    name: str,
    roles: tuple[str, ...],
    passphrase: str,
    *,
    sites: tuple[str, ...] = (),
    until_ms: int | None = None,
    cost: Cost = Cost.MODERATE,
) -> Enrolled:
    """Make a person's key and certificate; IdUnusable, NameUnusable, BadPassphrase, and certify's refusals."""
    need_id(person)
    name = need_name(name)
    if cost is not Cost.TRAINING:  # practice words are printed for everybody to read
        check_passphrase(passphrase, (person, name))
    kind: Kind = "staff" if issuing.side == "contractor" else "officer"
    key = Signer.generate()
    certificate = issuing.certify(person, kind, key.public, roles=roles, sites=sites, until_ms=until_ms)
    chain = [certificate, issuing.certificate]
    places = (sites or tuple(site.name for site in issuing.terms.sites)) if issuing.side == "contractor" else ("",)
    return Enrolled(
        Person(key, certificate, name, chain),
        {
            place: LockedPerson(
                person, name, roles, certificate, chain, lock(key.seed, passphrase, issuing.secret(place), cost=cost)
            )
            for place in places
        },
    )
