"""What is left of people's data on a machine, until when, who has read it: from its files alone, believed as they stand.

The record says which keys there ought to be, the vault's file which there are. Nothing is opened: a key that exists is
data that could be read, whoever holds the vault's secret.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from hub.audit import pictures_left
from hub.audit.certificates import well_formed
from hub.audit.evidence import Evidence, Unreadable
from hub.audit.pictures_left import EventPicture
from hub.audit.reading import NotReadable, profile_of
from hub.domain import codec
from hub.domain.booth import Booth, Event, fold
from hub.domain.contracts import consent
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.duties import Consents
from hub.domain.moment import iso_date
from hub.domain.personal import personal
from hub.domain.personal.disclosure import Revealed
from hub.domain.photo.photo import PhotoDestroyed
from sync.errors import Malformed
from sync.keys.owntime import hubs_end_ms
from sync.keys.party import Deployment
from sync.record.entry import decode_entry
from sync.vault.vault import FILE

Standing = Literal["kept", "waiting", "overdue"]


class Left(msgspec.Struct, frozen=True):
    """One person's data whose key ought to exist. kept: in time; waiting: for the city's consent; overdue: neither."""

    subject: str
    reservation: str
    date: str
    since_ms: int
    until_ms: int
    standing: Standing
    request: int
    """The request to erase it that waits or was granted (0: none)."""
    key: bool
    """Whether this machine has the key."""


class Reading(msgspec.Struct, frozen=True):
    """One line of the reading log (閲覧記録)."""

    index: int
    at_ms: int
    person: str
    reservation: str
    number: str
    """The ticket; empty where nobody had come."""
    field: str
    purpose: str


class VaultErasure(msgspec.Struct, frozen=True):
    """A request to erase and what became of it: what the application and the report name (Koganei 特記17条2, 5)."""

    request: int
    """The entry that asked; for what was erased without asking, the entry that erased."""
    people: int
    """数量."""
    planned: str
    """処理予定日; empty where nobody had to be asked."""
    asked_by: str
    reference: str = ""
    """The city's consent."""
    consented: str = ""
    by_city: bool = False
    """The city signed it; otherwise a manager entered the paper."""
    erased: int = 0
    erased_ms: int = 0
    erased_by: str = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What is left on one machine at one time."""

    path: str
    record: str
    at_ms: int
    consents: Consents
    left: tuple[Left, ...]
    stray: tuple[str, ...]
    """Subjects whose keys are here although the record says they are erased, or never knew them."""
    erased: int
    """How many people's data the record says was erased."""
    vault: bool
    """Whether this machine has a vault's file."""
    managers: int
    """How many managers can open it."""
    log_bytes: int
    """Size of the vault's write-ahead log: what was destroyed may stand there until it is 0."""
    erasures: tuple[VaultErasure, ...]
    readings: tuple[Reading, ...]
    pictures: tuple[str, ...]
    """Photos that are alive by the record: none once a step, a visit or a day has ended."""
    picture_files: tuple[str, ...]
    """Files that are photos, and no pictures for a report: a picture of an applicant is never a file."""
    event_pictures: tuple[EventPicture, ...]
    """Files of pictures for reports, which show nobody; one that nobody has looked at may."""
    pictures_destroyed: int

    @property
    def overdue(self) -> tuple[Left, ...]:
        return tuple(one for one in self.left if one.standing == "overdue")

    @property
    def clean(self) -> bool:
        """Whether nothing is here that ought to be gone."""
        pictures = self.pictures or self.picture_files or not all(one.seen for one in self.event_pictures)
        return not self.overdue and not self.stray and not (self.erased and self.log_bytes) and not pictures


def readings(evidence: Evidence) -> Iterator[Reading]:
    """Every reading in the record, in order; NotReadable at the first entry that cannot be read."""
    for index, body in enumerate(evidence.entries):
        for event in _events(index, body):
            if isinstance(event, Revealed):
                yield Reading(index, event.at_ms, event.by, event.reservation, event.number, event.field, event.purpose)


