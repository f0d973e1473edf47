"""Signing commands as a person: what the screen shows is what the bytes say."""

from __future__ import annotations

import os

import msgspec

from hub.domain import codec
from hub.domain.booth import Command
from sync.keys.party import Deployment, Person
from sync.record import command as signed_commands
from sync.record.command import Signed, sign_command


def sign_as(
    person: Person,
    deployment: Deployment,
    command: Command,
    made_ms: int,
    *,
    version: int = 0,
    manifest: bytes = b"",
    epoch: int = 1,
) -> tuple[bytes, Signed]:
    """A new command id, and the command signed under it. Sending it twice does it once."""
    kind, arguments = codec.encode_command(command)
    identifier = os.urandom(16)
    signed = sign_command(
        signed_commands.Command(
            deployment=deployment.id,
            record=deployment.record,
            epoch=epoch,
            id=identifier,
            certificate=person.certificate_id,
            made_ms=made_ms,
            kind=kind,
            args=msgspec.Raw(arguments),
            version=version,
            manifest=manifest,
        ),
        person.signer,
    )
    return identifier, signed
