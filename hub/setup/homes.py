"""Complete home folders: what a machine's process needs to start, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hub.setup.agreement import Agreement, Site
from hub.setup.issuing import Issuing
from sync.certificate import Kind
from sync.keys import Signer
from sync.party import LockedPerson, Party, write_secret
from sync.wholefile import new_folder, write_whole

WITH_SECRET = frozenset[Kind]({"terminal", "desk"})
"""Machines at which people unlock their keys. A hub serves the locked keys, and so must never hold the secret."""


def make_home(
    home: Path,
    issuing: Issuing,
    agreement: Agreement,
    kind: Kind,
    name: str,
    site: Site,
    *,
    people: Iterable[LockedPerson] = (),
) -> bytes:
    """Make a machine's key and write its home; return its certificate. WouldOverwrite, and certify's refusals.

    A hub's and a terminal's certificate name their site, so that no copied deployment file can move them.
    """
    signer = Signer.generate()
    bound = (site.name,) if kind in ("hub", "terminal") else ()
    certificate = issuing.certify(name, kind, signer.public, sites=bound)
    deployment = issuing.terms.of(site)
    trust = deployment.trust()
    for issuer in agreement.issuers:
        trust.add(issuer)
    with new_folder(home) as made:
        Party(deployment, signer, certificate, trust).save(made)
        write_whole(made / "profile.toml", agreement.profile)
        if kind in WITH_SECRET:
            write_secret(made / "secret", issuing.secret(site.name if kind == "terminal" else ""))
        for person in people:
            person.save(made)
    return certificate