def account(evidence: Evidence, home: Path, at_ms: int | None = None) -> Account:
    """What is left at `at_ms` (None: at the record's last entry) in a machine's folder; Unreadable, NotReadable."""
    deployment = Deployment.decode(evidence.deployment) if evidence.deployment else None
    profile = profile_of(evidence)
    if deployment is None or profile is None:
        raise Unreadable(path=str(home), ja="契約の設定がありません。")
    booth = Booth(hub=deployment.record, profile=deployment.profile, training=deployment.training)
    erasures: dict[int, VaultErasure] = {}
    destroyed = 0
    for index, body in enumerate(evidence.entries):
        events = _events(index, body)
        try:
            booth = fold(booth, events, index)
        except LookupError as error:
            raise NotReadable(index=index, why=str(error)) from error
        for event in events:
            _erase(erasures, index, event)
            destroyed += isinstance(event, PhotoDestroyed)
    at_ms = booth.latest_ms if at_ms is None else at_ms
    keys, managers, log_bytes = _keys(home / FILE)
    held = booth.personal.held
    shown = pictures_left.of_events(home, booth.pictures)
    known = {one.file for one in shown}
    ends_ms = hubs_end_ms(well_formed((*evidence.certificates, *evidence.beside)))
    left = [_left(profile, booth.personal, one, at_ms, ends_ms, one.subject in keys) for one in held.values()]
    return Account(
        path=str(home),
        record=deployment.record,
        at_ms=at_ms,
        consents=consent.in_force(profile, deployment.training, iso_date(at_ms)),
        left=tuple(sorted(left, key=lambda one: (one.until_ms, one.subject))),
        stray=tuple(sorted(keys - set(held))),
        erased=sum(one.erased for one in erasures.values()),
        vault=(home / FILE).exists(),
        managers=managers,
        log_bytes=log_bytes,
        erasures=tuple(erasures.values()),
        readings=tuple(readings(evidence)),
        pictures=pictures_left.alive(booth),
        picture_files=tuple(one for one in pictures_left.files(home) if one not in known) if home.is_dir() else (),
        event_pictures=shown,
        pictures_destroyed=destroyed,
    )


def _erase(erasures: dict[int, VaultErasure], index: int, event: Event) -> None:
    """Add to an erasure what an event says of it."""
    match event:
        case personal.ErasureAsked():
            erasures[index] = VaultErasure(index, len(event.subjects), event.planned, event.by)
        case personal.ErasureConsented() if event.request in erasures:
            erasures[event.request] = msgspec.structs.replace(
                erasures[event.request], reference=event.reference, consented=event.date, by_city=event.city
            )
        case personal.PersonalErased():
            count = len(event.subjects)
            known = erasures.get(event.request) if event.request else None
            before = known or VaultErasure(index, count, "", event.by)
            erasures[before.request] = msgspec.structs.replace(
                before, erased=before.erased + count, erased_ms=event.at_ms, erased_by=event.by
            )


def _left(
    profile: Profile, register: personal.Personal, held: personal.Held, at_ms: int, ends_ms: int | None, key: bool
) -> Left:
    until_ms = personal.until_ms(profile, held, ends_ms)
    request = next((one for one in register.requests.values() if held.subject in one.subjects), None)
    standing: Standing = "kept"
    if until_ms <= at_ms:
        # The city may take its time; when nobody is left who could erase there is nothing to wait for.
        over = at_ms >= personal.end_ms(profile) or (ends_ms is not None and at_ms > ends_ms)
        waits = request is not None and not request.reference and not over
        standing = "waiting" if waits else "overdue"
    return Left(
        held.subject,
        held.reservation,
        held.date,
        held.since_ms,
        until_ms,
        standing,
        0 if request is None else request.id,
        key,
    )


def _events(index: int, body: bytes) -> tuple[Event, ...]:
    try:
        return codec.decode_events(bytes(decode_entry(body).events))
    except (Malformed, msgspec.MsgspecError, ValueError) as error:
        raise NotReadable(index=index, why=str(error)) from error


def _keys(path: Path) -> tuple[frozenset[str], int, int]:
    """The subjects whose keys a vault's file has, its managers, and the size of its log; nothing of it is written."""
    if not path.exists():
        return frozenset(), 0, 0
    log = path.with_name(path.name + "-wal")
    log_bytes = log.stat().st_size if log.exists() else 0
    try:
        reader = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            subjects = frozenset(
                subject for (subject,) in reader.execute("SELECT subject FROM key WHERE wrapped IS NOT NULL")
            )
            (managers,) = reader.execute("SELECT count(*) FROM holder").fetchone()
        finally:
            reader.close()
    except sqlite3.Error as error:
        raise Unreadable(path=str(path), fault=str(error)) from error
    return subjects, int(managers), log_bytes
