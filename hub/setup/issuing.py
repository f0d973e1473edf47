"""The key with which an organisation certifies from day to day, its limits, and the secrets of its machines.

One random master (32 bytes) stands behind it; the issuing key and the enrolment secrets are derived from that, so
that one locked file is all that must be kept.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from hub.domain.contracts.contract import Profile
from hub.setup.agreement import Terms
from sync.errors import SyncError
from sync.keys.certificate import Certificate, Kind, issue
from sync.keys.certificate import Party as Side
from sync.keys.granting import CITY_ONLY_ROLES
from sync.keys.keys import BoxKey, Signer
from sync.keys.trust import CityOnly

KINDS: Final[dict[Side, tuple[Kind, ...]]] = {
    "contractor": ("hub", "standby_hub", "terminal", "office", "staff", "issuer"),
    "city": ("desk", "officer"),
}
"""What each side's issuing key may certify. An issuer under the contractor's is a manager's renewal key."""

TRAINING_KINDS: Final[tuple[Kind, ...]] = ("director",)
"""A director moves a rehearsal's clock: nobody can be one in a real deployment."""

WORKER: Final = "worker"
MANAGER: Final = "manager"


class OutsideContract(SyncError):
    """The contract is over, or what was asked for would hold longer than it."""

    code = "setup.outside_contract"
    ja = "契約の期間の外です。"
    en = "This is outside the contract's dates."
    todo_ja = "期間を確かめてください。契約が延びたときは、新しい合意書（deployment new）が要ります。"
    todo_en = "Check the dates; an extended contract needs a new agreement (deployment new)."


class RoleNotGranted(SyncError):
    """The issuing key may not grant this role or kind."""

    code = "setup.role_not_granted"
    ja = "この発行鍵では、その役割を与えられません。"
    en = "This issuing key may not grant that role."
    todo_ja = "与えられる役割は allowed のとおりです。役割の名前を確かめてください。"
    todo_en = "The roles it may grant are shown as `allowed`; check the role's name."


class Issuing:
    """An unlocked issuing key of one organisation, in memory only."""

    def __init__(self, side: Side, terms: Terms, profile: Profile, master: bytes) -> None:
        self.side = side
        self.terms = terms
        self.profile = profile
        self.signer = Signer(_derive(master, "issuing key"))
        self._master = master
        self.certificate = b""
        """Set once the root has certified the key."""
        self.revocations = 0
        """Number of our newest list of revoked keys: who does not hold it yet does not believe what is certified after it."""

    def secret(self, site: str) -> bytes:
        """The 32-byte secret that only machines hold which unlock people: a site's terminals, or the city's desks ("")."""
        return _derive(self._master, f"enrolment secret\0{site}")

    @property
    def reader(self) -> BoxKey:
        """The key pair that reads its machines' silent signs (an officer's, at the city's desks)."""
        return BoxKey(_derive(self._master, "silent signs"))

    def certify_by(self, root: Signer) -> bytes:
        """Have the root say what this key may grant: kinds, roles, sites, for the contract's dates."""
        self.certificate = issue(
            Certificate(
                deployment=self.terms.deployment,
                subject=self.signer.public,
                person=f"{self.side}-issuer",
                kind="issuer",
                party=self.side,
                sites=tuple(site.name for site in self.terms.sites),
                not_before_ms=self.terms.starts_ms,
                not_after_ms=self.terms.ends_ms,
                issuer=root.public,
                may_issue_kinds=(*KINDS[self.side], *(TRAINING_KINDS if self._trains else ())),
                may_issue_roles=grantable(self.side, self.profile),
            ),
            root,
        )
        return self.certificate

    @property
    def _trains(self) -> bool:
        return self.terms.training and self.side == "contractor"

    def certify(
        self,
        name: str,
        kind: Kind,
        key: bytes,
        *,
        sites: tuple[str, ...] = (),
        roles: tuple[str, ...] = (),
        until_ms: int | None = None,
        may_issue_kinds: tuple[Kind, ...] = (),
        may_issue_roles: tuple[str, ...] = (),
        renews: bool = False,
    ) -> bytes:
        """Certify a key, for all sites unless some are named, until the contract's end unless sooner.

        What no reader would believe is not signed: RoleNotGranted, CityOnly, OutsideContract.
        """
        if self.side == "contractor" and kind in KINDS["city"]:
            raise CityOnly(person=name, kind=kind)
        need_grantable(self.side, self.profile, (*roles, *may_issue_roles))
        if kind not in KINDS[self.side] and not (self._trains and kind in TRAINING_KINDS):
            raise RoleNotGranted(kind=kind, allowed=",".join(KINDS[self.side]))
        end_ms = self.terms.ends_ms if until_ms is None else until_ms
        if not self.terms.starts_ms < end_ms <= self.terms.ends_ms:
            raise OutsideContract(until_ms=end_ms, starts_ms=self.terms.starts_ms, ends_ms=self.terms.ends_ms)
        encoded = issue(
            Certificate(
                deployment=self.terms.deployment,
                subject=key,
                person=name,
                kind=kind,
                party=self.side,
                roles=roles,
                sites=sites or tuple(site.name for site in self.terms.sites),
                not_before_ms=self.terms.starts_ms,
                not_after_ms=end_ms,
                issuer=self.signer.public,
                revocation=self.revocations,
                may_issue_kinds=may_issue_kinds,
                may_issue_roles=may_issue_roles,
                renews=renews,
            ),
            self.signer,
        )
        trust = self.terms.trust()
        trust.add(self.certificate)
        trust.authority(trust.add(encoded), self.terms.starts_ms)
        return encoded


