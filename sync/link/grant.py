"""What the manager's terminal gives to a new one: its certificate and the site's secret, sealed so that only it can read.

The hub that passes it on cannot open it; the terminal believes it only if the key that certified it sealed it too, for
the pairing that both screens showed, under roots that it has already pinned.
"""

from __future__ import annotations

import msgspec

from sync import canonical
from sync.canonical import Bytes32
from sync.envelopes import saltpack
from sync.errors import SyncError
from sync.keys.certificate import parse
from sync.keys.keys import BoxKey, Signer
from sync.keys.party import Deployment
from sync.keys.trust import TrustStore
from sync.link.pairing import Joining
from sync.link.pairingfaults import GrantRefused


class Grant(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    joining: Bytes32
    """Joining.digest: a grant fits one pairing."""
    certificates: tuple[bytes, ...]
    """The terminal's, then its issuers'."""
    secret: Bytes32
    """What the site's terminals share: staff keys open only with it."""


def seal_grant(grant: Grant, issuer: Signer, box: bytes) -> bytes:
    """The grant as one envelope to the terminal's key of this pairing, signed by the issuer of its certificate."""
    return saltpack.seal(canonical.encode(grant), issuer, [box])


def open_grant(
    sealed: bytes, box: BoxKey, joining: Joining, deployment: Deployment, now_ms: int
) -> tuple[Grant, TrustStore]:
    """The grant and the certificates that prove it; GrantRefused if anything in it is not for this terminal."""
    try:
        signer, plain = saltpack.open_sealed(sealed, box)
        grant = canonical.decode(plain, Grant)
        if grant.joining != joining.digest:
            raise GrantRefused(why="another pairing")
        if not grant.certificates:
            raise GrantRefused(why="no certificate")
        if parse(grant.certificates[0]).issuer != signer:
            raise GrantRefused(why="sealed by another than its issuer")
        trust = deployment.trust()
        ids = [trust.add(encoded) for encoded in grant.certificates]
        mine = trust.authority(ids[0], now_ms)
        mine.need_site(deployment.site)
    except GrantRefused:
        raise
    except SyncError as error:
        raise GrantRefused(why=error.code) from error
    if mine.key != joining.key or (mine.kind, mine.party) != ("terminal", "contractor"):
        raise GrantRefused(why="not our key", kind=mine.kind, person=mine.person)
    return grant, trust
