"""Rosters and lists of revoked keys as the two roots would sign them, and a manager's key that may only renew."""

from typing import Any

from sync.keys.certificate import Certificate, Kind, Party, issue
from sync.keys.keys import Signer
from sync.keys.revocation import Revocations, Revoked, sign_revocations
from sync.keys.roots import Roots
from sync.keys.roster import Member, Roster, sign_roster
from sync.keys.trust import TrustStore

DEPLOYMENT = b"d" * 16
CONTRACTOR, CITY = Signer(b"c" * 32), Signer(b"C" * 32)
ROOTS = Roots(CONTRACTOR.public, CITY.public)
KEYS = {name: Signer(name.encode().ljust(32, b".")) for name in ("manager", "deputy", "clerk", "new", "terminal")}
RENEWAL, DEPUTY_RENEWAL = Signer(b"m" * 32), Signer(b"M" * 32)
START, NOW, END = 1_000, 1_500, 2_000
LATER = END * 10


def member(person: str, *roles: str, key: Signer | None = None, until: int = LATER) -> Member:
    return Member(person, person, roles, (key or KEYS[person]).public, until)


STAFF = (member("manager", "manager", "worker"), member("deputy", "manager", "worker"), member("clerk", "worker"))


def roster(number: int = 1, *members: Member, party: Party = "contractor", root: Signer | None = None) -> bytes:
    listed = Roster(DEPLOYMENT, party, number, START, members or STAFF)
    return sign_roster(listed, root or (CITY if party == "city" else CONTRACTOR))


def revoked(key: Signer, person: str = "clerk") -> Revoked:
    return Revoked(key.public, person, "紛失", NOW)


def revocations(number: int, *keys: Revoked, party: Party = "contractor") -> bytes:
    listed = Revocations(DEPLOYMENT, party, number, START, keys)
    return sign_revocations(listed, CITY if party == "city" else CONTRACTOR)


def renewing(person: str = "manager", key: Signer = RENEWAL, **more: Any) -> bytes:
    """The certificate of a manager's key that may only renew."""
    fields: dict[str, Any] = {
        "deployment": DEPLOYMENT,
        "subject": key.public,
        "person": person,
        "kind": "issuer",
        "party": "contractor",
        "not_before_ms": START,
        "not_after_ms": END,
        "issuer": CONTRACTOR.public,
        "may_issue_kinds": ("staff", "terminal"),
        "may_issue_roles": ("*",),
        "renews": True,
    }
    return issue(Certificate(**(fields | more)), CONTRACTOR)


def renewed(
    person: str, *roles: str, key: Signer | None = None, issuer: Signer = RENEWAL, kind: Kind = "staff", **more: Any
) -> bytes:
    """A certificate signed by a renewing key: what it may or may not state is the reader's to judge."""
    fields: dict[str, Any] = {
        "deployment": DEPLOYMENT,
        "subject": (key or KEYS[person]).public,
        "person": person,
        "kind": kind,
        "party": "contractor",
        "roles": roles,
        "not_before_ms": START,
        "not_after_ms": LATER,
        "issuer": issuer.public,
        "roster": 1,
    }
    return issue(Certificate(**(fields | more)), issuer)


def store(*encoded: bytes, lists: tuple[bytes, ...] = ()) -> TrustStore:
    trust = TrustStore(DEPLOYMENT, ROOTS)
    for one in encoded:
        trust.add(one)
    for one in lists:
        trust.add_list(one)
    return trust
