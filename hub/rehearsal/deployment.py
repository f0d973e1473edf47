"""A throwaway training deployment: both roots, every machine's home folder, and people with passphrases.

DIR/{office,hub,terminal-1,terminal-2,desk,director}/ are homes as set-up makes them; DIR/passphrases.txt and
DIR/roots.txt are for the person who practises. It is made by the functions of set-up, with roots and issuing keys that
are thrown away when this returns.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import decode_profile, profile_bytes, profile_hash
from hub.domain.moment import DAY_MS
from hub.setup.agreement import Site, Terms, agree, encode, propose
from hub.setup.enrolling import renewal_key
from hub.setup.homes import STANDBY, make_home
from hub.setup.issuing import WORKER, Issuing, manager_roles
from hub.setup.people import Enrolled, enrol
from sync.keys.certificate import Kind
from sync.keys.certificate import Party as Side
from sync.keys.keys import Signer
from sync.keys.lockbox import Cost
from sync.keys.party import Deployment, Party, Person
from sync.keys.roster import Member, Roster, sign_roster

YEAR_MS = 366 * DAY_MS

MACHINES: dict[str, tuple[str, Kind, Side]] = {
    "office": ("office-1", "office", "contractor"),
    "hub": ("hub-1", "hub", "contractor"),
    "terminal-1": ("terminal-1", "terminal", "contractor"),
    "terminal-2": ("terminal-2", "terminal", "contractor"),
    "desk": ("desk-1", "desk", "city"),
    "director": ("director-1", "director", "contractor"),
}
"""Home folder to the machine's name, kind and side. The desk is the city's: nothing of the contractor's signs for it."""

STAFF = {"staff-1": "管理 花子", "staff-2": "受付 一郎", "staff-3": "受付 二葉", "staff-4": "受付 三樹"}
"""The booth's people, the manager first. The names say what they are for, so that nobody takes them for real ones."""

OFFICERS = {"officer-1": "市職員 一穂", "officer-2": "市職員 二郎"}


class Plan(msgspec.Struct, frozen=True):
    """What was built: where each home is, and the people, their keys unlocked for the actors."""

    folder: Path
    deployment: Deployment
    profile: Profile
    staff: dict[str, Person]
    officers: dict[str, Person]
    passphrases: dict[str, str]
    """Person's id to passphrase: practice words, which passphrases.txt shows to everybody."""

    def home(self, machine: str) -> Path:
        """The home folder of a machine (a key of MACHINES)."""
        return self.folder / machine

    def party(self, machine: str) -> Party:
        """A machine as its own process would load it."""
        return Party.load(self.home(machine))

    @property
    def manager(self) -> Person:
        return self.staff["staff-1"]

    @property
    def clerks(self) -> list[Person]:
        return [person for name, person in self.staff.items() if name != "staff-1"]


AGREEMENT = "deployment.agreement"
"""What both organisations have signed, in the rehearsal's folder: whoever verifies needs nothing else."""

WITH_STANDBY = "terminal-2"
"""The terminal that could take the hub over."""


