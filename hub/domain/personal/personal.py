"""What the booth holds of people: under which key, since when, until when, and how it is erased.

The record holds ciphertext; the vault holds keys. This register says which keys there ought to be, so that whoever has
the record and the vault's file can tell what is left. Erasing is an entry, after which the hub destroys the key; where
the contract wants it, the erasure is requested first and waits for the city's consent (Koganei 特記17条2).
"""

from __future__ import annotations

import datetime
import hashlib
from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.contracts import consent
from hub.domain.moment import DAY_MS, JAPAN_MS, as_date, iso_date
from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.domain.contracts.contract import Profile
    from hub.domain.day.day import ReservationRow, ReservationsListed
    from hub.domain.moment import Context, Signer

LONGEST_SUBJECT = 120
"""Characters: a kind, a date, a reservation number and something that makes it unique."""

LONGEST_REFERENCE = 80
"""Characters of a document number, with room for the words some offices put around it."""

ITEMS_JA = "予約者のカナ氏名・生年月日・電話番号・備考"
MEDIUM_JA = "ハブ及び端末の内蔵記録媒体（個人ごとの鍵の表）"
METHOD_JA = "個人ごとの鍵の破棄（残る暗号文はだれにも読めなくなる）"
"""項目, 媒体名 and 方法 of a request to erase (Koganei 特記17条2); 数量 and 処理予定日 stand in the request itself."""


class Held(msgspec.Struct, frozen=True, array_like=True):
    """One subject whose key ought to exist."""

    subject: str
    reservation: str
    date: str
    """The day of the visit (YYYY-MM-DD)."""
    entry: int
    """Index of the entry that has the sealed bytes in its command."""
    digest: bytes
    """SHA-256 of the sealed bytes: what is shown later is what was taken in."""
    since_ms: int
    replaced: bool = False
    """A newer list has the same number: nobody needs this one any more."""


class Erasure(msgspec.Struct, frozen=True, array_like=True):
    """A request to the city for its consent to erase."""

    id: int
    """Index of the entry that made it."""
    subjects: tuple[str, ...]
    planned: str
    """処理予定日 (YYYY-MM-DD)."""
    asked_ms: int
    by: str
    reference: str = ""
    """The city's consent: its document, once it is there."""
    consented: str = ""
    """The document's date (YYYY-MM-DD)."""


class Personal(msgspec.Struct, frozen=True):
    held: Map[str, Held] = Map()
    today: Map[str, str] = Map()
    """Reservation number of the open day to the subject that seals it."""
    requests: Map[int, Erasure] = Map()
    """Requests whose data is not all erased yet."""


# ------------------------------------------------------------------ commands and events


class UnlockVault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="vault.unlock"):
    """The manager opens the hub's vault; the secret itself goes to the hub beside the command, never in it."""


class LockVault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="vault.lock"):
    """The hub forgets the vault's secret until a manager unlocks it again."""


class AskErasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="erasure.ask"):
    """Request the city's consent to erase these subjects on a planned day (the hub does it when a day closes)."""

    subjects: tuple[str, ...]
    planned: str


class ConsentErasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="erasure.consent"):
    """The city consents: an officer signs it, or a manager enters the document that came on paper."""

    request: int
    reference: str
    date: str


class ErasePersonal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="erasure.erase"):
    """Erase for ever. `request`: the one the city consented to (0: the contract does not ask for one)."""

    subjects: tuple[str, ...]
    reason: str
    request: int = 0


PersonalCommand = UnlockVault | LockVault | AskErasure | ConsentErasure | ErasePersonal


class VaultUnlocked(msgspec.Struct, frozen=True, tag_field="kind", tag="vault.unlocked/1"):
    at_ms: int
    by: str


class VaultLocked(msgspec.Struct, frozen=True, tag_field="kind", tag="vault.locked/1"):
    at_ms: int
    by: str


class ErasureAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="erasure.asked/1"):
    request: int
    subjects: tuple[str, ...]
    planned: str
    at_ms: int
    by: str


class ErasureConsented(msgspec.Struct, frozen=True, tag_field="kind", tag="erasure.consented/1"):
    request: int
    reference: str
    date: str
    at_ms: int
    by: str
    city: bool
    """Signed with the city's key; otherwise a manager entered the paper's reference."""


class PersonalErased(msgspec.Struct, frozen=True, tag_field="kind", tag="erasure.erased/1"):
    subjects: tuple[str, ...]
    reason: str
    request: int
    at_ms: int
    by: str


PersonalEvent = VaultUnlocked | VaultLocked | ErasureAsked | ErasureConsented | PersonalErased


# ------------------------------------------------------------------ how long


def due_ms(profile: Profile, held: Held) -> int:
    """Until when it may be kept (ms): the day's end where the contract erases after use, else some days more.

    Never past the contract's end, and no longer than now where a newer list has replaced it.
    """
    if held.replaced:
        return held.since_ms
    day = datetime.date.fromisoformat(held.date)
    after_use = any(rule.at == "after_use" for rule in profile.retention if rule.kind != "keep")
    last = day if after_use else day + datetime.timedelta(days=profile.operation.personal_data_days)
    return _end_of(max(day, min(last, profile.contract.end_date)))


def end_ms(profile: Profile) -> int:
    """The midnight (ms) after the contract's last day: nothing is kept past it."""
    return _end_of(profile.contract.end_date)


LAST_CALL_MS = 3 * 3_600_000
"""Before the certificates end everything is to be gone: the booth that closes last does so at 20:00 (Chiba), and until
midnight people can still see to what did not go."""


def until_ms(profile: Profile, held: Held, ends_ms: int | None) -> int:
    """As due_ms, while there is still somebody who can erase: what is shown, and offered to a manager.

    `ends_ms`: when the hub's certificate ends, if that is known. The rules know no deployment's dates: due_ms is what a
    record's commands were decided by.
    """
    due = due_ms(profile, held)
    return due if ends_ms is None else min(due, ends_ms + 1 - LAST_CALL_MS)


def _end_of(day: datetime.date) -> int:
    """The midnight (ms) that ends a day in Japan."""
    return (day - datetime.date(1970, 1, 1)).days * DAY_MS + DAY_MS - JAPAN_MS


def due(profile: Profile, personal: Personal, until_ms: int) -> tuple[Held, ...]:
    """What ought to be erased by then, the oldest first."""
    found = [held for held in personal.held.values() if due_ms(profile, held) <= until_ms]
    return tuple(sorted(found, key=lambda held: (due_ms(profile, held), held.subject)))


def asked(personal: Personal) -> frozenset[str]:
    """Subjects for whose erasure the city was asked."""
    return frozenset(subject for request in personal.requests.values() for subject in request.subjects)


# ------------------------------------------------------------------ decide


def decide(
    command: PersonalCommand, personal: Personal, profile: Profile, training: bool, context: Context, by: Signer
) -> tuple[PersonalEvent, ...] | Refusal:
    match command:
        case UnlockVault():
            return (VaultUnlocked(context.at_ms, by.person),)
        case LockVault():
            return (VaultLocked(context.at_ms, by.person),)
        case AskErasure():
            if _unknown(command.subjects, personal):
                return refuse("erasure.nothing")
            if asked(personal).intersection(command.subjects):
                return refuse("erasure.asked")
            if as_date(command.planned) is None:
                return refuse("erasure.planned")
            return (ErasureAsked(context.index, command.subjects, command.planned, context.at_ms, by.person),)
        case ConsentErasure():
            request = personal.requests.get(command.request)
            if request is None:
                return refuse("erasure.unknown")
            if request.reference:
                return refuse("erasure.consented")
            reference = command.reference.strip()
            if not 0 < len(reference) <= LONGEST_REFERENCE:
                return refuse("erasure.reference")
            if as_date(command.date) is None or command.date > iso_date(context.at_ms):
                return refuse("erasure.reference")
            city = by.party == "city"
            return (ErasureConsented(request.id, reference, command.date, context.at_ms, by.person, city),)
        case ErasePersonal():
            return _erase(command, personal, profile, training, context, by)


