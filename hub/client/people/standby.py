"""A terminal with a standby certificate keeps what it needs on the day when it becomes the hub."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from hub.domain.people.newkey import NOTHING_SUCCEEDED, Successions
from sync.errors import SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.introductions import on_trial, withdrawn
from sync.keys.party import LockedPerson, load_people
from sync.keys.trust import KeyRevoked, TrustStore

log = logging.getLogger(__name__)

FOLDER = "standby"
"""In a terminal's home: a hub's home in waiting, as set-up made it. docs/continuity.md says what a thief gains by it."""


class JunkKey(SyncError):
    """The hub serves a locked key that is not the one the record, a root's list or this terminal's own copy knows."""

    code = "standby.junk_key"
    ja = "ハブが、記録と合わない職員の鍵を配っています。"
    en = "The hub serves a person's locked key that does not fit the record."
    todo_ja = "管理者へ。前の鍵はこの端末に残してあります（引き継ぎに使えます）"
    todo_en = "Tell the manager; the old key stays here and serves a take-over."


def keep_people(
    home: Path, people: Sequence[LockedPerson], trust: TrustStore, keys: Successions = NOTHING_SUCCEEDED
) -> JunkKey | None:
    """Keep the staff's locked keys as the hub serves them now; terminals without a standby certificate keep none.

    Nobody is forgotten here on a hub's word: who may no longer sign, the root-signed lists say. Nor is anybody made up:
    a name becomes a file's name, so it is believed only where a chain to a root proves it. Nor does a key that opened
    with a passphrase give way to bytes that may open with none (keys: the record's word on it): JunkKey names whose.
    """
    folder = home / FOLDER
    if not folder.is_dir():
        return None
    held = {one.person: one for one in load_people(folder)}
    junk: list[str] = []
    for one in people:
        before = held.get(one.person)
        if before == one or not _is_staff(one, trust):
            continue
        if before is not None and not _may_replace(before, one, trust, keys):
            junk.append(one.person)
            continue
        try:
            one.save(folder)
        except OSError as error:  # a full disk: this terminal goes on working, as long as there is a hub
            log.error("the key of %s is not kept for a take-over: %s", one.person, error)
    if not junk:
        return None
    fault = JunkKey(people="、".join(junk))
    log.error("%s", fault)
    return fault


def _may_replace(before: LockedPerson, one: LockedPerson, trust: TrustStore, keys: Successions) -> bool:
    """Whether nothing is lost by it: the same locked bytes under a new certificate, or a key that took the old one's place.

    A lock is never changed without a new key (design.md), so other bytes for the same key are nobody's.
    """
    old, new = parse(before.certificate).subject, parse(one.certificate).subject
    if old == new:
        return before.locked == one.locked
    if keys.files.get(one.person) == sha256(one.encode()).digest() or keys.old.get(old) == one.person:
        return True
    roster = trust.roster("contractor")
    member = None if roster is None else roster.member(one.person)
    return (member is not None and member.key == new) or isinstance(withdrawn(before, trust), KeyRevoked)


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
