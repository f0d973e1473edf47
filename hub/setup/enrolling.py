"""Enrolling machines and people against a registry: each is there as a whole and written down, or not at all."""

from __future__ import annotations

from pathlib import Path

from hub.domain.moment import DAY_MS
from hub.setup.agreement import Site
from hub.setup.homes import KEEPS_PEOPLE, STANDBY, OtherDeployment, freshen, left_whole, make_home
from hub.setup.issuing import MANAGER, Issuing, grantable
from hub.setup.names import need_id, need_person_id, next_id
from hub.setup.people import Enrolled, enrol
from hub.setup.registry import Registry
from hub.setup.rostering import draft, set_draft
from sync.keys.certificate import Kind, parse
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost
from sync.keys.party import Party
from sync.keys.renewalkey import LockedRenewal, RenewalKey, save_renewals
from sync.keys.roster import Member
from sync.wholefile import finish_folder

FIRST_DAYS = 14
"""A clerk's first certificate holds this long, the time a site may go without a manager's renewal; then day by day."""

STEMS: dict[Kind, str] = {"terminal": "terminal", "office": "office", "desk": "desk"}
"""Machines that are numbered; a hub has the name that the agreement gives its site."""


def enrol_machine(
    registry: Registry, issuing: Issuing, kind: Kind, home: Path, site: Site, *, name: str = "", now_ms: int
) -> str:
    """Write a machine's home and write it down; its name. NameTaken, WouldOverwrite, IdUnusable, WrongSide, ..."""
    registry.need_side("city" if kind == "desk" else "contractor", now_ms)
    with registry.alone():
        registry.catch_up(issuing)
        if finished := _finish(registry, home, kind, site, name):
            return finished
        called = site.hub if kind == "hub" else need_id(name) if name else next_id(STEMS[kind], registry.names())
        registry.need_free(called)
        place = None if kind == "desk" else site
        make_home(
            home,
            issuing,
            registry.agreement,
            kind,
            called,
            site,
            people=registry.people(place) if kind in KEEPS_PEOPLE else (),
            renewals=registry.renewals(site) if kind == "terminal" else (),
            lists=registry.lists(),
            made=registry.keep,
            unmade=registry.forget,
        )
        return called


def _finish(registry: Registry, home: Path, kind: Kind, site: Site, name: str) -> str:
    """Give the home its name that an earlier run wrote and wrote down before it was cut off; the machine's name, or none."""
    found = left_whole(home, registry.in_force)
    if found is None:
        return ""
    left, party = found
    held = parse(party.certificate)
    if held.kind != kind or party.deployment.site != site.name or name not in ("", held.person):
        return ""
    place = None if kind == "desk" else site
    freshen(  # who was enrolled or revoked since is not known in it
        left,
        people=registry.people(place) if kind in KEEPS_PEOPLE else (),
        renewals=registry.renewals(site) if kind == "terminal" else (),
        lists=registry.lists(),
    )
    finish_folder(left, home)
    return held.person


def enrol_standby(registry: Registry, issuing: Issuing, terminal: Path, *, now_ms: int) -> str:
    """Give a terminal the means to take its site's hub over: terminal/standby, a hub's home in waiting; its name.

    OtherDeployment, WouldOverwrite, HomeIncomplete. It holds the people's locked keys, as a hub does, beside the secret of
    the terminal: such a terminal is locked away like the seal of the site.
    """
    registry.need_side("contractor", now_ms)
    party = Party.load(terminal)
    if party.deployment.id != registry.terms.deployment or parse(party.certificate).kind != "terminal":
        raise OtherDeployment(home=party.name)
    site = registry.terms.site(party.deployment.site)
    home = terminal / STANDBY
    with registry.alone():
        registry.catch_up(issuing)
        if finished := _finish(registry, home, "standby_hub", site, ""):
            return finished
        called = next_id("standby", registry.names())
        make_home(
            home,
            issuing,
            registry.agreement,
            "standby_hub",
            called,
            site,
            people=registry.people(site),
            lists=registry.lists(),
            made=registry.keep,
            unmade=registry.forget,
        )
        return called


def enrol_person(
    registry: Registry,
    issuing: Issuing,
    person: str,
    name: str,
    roles: tuple[str, ...],
    passphrase: str,
    *,
    sites: tuple[Site, ...] = (),
    days: int | None = None,
    now_ms: int,
    cost: Cost = Cost.MODERATE,
) -> Enrolled:
    """Make a person's key, lock it for each of their places, and put them on the next roster.

    `days`: how long the first certificate holds (default: FIRST_DAYS for a clerk, to the contract's end for managers
    and for the city's people, whom nobody renews at the booth). A manager gets a renewal key too.
    """
    registry.need_side(issuing.side, now_ms)
    registry.need_free(need_person_id(person, registry.side, registry.hubs()))
    registry.catch_up(issuing)
    terms, renewed = registry.terms, issuing.side == "contractor" and MANAGER not in roles
    lasting = days if days is not None else FIRST_DAYS if renewed else None
    until_ms = terms.ends_ms if lasting is None else min(terms.ends_ms, now_ms + lasting * DAY_MS)
    names = tuple(site.name for site in sites)
    made = enrol(issuing, person, name, roles, passphrase, sites=names, until_ms=until_ms, cost=cost)
    key = renewal_key(issuing, person, names) if issuing.side == "contractor" and MANAGER in roles else None
    renewals: dict[str, LockedRenewal] = {}
    if key is not None:
        renewals = {place: key.lock(passphrase, issuing.secret(place), cost=cost) for place in made.locked}
    member = Member(person, made.person.name, roles, made.person.signer.public, terms.ends_ms)
    with registry.alone():  # the keys are locked before: that takes its time, and nobody waits for it
        registry.need_free(person)
        orphans = registry.orphans(person)
        for place, locked in made.locked.items():
            folder = registry.place(terms.site(place) if place else None)
            locked.save(folder)
            if place in renewals:
                save_renewals(folder, [renewals[place]])
        set_draft(registry, [*(one for one in draft(registry) if one.person != person), member])
        for encoded in orphans:
            registry.forget(encoded)
        if key is not None:
            registry.keep(key.certificate)
        # From here on the person counts; before, the same command makes them anew.
        registry.keep(made.person.certificate)
    return made


def renewal_key(issuing: Issuing, person: str, sites: tuple[str, ...]) -> RenewalKey:
    """A key that can certify, again and for a day at a time, whom the roster lists; and new terminals."""
    signer = Signer.generate()
    certificate = issuing.certify(
        person,
        "issuer",
        signer.public,
        sites=sites,
        may_issue_kinds=("staff", "terminal"),
        may_issue_roles=grantable(issuing.side, issuing.profile),
        renews=True,
    )
    return RenewalKey(person, signer, (certificate, issuing.certificate))
