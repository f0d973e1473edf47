"""Complete home folders: what a machine's process needs to start, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from hub.setup.agreement import Agreement, Site
from hub.setup.issuing import Issuing
from sync.errors import SyncError
from sync.keys.certificate import Kind
from sync.keys.keys import Signer
from sync.keys.party import LockedPerson, Party, write_list, write_secret
from sync.keys.renewalkey import LockedRenewal, save_renewals
from sync.keys.silentsign import FILE as READER
from sync.wholefile import leftovers, new_folder, write_whole

WITH_SECRET = frozenset[Kind]({"terminal", "desk"})
"""Machines at which people unlock their keys. A hub serves the locked keys, and so must never hold the secret."""

STANDBY = "standby"
"""Folder in a terminal's home with the hub that it can become (hub.site.continuity.takeover)."""

KEEPS_PEOPLE = frozenset[Kind]({"hub", "standby_hub", "desk"})
"""Machines that keep people's locked keys: a hub serves them to its terminals, an officer comes to the desk."""

PASSES_PEOPLE_ON: Final[Kind] = "office"
"""It is given people's locked keys for all its hubs, which take from it whom they have not."""


class OtherDeployment(SyncError):
    """The home is of another deployment, or of the other organisation."""

    code = "setup.other_deployment"
    ja = "このフォルダーは、別の契約か、もう一方の組織の機械のものです。"
    en = "This home is of another deployment, or of the other organisation's machine."
    todo_ja = "登録簿とフォルダーの組み合わせを確かめてください。"
    todo_en = "Check which registry belongs to this home."


def make_home(
    home: Path,
    issuing: Issuing,
    agreement: Agreement,
    kind: Kind,
    name: str,
    site: Site,
    *,
    people: Iterable[LockedPerson] = (),
    renewals: Iterable[LockedRenewal] = (),
    lists: Iterable[bytes] = (),
    made: Callable[[bytes], None] = lambda certificate: None,
    unmade: Callable[[bytes], None] = lambda certificate: None,
) -> bytes:
    """Make a machine's key and write its home; return its certificate. WouldOverwrite, and certify's refusals.

    `made` is told the certificate when all is on the disk, just before the home takes its name; `unmade`, if it then
    cannot take it and the key is gone again.

    A hub's and a terminal's certificate name their site, so that no copied deployment file can move them.
    """
    signer = Signer.generate()
    bound = (site.name,) if kind in ("hub", "standby_hub", "terminal") else ()
    certificate = issuing.certify(name, kind, signer.public, sites=bound)
    deployment = issuing.terms.of(site)
    trust = deployment.trust()
    for issuer in agreement.issuers:
        trust.add(issuer)
    for listed in lists:
        trust.add_list(listed)
    try:
        with new_folder(home, last=lambda: made(certificate)) as folder:
            Party(deployment, signer, certificate, trust).save(folder)
            write_whole(folder / "profile.toml", agreement.profile)
            if kind in WITH_SECRET:
                write_secret(folder / "secret", issuing.secret(site.name if kind == "terminal" else ""))
            if kind == "desk":
                write_whole(folder / READER, issuing.reader.public, secret=True)
            for person in people:
                person.save(folder)
            if kind == "terminal":
                save_renewals(folder, renewals)
    except BaseException:
        # Where a disk keeps what was to be removed, the key may still be read there, and stays one that can be revoked.
        if not leftovers(home) and not (home / "key.seed").exists():
            unmade(certificate)
        raise
    return certificate


def left_whole(home: Path, issued: Callable[[bytes], bool]) -> tuple[Path, Party] | None:
    """A home that an interrupted run has written whole, and `issued`, and that has not got its name; None if there is none."""
    for left in leftovers(home):
        try:
            party = Party.load(left)
        except SyncError:
            continue
        if issued(party.certificate):
            return left, party
    return None


def freshen(
    left: Path, *, people: Iterable[LockedPerson], renewals: Iterable[LockedRenewal], lists: Iterable[bytes]
) -> None:
    """Have a home that `left_whole` found know what a new one would: these people, and no others, and the newest lists."""
    for listed in lists:
        write_list(left, listed)
    for file in (left / "people").glob("*.locked"):
        file.unlink()
    for person in people:
        person.save(left)
    save_renewals(left, renewals)
