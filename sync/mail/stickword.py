"""What an office says on a stick: keys to seal to, and how far it holds each record; signed, for a stick has many hands.

Over a wire a hub asks for both. On a stick the office leaves them each time it takes envelopes, also on an empty one:
so a hub that never has a network begins.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sync import canonical
from sync.canonical import Bytes16, Bytes32, Bytes64, Count, Millis
from sync.envelopes.envelope import NO_PREVIOUS
from sync.errors import SyncError
from sync.keys.certificate import certificate_id
from sync.keys.introductions import take_proven
from sync.keys.keys import sign_payload, verify_payload
from sync.keys.party import Party
from sync.keys.trust import Authority
from sync.mail import stickdisk
from sync.mail.inbox import Position
from sync.mail.mailbox import read_offers
from sync.mail.offer import InboxOffer
from sync.messages import Offers, Resume

PAYLOAD_TYPE = "application/vnd.demado.stickword.v1+msgpack"

SUFFIX = ".office"
INTRODUCTION = ".hub"

log = logging.getLogger(__name__)


class WordRefused(SyncError):
    """What stands on the stick was not said by an office of this deployment, or its key is for days that are over."""

    code = "courier.word_refused"
    ja = "USBメモリーにある事務局の案内が、正しくないか古いものです。"
    en = "The office's word on this stick does not hold, or is too old."
    todo_ja = "事務局で demado office take をもう一度行い、そのUSBメモリーを使ってください。"
    todo_en = "Run demado office take at the office once more and use that stick."


class _Stands(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    sender: Bytes32
    stream: Bytes16
    counter: Count
    previous: Bytes32


class _Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    deployment: Bytes16
    made_ms: Millis
    offers: list[bytes]
    held: dict[str, int]
    """Size of each record that the office holds."""
    streams: list[_Stands] | None = None
    """The last envelope that it took of each sender; None in a word of before, which did not say it."""


class _Signed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    payload: bytes
    signature: Bytes64
    certificates: list[bytes]


class Word(msgspec.Struct, frozen=True):
    """An office's word that holds now."""

    office: Authority
    offer: InboxOffer
    held: dict[str, int]
    made_ms: int
    _streams: list[_Stands] | None = None

    def resume(self, record: str, sender: bytes) -> Resume | None:
        """Where it stands with this record and sender, as over a wire; None where the word does not say so much."""
        if self._streams is None:
            return None
        nothing = _Stands(sender, bytes(16), 0, NO_PREVIOUS)
        at = next((one for one in self._streams if one.sender == sender), nothing)
        return Resume(record, self.held.get(record, 0), at.stream, at.counter, at.previous)


def write_word(
    folder: Path, party: Party, offers: list[bytes], held: dict[str, int], streams: Iterable[Position], now_ms: int
) -> Path:
    """Leave the office's word on a stick, in place of its last one; `streams`: the newest of each sender."""
    stands = [_Stands(one.sender, one.stream, one.counter, one.previous) for one in streams]
    payload = canonical.encode(_Word(party.deployment.id, now_ms, offers, dict(sorted(held.items())), stands))
    signed = _Signed(payload, sign_payload(party.signer, PAYLOAD_TYPE, payload), party.chain())
    path = folder / f"{party.name}{SUFFIX}"
    stickdisk.write(path, canonical.encode(signed))
    return path


def read_word(folder: Path, party: Party, now_ms: int) -> Word | None:
    """The newest word of an office of ours on a stick; None if there is none at all, WordRefused if none holds."""
    words: list[Word] = []
    refused: SyncError | None = None
    for path in stickdisk.found(folder, SUFFIX):
        try:
            words.append(_open(stickdisk.read(path), party, now_ms))
        except SyncError as error:
            refused = error
    if not words and refused is not None:
        raise WordRefused(why=refused.code) from refused
    return max(words, key=lambda word: word.made_ms, default=None)


def _open(data: bytes, party: Party, now_ms: int) -> Word:
    signed = canonical.decode(data, _Signed)
    word = canonical.decode(signed.payload, _Word)
    if word.deployment != party.deployment.id or not signed.certificates:
        raise WordRefused(why="another deployment")
    take_proven(party.trust, signed.certificates)
    office = party.trust.authority(certificate_id(signed.certificates[0]), now_ms)
    party.trust.need_unrevoked(office)
    if office.kind != "office" or not verify_payload(office.key, PAYLOAD_TYPE, signed.payload, signed.signature):
        raise WordRefused(why="no office's signature", person=office.person)
    offers = read_offers(Offers("office", word.offers, signed.certificates), party, now_ms)
    if not offers:
        raise WordRefused(why="its keys are of days that are over")
    return Word(office, offers[-1][1], word.held, word.made_ms, word.streams)


MOST_CERTIFICATES = 64
"""In a hub's introduction, as in a link's hello (sync.link.link): its own, its issuers', and what these were renewed with."""


def write_introduction(folder: Path, party: Party) -> Path:
    """Leave who we are beside our envelopes: an office to which we have never linked knows no hub of this name."""
    path = folder / f"{party.name}{INTRODUCTION}"
    stickdisk.write(path, msgspec.msgpack.encode(party.chain()))
    return path


def meet(folder: Path, party: Party) -> list[bytes]:
    """Keep the certificates of hubs that introduce themselves on a stick, each only once a root proves it; their ids."""
    met: list[bytes] = []
    for path in stickdisk.found(folder, INTRODUCTION):
        try:
            chain = msgspec.msgpack.decode(stickdisk.read(path), type=list[bytes])
        except (SyncError, *canonical.NO_VALUE) as error:
            log.warning("%s introduces nobody: %s", stickdisk.shown(path), error)
            continue
        take_proven(party.trust, chain[:MOST_CERTIFICATES])
        met += [certificate_id(encoded) for encoded in chain[:1]]
    return met
