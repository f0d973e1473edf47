"""The manager's side of pairing: certify the new terminal's key, and seal the site's terminal secret to it.

The digits are computed here from what the record says of the terminal and from what this terminal itself knows of its
deployment and its hub: a hub that shows another key than the new terminal's cannot make them equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from hub.domain.people.pairing import Pairing, Window
from sync.keys.certificate import Certificate, issue, parse
from sync.keys.party import Deployment
from sync.keys.renewalkey import RenewalKey
from sync.keys.trust import TrustStore
from sync.link.grant import Grant, seal_grant
from sync.link.pairing import Joining

BEFORE_MS = 86_400_000
"""A new laptop's clock may be behind: its certificate is valid from the day before."""

FIRST_NUMBER = 21
"""A site has at most 20 terminals that the office enrols, and one that has never linked is not known here."""

_NUMBERED = re.compile(r"terminal-(\d{1,4})")


def joining_of(window: Window, deployment: Deployment, hub_key: bytes) -> Joining:
    """What the new terminal must have agreed to, if the hub tells the truth about it."""
    mine = sha256(deployment.encode()).digest()
    return Joining(mine, hub_key, window.hub_nonce, window.key, window.box, window.nonce)


def next_name(pairing: Pairing, certificates: Iterable[bytes]) -> str:
    """The next free terminal-N from FIRST_NUMBER on: neither in the record nor among the certificates known here."""
    known = {parse(encoded).person for encoded in certificates} | set(pairing.names)
    taken = [int(found[1]) for name in known if (found := _NUMBERED.fullmatch(name))]
    return f"terminal-{max(FIRST_NUMBER - 1, *taken) + 1 if taken else FIRST_NUMBER}"


def certify_terminal(
    key: RenewalKey, trust: TrustStore, deployment: Deployment, subject: bytes, name: str, now_ms: int
) -> bytes:
    """A certificate for a terminal of this site, as long as the renewal key's; a TrustError if nobody would believe it."""
    above, revocations = parse(key.certificate), trust.revocations("contractor")
    encoded = issue(
        Certificate(
            deployment=deployment.id,
            subject=subject,
            person=name,
            kind="terminal",
            party="contractor",
            sites=(deployment.site,),
            not_before_ms=max(above.not_before_ms, now_ms - BEFORE_MS),
            not_after_ms=key.not_after_ms,
            issuer=key.signer.public,
            revocation=0 if revocations is None else revocations.number,
        ),
        key.signer,
    )
    trial = trust.copy()
    for known in key.chain:
        trial.add(known)
    trial.need_unrevoked(trial.authority(trial.add(encoded), now_ms))
    return encoded


def make_grant(key: RenewalKey, joining: Joining, certificate: bytes, secret: bytes) -> bytes:
    """What the hub passes on unread: certificate, chain and secret, sealed to this terminal and for this pairing."""
    return seal_grant(Grant(joining.digest, (certificate, *key.chain), secret), key.signer, joining.box)
