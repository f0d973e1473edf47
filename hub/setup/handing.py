"""Bringing a machine's home up to date from the registry: lists for every machine, people's keys where they belong."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hub.setup.agreement import Site
from hub.setup.homes import KEEPS_PEOPLE, PASSES_PEOPLE_ON, STANDBY, OtherDeployment
from hub.setup.registry import Registry
from sync.keys.certificate import Kind, parse
from sync.keys.introductions import withdrawn
from sync.keys.party import Party, load_people, people_of_site, write_list
from sync.keys.renewalkey import load_renewals, save_renewals
from sync.keys.trust import KeyRevoked


class Given(NamedTuple):
    """How many of each were new to the home."""

    lists: int
    people: int
    renewals: int


def bring_up_to_date(registry: Registry, home: Path) -> Given:
    """Put into a home what is new of the registry; OtherDeployment, HomeIncomplete. What the booth has made stays.

    A person's key that a manager made anew there, a certificate that was renewed there and a renewal key that was locked
    anew there are newer than the registry's; only a key that is revoked, or made in a revoked one's place, is replaced.
    """
    party = Party.load(home)
    own = parse(party.certificate)
    if party.deployment.id != registry.terms.deployment:
        raise OtherDeployment(home=party.name)
    fresh = [encoded for encoded in registry.lists() if party.trust.add_list(encoded)]
    for encoded in fresh:
        write_list(home, encoded)
    if own.party != registry.side:
        return Given(len(fresh), 0, 0)  # lists are for everybody, keys for one's own machines
    site = registry.terms.site(party.deployment.site)
    given = Given(len(fresh), _people(registry, home, own.kind, site), _renewals(registry, home, own.kind, site))
    if (home / STANDBY).is_dir():  # the hub that this terminal can become
        inside = bring_up_to_date(registry, home / STANDBY)
        return Given(given.lists, given.people + inside.people, given.renewals)
    return given


def _people(registry: Registry, home: Path, kind: Kind, site: Site) -> int:
    if kind == PASSES_PEOPLE_ON:
        return sum(_put(registry, one, people_of_site(home, one.name)) for one in registry.terms.sites)
    return _put(registry, None if kind == "desk" else site, home) if kind in KEEPS_PEOPLE else 0


def _put(registry: Registry, site: Site | None, home: Path) -> int:
    held, trust = {who.person: who for who in load_people(home)}, registry.trust()
    fresh = [
        who
        for who in registry.people(site)
        if who.person not in held or isinstance(withdrawn(held[who.person], trust), KeyRevoked)
    ]
    for who in fresh:
        who.save(home)
    return len(fresh)


def _renewals(registry: Registry, home: Path, kind: Kind, site: Site) -> int:
    if kind != "terminal":
        return 0
    held = load_renewals(home)
    fresh = [one for one in registry.renewals(site) if one.person not in held or held[one.person].chain != one.chain]
    save_renewals(home, fresh)
    return len(fresh)
