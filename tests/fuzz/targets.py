"""Everything that reads bytes from outside: honest bytes to begin from, and what a reader may say instead of an answer.

A reader returns the bytes that its format writes for what it read (they must be the ones it was given), or None where
a format has several spellings. It may refuse by raising one of its `refusals`; anything else is a defect.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from hub.client.joining.invitation import read_invitation
from hub.domain import codec
from hub.domain.booth import Booth
from hub.domain.contracts.reading import ProfileError, decode_profile
from hub.domain.reservations.reservation import header_map, read_reservations
from hub.domain.reservations.samples import BAD_KINDS, Sample, sample_bytes
from hub.setup import agreement
from hub.setup.root import Card, decode_card, encode_card
from sync import messages
from sync.envelopes.envelope import InStream, OutStream
from sync.envelopes.frame import COMPRESSIBLE_PREFIX, Codec, Frame, decode_frame, encode_frame
from sync.envelopes.saltpack import open_sealed, seal
from sync.errors import SyncError
from sync.keys.certificate import parse, signature_holds
from sync.keys.keys import BoxKey
from sync.keys.lockbox import SECRET_BYTES, Cost, lock, unlock
from sync.keys.revocation import Revocations, Revoked, open_revocations, sign_revocations
from sync.keys.roster import Member, Roster, open_roster, sign_roster
from sync.link.pairing import HubSide, TerminalSide
from sync.mail.offer import InboxOffer, open_offer, sign_offer
from sync.record.batch import RecordBatch, decode_batch, encode_batch
from sync.record.bundle import decode_bundle, encode_bundle
from sync.record.checkpoint import decode_body, encode_body, open_note, signature_lines, verify_cosignature
from sync.record.command import read_command
from sync.record.entry import decode_entry, encode_entry
from tests.hub.audit.bundles import bundle, encoded, line, site_world, small

NOW_MS = 1_754_438_400_000
DATE = datetime.date(2025, 8, 6)

WORLD = site_world("fuzz")
MAKER = small(WORLD)
BOX = BoxKey(b"b" * 32)
INBOX, STREAM = b"i" * 16, b"s" * 16
NOTE = MAKER.note(MAKER.size)
COSIGNED = line(WORLD, NOTE, WORLD.desk)


class Target(NamedTuple):
    """One reader: what it does with bytes, how it may refuse, and a small corpus of what it should take."""

    read: Callable[[bytes], bytes | None]
    corpus: tuple[bytes, ...]
    refusals: tuple[type[Exception], ...] = (SyncError,)


def _saltpack(data: bytes) -> None:
    open_sealed(data, BOX)


def _envelope(data: bytes) -> None:
    InStream(BOX, WORLD.deployment.id, INBOX, WORLD.hub.signer.public).unwrap(data, NOW_MS)


def _sealed_frame(data: bytes) -> None:
    """The bytes as a sender of ours could seal them: what a compromised machine can send."""
    _envelope(seal(data, WORLD.hub.signer, [BOX.public]))


def _frame(data: bytes) -> bytes | None:
    frame = decode_frame(data)
    return encode_frame(frame) if frame.codec == Codec.NONE else None


def _entry(data: bytes) -> bytes:
    entry = decode_entry(data)
    read_command(entry.command.payload)
    return encode_entry(entry)


def _certificate(data: bytes) -> None:
    parse(data)
    signature_holds(data)
    trust = WORLD.trust()
    trust.authority(trust.add(data), NOW_MS)


def _checkpoint(data: bytes) -> None:
    text = _text(data)
    open_note(text, {WORLD.deployment.origin: WORLD.hub.signer.public})
    signature_lines(text)


def _checkpoint_body(data: bytes) -> bytes:
    text = _text(data)
    return data if encode_body(decode_body(text)) == text else b""


def _cosignature(data: bytes) -> None:
    name = WORLD.deployment.key_name(WORLD.desk.name)
    verify_cosignature(NOTE, _text(data), name, WORLD.desk.signer.public)


def _bundle(data: bytes) -> bytes:
    return b"".join(encode_bundle(decode_bundle(io.BytesIO(data))))


def _batch(data: bytes) -> bytes:
    return encode_batch(decode_batch(data))


def _offer(data: bytes) -> None:
    open_offer(data, WORLD.hub.signer.public, WORLD.deployment.id, NOW_MS)


def _lockbox(data: bytes) -> None:
    unlock(data, "kunren-1", b"t" * SECRET_BYTES)


def _message(data: bytes) -> None:
    messages.decode(data)


def _events(data: bytes) -> None:
    codec.decode_events(data)


def _context(data: bytes) -> None:
    codec.decode_context(data)


def _state(data: bytes) -> None:
    codec.decode_booth(data)


def _command(data: bytes) -> None:
    for kind in codec.COMMANDS:
        codec.decode_command(kind, data)


def _reservations(data: bytes) -> None:
    found = read_reservations(data, header_map(WORLD.profile), date=DATE)
    faulty = len({problem.line for problem in found.problems})
    assert found.refused or found.records == len(found.rows) + faulty + found.blank, "a row has vanished"


def _profile(data: bytes) -> None:
    decode_profile(data, "fuzz.toml")


def _roster(data: bytes) -> bytes:
    return sign_roster(open_roster(data, WORLD.deployment.id, WORLD.deployment.roots), WORLD.roots["contractor"])


def _revocations(data: bytes) -> bytes:
    lists = open_revocations(data, WORLD.deployment.id, WORLD.deployment.roots)
    return sign_revocations(lists, WORLD.roots["contractor"])


def _card(data: bytes) -> None:
    decode_card(data)


def _agreement(data: bytes) -> bytes:
    return agreement.encode(agreement.read(data)[0])


def _invitation(data: bytes) -> None:
    read_invitation(_text(data))


def _greeting(data: bytes) -> None:
    TerminalSide(WORLD.terminal.signer, BOX).greet(data, NOW_MS)


def _knock(data: bytes) -> None:
    HubSide(WORLD.deployment, WORLD.hub.signer, WORLD.hub.chain(), "12345678").answer(data)


def _text(data: bytes) -> str:
    """Notes come as text; what is none was refused before (sync.messages, sync.record.bundle)."""
    return data.decode("utf-8", "replace")


def _frames() -> tuple[bytes, ...]:
    plain = Frame(
        deployment=WORLD.deployment.id,
        sender=WORLD.hub.signer.public,
        audience=bytes(32),
        inbox=INBOX,
        stream=STREAM,
        counter=1,
        created_ms=NOW_MS,
        not_after_ms=NOW_MS + 1,
        media_type=f"{COMPRESSIBLE_PREFIX}.x",
        body=b"body" * 40,
    )
    return tuple(encode_frame(msgspec.structs.replace(plain, codec=one)) for one in Codec)


def _honest_envelope() -> bytes:
    out = OutStream(WORLD.hub.signer, WORLD.deployment.id, [BOX.public], INBOX, STREAM)
    return out.wrap("application/x", b"body", now_ms=NOW_MS)


def _honest_batch() -> RecordBatch:
    return RecordBatch("hub-1", 0, list(MAKER.entries), NOTE, [WORLD.hub.certificate], [], [])


def _honest_offer() -> bytes:
    offer = InboxOffer(WORLD.deployment.id, WORLD.hub.signer.public, INBOX, BOX.public, NOW_MS - 1, NOW_MS + 1)
    return sign_offer(offer, WORLD.hub.signer)


def _samples() -> tuple[bytes, ...]:
    mapping = header_map(WORLD.profile)
    sample = Sample(date=DATE, people=3, seed=1, bad=len(BAD_KINDS))
    return tuple(sample_bytes(sample, mapping, name) for name in ("utf-8", "utf-8-sig", "cp932", "utf-16"))


def _lists() -> tuple[bytes, bytes]:
    root = WORLD.roots["contractor"]
    member = Member("staff-1", "管理 花子", ("worker",), b"k" * 32, NOW_MS)
    roster = Roster(WORLD.deployment.id, "contractor", 1, NOW_MS, (member,))
    revoked = Revoked(b"k" * 32, "staff-1", "紛失", NOW_MS)
    revocations = Revocations(WORLD.deployment.id, "contractor", 1, NOW_MS, (revoked,))
    return sign_roster(roster, root), sign_revocations(revocations, root)


def _honest_pairing() -> tuple[bytes, bytes]:
    hub = HubSide(WORLD.deployment, WORLD.hub.signer, WORLD.hub.chain(), "12345678")
    terminal = TerminalSide(WORLD.terminal.signer, BOX)
    terminal.greet(hub.greeting, NOW_MS)
    return hub.greeting, terminal.knock("12345678")


def _honest_card() -> bytes:
    root = WORLD.roots["city"]
    return encode_card(Card(party="city", organisation="小金井市", key=root.public, made_ms=NOW_MS), root)


def _honest_agreement() -> bytes:
    roots, issuer = WORLD.roots, WORLD.issuers["contractor"]
    terms = agreement.Terms(
        deployment=WORLD.deployment.id,
        contract=WORLD.deployment.contract,
        profile=WORLD.deployment.profile,
        contractor="株式会社見本",
        city="小金井市",
        contractor_root=roots["contractor"].public,
        city_root=roots["city"].public,
        sites=(agreement.Site(name="site-1", hub="hub-1"),),
        starts_ms=parse(issuer).not_before_ms,
        ends_ms=parse(issuer).not_after_ms,
        training=False,
        made_ms=NOW_MS,
    )
    return agreement.encode(agreement.propose(terms, WORLD.profile_raw, roots["contractor"], issuer))


_ENTRIES = tuple(decode_entry(body) for body in MAKER.entries)
_UNREADABLE = (SyncError, msgspec.MsgspecError)

TARGETS = {
    "saltpack": Target(_saltpack, (seal(b"x", WORLD.hub.signer, [BOX.public]),)),
    "envelope": Target(_envelope, (_honest_envelope(),)),
    "sealed frame": Target(_sealed_frame, _frames()),
    "frame": Target(_frame, _frames()),
    "entry": Target(_entry, tuple(MAKER.entries)),
    "certificate": Target(_certificate, (WORLD.hub.certificate, *WORLD.issuers.values())),
    "checkpoint": Target(_checkpoint, (NOTE.encode(),)),
    "checkpoint body": Target(_checkpoint_body, (NOTE.split("\n\n")[0].encode() + b"\n",)),
    "cosignature": Target(_cosignature, (COSIGNED.encode(),)),
    "bundle": Target(_bundle, (encoded(bundle(MAKER, city=MAKER.size, office=MAKER.size)),)),
    "batch": Target(_batch, (encode_batch(_honest_batch()),)),
    "offer": Target(_offer, (_honest_offer(),)),
    "lockbox": Target(_lockbox, (lock(b"s" * 32, "kunren-1", b"t" * SECRET_BYTES, cost=Cost.TRAINING),)),
    "message": Target(_message, (messages.encode(messages.Kept(7)), messages.encode(messages.Tick(1))), _UNREADABLE),
    "events": Target(_events, tuple(bytes(one.events) for one in _ENTRIES), _UNREADABLE),
    "context": Target(_context, tuple(bytes(one.context) for one in _ENTRIES), _UNREADABLE),
    "state": Target(_state, (codec.encode_booth(Booth(hub="hub-1")), codec.encode_booth(MAKER.booth)), _UNREADABLE),
    "command": Target(_command, tuple(bytes(read_command(one.command.payload).args) for one in _ENTRIES)),
    "roster": Target(_roster, (_lists()[0],)),
    "revocations": Target(_revocations, (_lists()[1],)),
    "root card": Target(_card, (_honest_card(),)),
    "agreement": Target(_agreement, (_honest_agreement(),), (agreement.AgreementUnusable,)),
    "invitation": Target(
        _invitation, (b"DEMADO:192.168.1.20:7420/001115799146959", b"192.168.1.20:7420", b"hub.local")
    ),
    "greeting": Target(_greeting, (_honest_pairing()[0],)),
    "knock": Target(_knock, (_honest_pairing()[1],)),
    "reservations": Target(_reservations, _samples(), ()),
    "profile": Target(_profile, (WORLD.profile_raw,), (ProfileError,)),
}