def grantable(side: Side, profile: Profile) -> tuple[str, ...]:
    """The roles that a side's people can have under a contract, sorted: the profile's, and the ones that rules name."""
    own = {role.id for role in profile.roles if role.party == side}
    return tuple(sorted(own | ({MANAGER, WORKER} if side == "contractor" else set(CITY_ONLY_ROLES))))


def need_grantable(side: Side, profile: Profile, roles: tuple[str, ...]) -> None:
    """Raise CityOnly or RoleNotGranted unless this side may grant these roles."""
    if side == "contractor" and CITY_ONLY_ROLES.intersection(roles):
        raise CityOnly(roles=",".join(roles))
    allowed = grantable(side, profile)
    if not set(roles).issubset(allowed):
        raise RoleNotGranted(roles=",".join(sorted(set(roles).difference(allowed))), allowed=",".join(allowed))


def roles_of(profile: Profile, rank: str) -> tuple[str, ...]:
    """The roles of a worker, manager, deputy or officer under a contract.

    A deputy may all that a manager may, and has the contract's own word for deputies where it has one (Nagaoka).
    """
    if rank == "officer":
        return tuple(sorted(CITY_ONLY_ROLES))
    if rank == "worker":
        return (WORKER,)
    if rank == "manager":
        return manager_roles(profile)
    named = tuple(r.id for r in profile.roles if r.party == "contractor" and r.presence == "when_manager_absent")
    return (MANAGER, *named, WORKER)


def manager_roles(profile: Profile) -> tuple[str, ...]:
    """What whoever answers for a site holds: `manager`, the contract's own name for it, and a clerk's work."""
    named = tuple(r.id for r in profile.roles if r.party == "contractor" and r.id in profile.managing)
    return (MANAGER, *(role for role in named if role != MANAGER), WORKER)


def need_running(terms: Terms, now_ms: int) -> None:
    """Raise OutsideContract when the contract is over."""
    if now_ms > terms.ends_ms:
        raise OutsideContract(now_ms=now_ms, ends_ms=terms.ends_ms)


def _derive(master: bytes, what: str) -> bytes:
    return hmac.new(master, b"demado set-up v1\0" + what.encode(), sha256).digest()
