"""People whom the contractor has enrolled, on their way to the hubs of their sites.

An office passes locked keys on and can open none: that needs the site's secret, which only its terminals have. A hub takes
only whom a root's chain proves, and never in the place of a key that still counts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sync.errors import SyncError
from sync.keys.certificate import HUB_KINDS, parse
from sync.keys.party import LockedPerson, Party, people_of_site
from sync.keys.trust import Authority, TrustError, TrustStore
from sync.mail.stickpeople import write_people

log = logging.getLogger(__name__)


class Newcomers:
    """What `demado lists give` has put into an office's home, as it was at the last look."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._people: dict[Path, LockedPerson] = {}
        self._named: set[Path] = set()
        """Files that hold nobody: said once."""

    def look(self) -> bool:
        """Read the folders; whether they hold anybody whom the last look did not see so."""
        found: dict[Path, LockedPerson] = {}
        for file in sorted(people_of_site(self._home, "").parent.glob("*/people/*.locked")):
            try:
                one = msgspec.msgpack.decode(file.read_bytes(), type=LockedPerson)
                parse(one.certificate)
            except (OSError, ValueError, SyncError) as error:  # msgspec's faults are ValueErrors
                if file not in self._named:
                    self._named.add(file)
                    log.error("the file of %s is not passed on: %s", file.stem, error)
                continue
            found[file] = one
        news = any(self._people.get(file) != one for file, one in found.items())
        self._people = found
        return news

    def of(self, hub: Authority, trust: TrustStore) -> list[LockedPerson]:
        """Who works at this hub's sites (all, where its certificate names none), without those whose keys are withdrawn."""
        revoked = trust.revocations("contractor")
        folders = {people_of_site(self._home, site) for site in hub.sites}
        return [
            one
            for file, one in self._people.items()
            if (not folders or file.parent.parent in folders)
            and (revoked is None or revoked.of(parse(one.certificate).subject) is None)
        ]

    def leave(self, stick: Path, hubs: Iterable[bytes], party: Party, now_ms: int) -> None:
        """Leave on a stick, for each hub that introduced itself there by a certificate, who works at its sites."""
        for certificate in hubs:
            try:
                hub = party.trust.authority(certificate, now_ms)
                party.trust.need_unrevoked(hub)
            except TrustError as error:
                log.warning("a hub that introduced itself on the stick is not believed: %s", error)
                continue
            if hub.kind in HUB_KINDS:
                write_people(stick, hub.person, self.of(hub, party.trust))
