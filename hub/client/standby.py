"""A terminal with a standby certificate keeps what it needs on the day when it becomes the hub."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from sync.certificate import certificate_id, parse
from sync.errors import SyncError
from sync.introductions import on_trial
from sync.party import LockedPerson, load_people
from sync.trust import TrustStore

log = logging.getLogger(__name__)

FOLDER = "standby"
"""In a terminal's home: a hub's home in waiting, as set-up made it. docs/continuity.md says what a thief gains by it."""


def keep_people(home: Path, people: Sequence[LockedPerson], trust: TrustStore) -> None:
    """Keep the staff's locked keys as the hub serves them now; terminals without a standby certificate keep none.

    Nobody is forgotten here on a hub's word: who may no longer sign, the root-signed lists say. Nor is anybody made up:
    a name becomes a file's name, so it is believed only where a chain to a root proves it.
    """
    folder = home / FOLDER
    if not folder.is_dir():
        return
    held = {one.person: one for one in load_people(folder)}
    for one in people:
        if held.get(one.person) != one and _is_staff(one, trust):
            try:
                one.save(folder)
            except OSError as error:  # a full disk: this terminal goes on working, as long as there is a hub
                log.error("the key of %s is not kept for a take-over: %s", one.person, error)


def _is_staff(one: LockedPerson, trust: TrustStore) -> bool:
    try:
        trial = on_trial(trust, (one.certificate, *one.chain))
        trial.need_proven(certificate_id(one.certificate))
        certificate = parse(one.certificate)
    except SyncError as error:
        log.error("the hub serves a person whom nothing proves: %s", error)
        return False
    return (certificate.person, certificate.kind) == (one.person, "staff") and _plain(one.person)


def _plain(name: str) -> bool:
    """Whether a name stays in its folder: an issuer's key that was stolen could sign any."""
    return bool(name) and not set(name) & set("/\\:\0") and not name.startswith(".")
