"""A throwaway training deployment: both roots, every machine's home folder, and people with passphrases.

DIR/{office,hub,terminal-1,terminal-2,desk,director}/ are homes as set-up makes them; DIR/passphrases.txt and
DIR/roots.txt are for the person who practises. The issuers' private keys are thrown away when this returns.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from hub.domain.contract import Profile, decode_profile, profile_bytes, profile_hash
from hub.domain.moment import DAY_MS
from hub.domain.permission import MANAGER_ROLES
from sync.certificate import Certificate, Kind, issue
from sync.certificate import Party as Side
from sync.keys import Signer
from sync.lockbox import SECRET_BYTES, Cost, lock
from sync.party import Deployment, LockedPerson, Party, Person, write_secret

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


@dataclass(frozen=True)
class Plan:
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


class _Authority:
    """A root and the issuer under it, for one side, while the deployment is being made."""

    def __init__(self, side: Side, deployment: bytes, window: tuple[int, int], kinds: tuple[Kind, ...]) -> None:
        self._side = side
        self._deployment = deployment
        self._window = window
        self._root = Signer.generate()
        self._issuer = Signer.generate()
        name = "contractor-issuer" if side == "contractor" else "city-issuer"
        self.root = self._root.public
        self.certificate = issue(
            self._certificate(name, "issuer", self._issuer.public, self._root.public, (), kinds, ("*",)), self._root
        )

    def certify(
        self, name: str, kind: Kind, key: bytes, roles: tuple[str, ...] = (), sites: tuple[str, ...] = ()
    ) -> bytes:
        return issue(self._certificate(name, kind, key, self._issuer.public, roles, sites=sites), self._issuer)

    def _certificate(
        self,
        name: str,
        kind: Kind,
        key: bytes,
        issuer: bytes,
        roles: tuple[str, ...],
        may_issue_kinds: tuple[Kind, ...] = (),
        may_issue_roles: tuple[str, ...] = (),
        sites: tuple[str, ...] = (),
    ) -> Certificate:
        return Certificate(
            deployment=self._deployment,
            subject=key,
            person=name,
            kind=kind,
            party=self._side,
            roles=roles,
            sites=sites,
            not_before_ms=self._window[0],
            not_after_ms=self._window[1],
            issuer=issuer,
            may_issue_kinds=may_issue_kinds,
            may_issue_roles=may_issue_roles,
        )


def build(folder: Path, contract: str, *, site: str, date_ms: int, now_ms: int) -> Plan:
    """Write every home under `folder` for a shipped profile (id) or a profile file, and return the plan.

    Links live in real time and the record in simulated time, so certificates hold from a day before the earlier of
    `date_ms` (a moment of the rehearsal's date) and `now_ms` until a year after the later. ProfileError as
    load_profile's. Keys are random each time; only what the actors do follows the rehearsal's seed.
    """
    profile_raw = profile_bytes(contract)
    profile = decode_profile(profile_raw, contract)
    identifier = os.urandom(16)
    window = (min(date_ms, now_ms) - DAY_MS, max(date_ms, now_ms) + YEAR_MS)
    sides: dict[Side, _Authority] = {
        "contractor": _Authority("contractor", identifier, window, ("hub", "terminal", "office", "staff", "director")),
        "city": _Authority("city", identifier, window, ("desk", "officer")),
    }
    deployment = Deployment(
        id=identifier,
        contract=profile.id,
        profile=profile_hash(profile_raw),
        contractor_root=sides["contractor"].root,
        city_root=sides["city"].root,
        training=True,
        record="hub-1",
        site=site,
    )
    _write_homes(folder, deployment, profile_raw, sides)
    secrets = {"terminal": os.urandom(SECRET_BYTES), "desk": os.urandom(SECRET_BYTES)}
    for machine in ("terminal-1", "terminal-2", "desk"):
        write_secret(folder / machine / "secret", secrets["desk" if machine == "desk" else "terminal"])
    managing = tuple(role.id for role in profile.roles if role.party == "contractor" and role.id in MANAGER_ROLES)
    staff: dict[str, Person] = {}
    officers: dict[str, Person] = {}
    passphrases: dict[str, str] = {}
    for number, (person, name) in enumerate(STAFF.items(), 1):
        roles = ("manager", *managing, "worker") if number == 1 else ("worker",)
        passphrases[person] = f"kunren-{number}"
        staff[person] = _enrol(
            folder / "hub", sides["contractor"], person, name, "staff", roles, passphrases[person], secrets["terminal"]
        )
    for number, (person, name) in enumerate(OFFICERS.items(), 1):
        passphrases[person] = f"shi-{number}"
        officers[person] = _enrol(
            folder / "desk",
            sides["city"],
            person,
            name,
            "officer",
            ("city_staff",),
            passphrases[person],
            secrets["desk"],
        )
    _write_sheets(folder, deployment, passphrases)
    return Plan(folder, deployment, profile, staff, officers, passphrases)


def _write_homes(folder: Path, deployment: Deployment, profile_raw: bytes, sides: dict[Side, _Authority]) -> None:
    keys = {machine: Signer.generate() for machine in MACHINES}
    certificates = {
        # A hub's and a terminal's certificate name their site, so that no copied deployment file can move them.
        machine: sides[side].certify(
            name, kind, keys[machine].public, sites=(deployment.site,) if kind in ("hub", "terminal") else ()
        )
        for machine, (name, kind, side) in MACHINES.items()
    }
    for machine in MACHINES:
        trust = deployment.trust()
        for encoded in (*(side.certificate for side in sides.values()), *certificates.values()):
            trust.add(encoded)
        home = folder / machine
        Party(deployment, keys[machine], certificates[machine], trust).save(home)
        (home / "profile.toml").write_bytes(profile_raw)


def _enrol(
    home: Path,
    side: _Authority,
    person: str,
    name: str,
    kind: Kind,
    roles: tuple[str, ...],
    passphrase: str,
    secret: bytes,
) -> Person:
    """Make a person's key, leave it locked in `home`, and return it unlocked for whoever plays them."""
    key = Signer.generate()
    certificate = side.certify(person, kind, key.public, roles)
    chain = [certificate, side.certificate]
    locked = lock(key.seed, passphrase, secret, cost=Cost.TRAINING)
    LockedPerson(person, name, roles, certificate, chain, locked).save(home)
    return Person(key, certificate, name, chain)


def _write_sheets(folder: Path, deployment: Deployment, passphrases: dict[str, str]) -> None:
    names = {**STAFF, **OFFICERS}
    lines = ["訓練用の合言葉です。本番では使えません。 / Practice passphrases; they open nothing real.", ""]
    lines += [f"{person}\t{names[person]}\t{word}" for person, word in passphrases.items()]
    (folder / "passphrases.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    roots = f"contractor {deployment.contractor_root.hex()}\ncity {deployment.city_root.hex()}\n"
    (folder / "roots.txt").write_text(roots, encoding="utf-8")
