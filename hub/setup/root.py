"""An organisation's root of trust: made once, locked by a passphrase, kept offline; and its card, which others may see.

FOLDER/root.locked     the private key, under the passphrase alone (no machine's secret: it must open on any machine)
FOLDER/PARTY.card      public: whose root it is, and the key
"""

from pathlib import Path
from typing import Final

import msgspec

from hub.setup.names import is_name
from hub.setup.passphrase import NO_SECRET, check_alone, open_alone
from sync import canonical
from sync.canonical import Bytes32, Bytes64, Millis, Text
from sync.errors import Malformed, SyncError
from sync.keys.certificate import Party
from sync.keys.fingerprint import same
from sync.keys.keys import Signer, sign_payload, verify_payload
from sync.keys.lockbox import Cost, lock
from sync.keys.party import HomeIncomplete
from sync.wholefile import new_folder, write_whole

CARD_TYPE: Final = "application/vnd.demado.root-card.v1+msgpack"
ROOT_FILE: Final = "root.locked"


class NotThisRoot(SyncError):
    """The folder holds the other organisation's root, or none of this deployment's."""

    code = "root.not_this"
    ja = "この作業に使うルート鍵ではありません。"
    en = "This is not the root key that this step needs."
    todo_ja = "受託者の作業には受託者の、市の作業には市のルート鍵のフォルダーを指定してください。"
    todo_en = "Give the contractor's root folder for the contractor's steps, the city's for the city's."


class FingerprintDiffers(SyncError):
    """What was read out by voice is not the fingerprint of the key in the file."""

    code = "root.fingerprint_differs"
    ja = "読み上げた数字が、ファイルの鍵の数字と違います。"
    en = "The digits that were read out are not those of the key in the file."
    todo_ja = "すでに知っている電話番号へかけ直し、もう一度読み合わせてください。合わないファイルは使わないでください。"
    todo_en = "Call a number you already know and compare again; do not use a file whose digits differ."


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A root's public half: what is mailed to the other organisation, and compared by voice."""

    party: Party
    organisation: Text
    key: Bytes32
    made_ms: Millis


class _SignedCard(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    payload: bytes
    signature: Bytes64


class _RootFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    card: bytes
    locked: bytes


class Root(msgspec.Struct, frozen=True):
    """An opened root: in memory only, for as long as one step takes."""

    card: Card
    signer: Signer


def make_root(
    folder: Path, party: Party, organisation: str, passphrase: str, *, now_ms: int, cost: Cost = Cost.MODERATE
) -> Card:
    """Make a root in a new folder and return its card; WouldOverwrite, BadPassphrase."""
    check_alone(passphrase, [organisation])
    signer = Signer.generate()
    card = Card(party=party, organisation=organisation, key=signer.public, made_ms=now_ms)
    encoded = encode_card(card, signer)
    with new_folder(folder) as made:
        locked = lock(signer.seed, passphrase, NO_SECRET, cost=cost)
        write_whole(made / ROOT_FILE, canonical.encode(_RootFile(card=encoded, locked=locked)), secret=True)
        write_whole(made / f"{party}.card", encoded)
    return card


def open_root(folder: Path, passphrase: str) -> Root:
    """Unlock a root; WrongAlone, HomeIncomplete, Malformed."""
    held = _read(folder)
    card = decode_card(held.card)
    signer = Signer(open_alone(held.locked, passphrase))
    if signer.public != card.key:
        raise Malformed(kind="root", reason="the card is another key's")
    return Root(card, signer)


def card_of(folder: Path) -> Card:
    """The card of a root folder, without opening the key; HomeIncomplete, Malformed."""
    return decode_card(_read(folder).card)


def need_root(card: Card, party: Party, key: bytes | None = None) -> None:
    """Raise NotThisRoot unless this is that party's root (and that very key)."""
    if card.party != party or (key is not None and card.key != key):
        raise NotThisRoot(party=card.party, organisation=card.organisation)


def need_same(typed: str, card: Card) -> None:
    """Raise FingerprintDiffers unless the digits that a person typed are the card's key's."""
    if not same(typed, card.key):
        raise FingerprintDiffers(organisation=card.organisation)


def encode_card(card: Card, signer: Signer) -> bytes:
    """The card, signed by the root itself: proves that whoever made it holds the key, and nothing more."""
    payload = canonical.encode(card)
    return canonical.encode(_SignedCard(payload, sign_payload(signer, CARD_TYPE, payload)))


def decode_card(encoded: bytes) -> Card:
    """The card in these bytes; Malformed if they are none, or not signed by the key they show."""
    signed = canonical.decode(encoded, _SignedCard)
    card = canonical.decode(signed.payload, Card)
    if not verify_payload(card.key, CARD_TYPE, signed.payload, signed.signature):
        raise Malformed(kind="root card", reason="not signed by its own key")
    if not is_name(card.organisation):
        raise Malformed(kind="root card", reason="name")
    return card


def _read(folder: Path) -> _RootFile:
    try:
        return canonical.decode((folder / ROOT_FILE).read_bytes(), _RootFile)
    except FileNotFoundError:
        raise HomeIncomplete(path=str(folder / ROOT_FILE)) from None