def build(folder: Path, contract: str, *, site: str, date_ms: int, now_ms: int) -> Plan:
    """Write every home under `folder` for a shipped profile (id) or a profile file, and return the plan.

    Links live in real time and the record in simulated time, so certificates hold from a day before the earlier of
    `date_ms` (a moment of the rehearsal's date) and `now_ms` until a year after the later. ProfileError as
    load_profile's. Keys are random each time; only what the actors do follows the rehearsal's seed.
    """
    raw = profile_bytes(contract)
    profile = decode_profile(raw, contract)
    roots: dict[Side, Signer] = {"contractor": Signer.generate(), "city": Signer.generate()}
    terms = Terms(
        deployment=os.urandom(16),
        contract=profile.id,
        profile=profile_hash(raw),
        contractor="訓練の受託者",
        city="訓練の市",
        contractor_root=roots["contractor"].public,
        city_root=roots["city"].public,
        sites=(Site(site, "hub-1"),),
        starts_ms=min(date_ms, now_ms) - DAY_MS,
        ends_ms=max(date_ms, now_ms) + YEAR_MS,
        training=True,
        made_ms=now_ms,
    )
    sides = {side: Issuing(side, terms, profile, os.urandom(32)) for side in roots}
    for side, issuing in sides.items():
        issuing.certify_by(roots[side])
    proposal = propose(terms, raw, roots["contractor"], sides["contractor"].certificate)
    agreement = agree(proposal, roots["city"], sides["city"].certificate)
    staff, officers = _people(sides, profile)
    passphrases = {person: _word(person) for person in (*STAFF, *OFFICERS)}
    kept = {"hub": [one.locked[site] for one in staff.values()], "desk": [one.locked[""] for one in officers.values()]}
    contractor = sides["contractor"]
    renewing = renewal_key(contractor, "staff-1", (site,)).lock(
        passphrases["staff-1"], contractor.secret(site), cost=Cost.TRAINING
    )
    listed: dict[Side, dict[str, Enrolled]] = {"contractor": staff, "city": officers}
    lists = [_roster(terms, side, people, roots[side]) for side, people in listed.items()]
    for machine, (name, kind, side) in MACHINES.items():
        people = kept.get(machine, ())
        home, place = folder / machine, terms.sites[0]
        make_home(home, sides[side], agreement, kind, name, place, people=people, renewals=[renewing], lists=lists)
    standby = folder / WITH_STANDBY / STANDBY
    make_home(
        standby, contractor, agreement, "standby_hub", "standby-1", terms.sites[0], people=kept["hub"], lists=lists
    )
    (folder / AGREEMENT).write_bytes(encode(agreement))
    deployment = terms.of(terms.sites[0])
    _write_sheets(folder, deployment, passphrases)
    return Plan(
        folder,
        deployment,
        profile,
        {person: one.person for person, one in staff.items()},
        {person: one.person for person, one in officers.items()},
        passphrases,
    )


def _people(sides: dict[Side, Issuing], profile: Profile) -> tuple[dict[str, Enrolled], dict[str, Enrolled]]:
    ranks = {person: manager_roles(profile) if person == "staff-1" else (WORKER,) for person in STAFF}
    staff = {
        person: enrol(sides["contractor"], person, name, ranks[person], _word(person), cost=Cost.TRAINING)
        for person, name in STAFF.items()
    }
    officers = {
        person: enrol(sides["city"], person, name, ("city_staff",), _word(person), cost=Cost.TRAINING)
        for person, name in OFFICERS.items()
    }
    return staff, officers


def _roster(terms: Terms, side: Side, people: dict[str, Enrolled], root: Signer) -> bytes:
    """Everybody of one side, as its root would list them."""
    members = tuple(
        Member(one.person.person, one.person.name, one.person.roles, one.person.signer.public, terms.ends_ms)
        for one in people.values()
    )
    return sign_roster(Roster(terms.deployment, side, 1, terms.starts_ms, members), root)


def _word(person: str) -> str:
    """A practice passphrase: kunren-2 for staff-2, shi-1 for officer-1."""
    side, _, number = person.partition("-")
    return f"{'kunren' if side == 'staff' else 'shi'}-{number}"


def _write_sheets(folder: Path, deployment: Deployment, passphrases: dict[str, str]) -> None:
    names = {**STAFF, **OFFICERS}
    lines = ["訓練用の合言葉です。本番では使えません。 / Practice passphrases; they open nothing real.", ""]
    lines += [f"{person}\t{names[person]}\t{word}" for person, word in passphrases.items()]
    (folder / "passphrases.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    roots = f"contractor {deployment.contractor_root.hex()}\ncity {deployment.city_root.hex()}\n"
    (folder / "roots.txt").write_text(roots, encoding="utf-8")
