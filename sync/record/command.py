"""A signed command: what one person asked one record to do, in bytes that nobody can alter or reuse."""

from collections.abc import Iterable, Sequence

import msgspec

from sync import canonical
from sync.canonical import Bytes16, Bytes32, Bytes64, Count, Millis, Text
from sync.errors import SyncError
from sync.keys.keys import Signer, sign_payload, verify, verify_payload
from sync.keys.trust import Authority, TrustStore
from sync.record.dsse import pae_all

PAYLOAD_TYPE = "application/vnd.demado.command.v1+msgpack"


class CommandForged(SyncError):
    """A command whose signature is not by the certificate it names."""

    code = "command.forged"
    ja = "操作の署名が正しくありません。"
    en = "The command's signature is not by the key of its certificate."
    todo_ja = "この操作は行われていません。責任者に知らせてください。"
    todo_en = "The command was not carried out; tell the manager."


class CommandElsewhere(SyncError):
    """A command made for another deployment."""

    code = "command.elsewhere"
    ja = "別の契約のための操作です。"
    en = "The command was made for another deployment."
    todo_ja = "この端末が正しい契約に登録されているか確かめてください。"
    todo_en = "Check that this terminal is enrolled in the right deployment."


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The signed content; `id` is used once, `version` is the object's as the signer saw it."""

    deployment: Bytes16
    record: Text
    epoch: Count
    id: Bytes16
    certificate: Bytes32
    made_ms: Millis
    kind: Text
    args: msgspec.Raw  # a msgpack map: the domain knows its fields, this room does not
    acts_on: Text = ""
    """Nothing: the arguments name the object, and a record with words here does not replay."""
    version: Count = 0
    manifest: bytes = b""
    """Of an acceptance, the hash of what is accepted, as its arguments have it too (hub.domain.codec.signs_more)."""


class Signed(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A command's exact bytes and the signature over their PAE."""

    payload: bytes
    signature: Bytes64


def sign_command(command: Command, signer: Signer) -> Signed:
    """Return the command as signed bytes; Malformed if the arguments are no canonical msgpack map."""
    payload = canonical.encode(command)
    read_command(payload)  # what nobody could read back must not be signed
    return Signed(payload, sign_payload(signer, PAYLOAD_TYPE, payload))


def read_command(payload: bytes) -> Command:
    """Return the command in these bytes, its form checked and not who signed it; raises Malformed."""
    command = canonical.decode(payload, Command)
    check_arguments(command)
    return command


def check_arguments(command: Command) -> None:
    """Raise Malformed unless the arguments are a map in its one form; of the rest canonical.decode has said so."""
    canonical.check_map(command.args, "Command.args")


def open_command(signed: Signed, trust: TrustStore, at_ms: int) -> tuple[Command, Authority]:
    """Return the command and who stands behind it at a time; raises Malformed, CommandElsewhere, CommandForged, TrustError."""
    command = canonical.decode(signed.payload, Command)
    if command.deployment != trust.deployment:
        raise CommandElsewhere(deployment=command.deployment)
    authority = trust.authority(command.certificate, at_ms)
    check_arguments(command)
    if not signature_holds(signed, authority):
        raise CommandForged(id=command.id, person=authority.person)
    return command, authority


def signature_holds(signed: Signed, by: Authority) -> bool:
    """Say whether this authority's key has signed the command's bytes."""
    return verify_payload(by.key, PAYLOAD_TYPE, signed.payload, signed.signature)


def signatures_hold(signed: Sequence[Signed], by: Iterable[Authority]) -> int:
    """Return how many of these commands, from the first on, signature_holds says yes of; each with its authority."""
    messages = pae_all(PAYLOAD_TYPE, [one.payload for one in signed])
    held = list(map(verify, [one.key for one in by], messages, [one.signature for one in signed]))
    return held.index(False) if False in held else len(held)
