"""A list that one of the two roots has signed: numbered, so that the newest is known whatever way it came.

RootListError
├── ListRefused     not signed by the root of its party, or of another deployment, or contradicting itself
└── ListForked      two different lists under one number: a root said two things
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Protocol, TypeVar

import msgspec

from sync import canonical
from sync.canonical import Bytes64, Text
from sync.errors import Malformed, SyncError
from sync.keys.certificate import Party
from sync.keys.keys import Signer, sign_payload, verify_payload
from sync.keys.roots import Roots


class RootListError(SyncError):
    """A root-signed list that is not taken."""

    code = "rootlist"
    ja = "名簿または失効リストを受け入れられません。"
    en = "The roster or list of revoked keys is not accepted."
    todo_ja = "前のリストのまま作業できます。事務所に正しいリストを頼んでください。"
    todo_en = "Work goes on with the list held before; ask the office for the right one."


class ListRefused(RootListError):
    """The list is not one that its party's root made for this deployment (data["why"])."""

    code = "rootlist.refused"
    ja = "名簿または失効リストの署名、契約、内容のどれかが正しくありません。"
    en = "The list's signature, deployment or content does not hold."


class ListForked(RootListError):
    """Another list with the same number is held already."""

    code = "rootlist.forked"
    ja = "同じ番号で内容の違う名簿または失効リストがあります。"
    en = "There are two different lists with the same number."
    todo_ja = "どちらも残してあります。ルート鍵の保管者に知らせてください。"
    todo_en = "Tell whoever keeps the root key: it has signed two lists under one number."


class RootList(Protocol):
    """What every root-signed list says of itself."""

    @property
    def deployment(self) -> bytes: ...
    @property
    def party(self) -> Party: ...
    @property
    def number(self) -> int: ...


L = TypeVar("L", bound=RootList)


class _Signed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    kind: Text
    payload: bytes
    signature: Bytes64


def sign_list(value: RootList, kind: str, root: Signer) -> bytes:
    """Return the encoded list; Malformed for a value that nobody could read back."""
    payload = canonical.encode(value)
    canonical.decode(payload, type(value))  # what nobody could read back must not be signed
    return canonical.encode(_Signed(kind, payload, sign_payload(root, payload_type(kind), payload)))


def open_list(encoded: bytes, kind: str, form: type[L], deployment: bytes, roots: Roots) -> L:
    """Return the list if its own party's root signed it for this deployment; raises ListRefused, Malformed."""
    signed = canonical.decode(encoded, _Signed)
    if signed.kind != kind:
        raise Malformed(kind=form.__name__, reason="another kind of list")
    value = canonical.decode(signed.payload, form)
    root = roots.city if value.party == "city" else roots.contractor
    if not verify_payload(root, payload_type(kind), signed.payload, signed.signature):
        raise ListRefused(why="signature", party=value.party, number=value.number)
    if value.deployment != deployment:
        raise ListRefused(why="deployment", deployment=value.deployment)
    return value


def list_kind(encoded: bytes) -> str:
    """Return which kind of list these bytes say they are; raises Malformed."""
    return canonical.decode(encoded, _Signed).kind


def list_hash(encoded: bytes) -> bytes:
    """Return the list's hash, by which a record names it: SHA-256 over its encoded bytes."""
    return sha256(encoded).digest()


def payload_type(kind: str) -> str:
    """Return the DSSE payload type of a kind of list."""
    return f"application/vnd.demado.{kind}.v1+msgpack"


def need_once(what: str, values: Iterable[object], party: Party, number: int) -> None:
    """ListRefused ("person twice") if a list of this party says anything twice of what it may say once."""
    listed = list(values)
    if len(set(listed)) != len(listed):
        raise ListRefused(why=f"{what} twice", party=party, number=number)
