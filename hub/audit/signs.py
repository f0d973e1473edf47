"""The silent signs in a record: which of the city's decisions carry one, for whoever has the key that reads them."""

from __future__ import annotations

import msgspec

from hub.audit.evidence import Evidence
from hub.audit.reading import NotReadable, certificates_of
from hub.domain import codec
from hub.domain.identity.identity import DecideIdentity, FirstSigned, IdentityDecided
from sync.errors import Malformed, on_one_line
from sync.keys.keys import BoxKey
from sync.keys.silentsign import read_sign
from sync.record.command import read_command
from sync.record.entry import decode_entry


class Sign(msgspec.Struct, frozen=True):
    """A decision whose officer gave the sign. Who signed is as the certificate beside it says, its chain not checked here."""

    index: int
    at_ms: int
    officer: str
    number: str
    """The ticket."""


class Signs(msgspec.Struct, frozen=True):
    """What a key reads in a record."""

    decisions: int
    """How many there are; where two officers sign, each one's counts."""
    unread: int
    """How many were not sealed to this key."""
    given: tuple[Sign, ...]


def signs(evidence: Evidence, reader: BoxKey) -> Signs:
    """The silent signs that this key reads, in order; NotReadable at the first entry that cannot be read."""
    people, found, unread, decisions = certificates_of(evidence), [], 0, 0
    for index, body in enumerate(evidence.entries):
        try:
            entry = decode_entry(body)
            command = read_command(entry.command.payload)
            asked = codec.decode_command(command.kind, bytes(command.args))
            if not isinstance(asked, DecideIdentity):
                continue
            context = codec.decode_context(bytes(entry.context))
            events = codec.decode_events(bytes(entry.events))
        except (Malformed, msgspec.MsgspecError, ValueError) as error:
            raise NotReadable(index=index, why=str(error)) from error
        decisions += 1
        given = read_sign(asked.sealed, reader)
        unread += given is None
        if given:
            by = people.get(command.certificate)
            who = on_one_line(by.person) if by else command.certificate.hex()[:16]
            ticket = (one.number for one in events if isinstance(one, IdentityDecided | FirstSigned))
            found.append(Sign(index, context.at_ms, who, on_one_line(next(ticket, ""))))
    return Signs(decisions, unread, tuple(found))