def _erase(
    command: ErasePersonal, personal: Personal, profile: Profile, training: bool, context: Context, by: Signer
) -> tuple[PersonalEvent, ...] | Refusal:
    if _unknown(command.subjects, personal):
        return refuse("erasure.nothing")
    if not command.reason.strip():
        return refuse("erasure.reason")
    if not by.manages and any(due_ms(profile, personal.held[one]) > context.at_ms for one in command.subjects):
        return refuse("erasure.not_due")  # before its time only a person decides
    if consent.asks_before_erasing(profile, training, iso_date(context.at_ms)):
        request = personal.requests.get(command.request)
        if request is None or not request.reference or not set(command.subjects) <= set(request.subjects):
            return refuse("erasure.no_consent")
    return (PersonalErased(command.subjects, command.reason, command.request, context.at_ms, by.person),)


def _unknown(subjects: tuple[str, ...], personal: Personal) -> bool:
    """Whether there is nothing to erase, or something among it that is not held."""
    return not subjects or len(set(subjects)) < len(subjects) or any(one not in personal.held for one in subjects)


def wrong_seal(row: ReservationRow, personal: Personal, seen: set[str]) -> bool:
    """Whether a row's sealed part cannot be taken: a key of its own, by a name that was never used."""
    if not row.sealed:
        return bool(row.subject)
    return not 0 < len(row.subject) <= LONGEST_SUBJECT or row.subject in seen or row.subject in personal.held


def digest(sealed: bytes) -> bytes:
    """SHA-256 of sealed bytes (32 bytes); empty for none."""
    return hashlib.sha256(sealed).digest() if sealed else b""


# ------------------------------------------------------------------ evolve


def listed(personal: Personal, event: ReservationsListed, date: str, index: int) -> Personal:
    """The register after a list of reservations for that day was taken in."""
    held, today = personal.held, personal.today
    for slot in event.slots:
        before = today.get(slot.number)
        if before is not None and before in held:
            held = held.set(before, msgspec.structs.replace(held[before], replaced=True))
        if slot.subject:
            held = held.set(slot.subject, Held(slot.subject, slot.number, date, index, slot.digest, event.at_ms))
            today = today.set(slot.number, slot.subject)
        elif before is not None:
            today = today.delete(slot.number)
    return msgspec.structs.replace(personal, held=held, today=today)


def next_date(personal: Personal) -> Personal:
    """The register on another date: what is held is held on, but no number of yesterday's is today's."""
    return msgspec.structs.replace(personal, today=Map())


def evolve(personal: Personal, event: PersonalEvent) -> Personal:
    match event:
        case ErasureAsked():
            made = Erasure(event.request, event.subjects, event.planned, event.at_ms, event.by)
            return msgspec.structs.replace(personal, requests=personal.requests.set(event.request, made))
        case ErasureConsented():
            given = msgspec.structs.replace(
                personal.requests[event.request], reference=event.reference, consented=event.date
            )
            return msgspec.structs.replace(personal, requests=personal.requests.set(event.request, given))
        case PersonalErased():
            return _without(personal, event.subjects)
    return personal


def _without(personal: Personal, subjects: Iterable[str]) -> Personal:
    held, today, requests = personal.held, personal.today, personal.requests
    for subject in subjects:
        number = held[subject].reservation
        held = held.delete(subject)
        if today.get(number) == subject:
            today = today.delete(number)
    for request in list(requests.values()):
        if not any(subject in held for subject in request.subjects):
            requests = requests.delete(request.id)
    return Personal(held, today, requests)
