"""What the office holds of this hub's record, fetched to recover it, and how far the office has put its name to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from hub.site.continuity.copies import Copy
from sync.clock import real_ms
from sync.errors import SyncError
from sync.keys.party import Party
from sync.keys.trust import Authority
from sync.link.link import LinkClosed, connect, dial
from sync.messages import Held, HeldWanted
from sync.record.checkpoint import CosignedCheckpoint, verify_cosignature

log = logging.getLogger(__name__)

ANSWER_S = 30.0
"""An office that has not answered for so long is taken for gone."""


class OfficeAway(SyncError):
    """The office does not answer, or holds nothing of this record."""

    code = "recover.office_away"
    ja = "事務局から記録を受け取れません。何も変えていません。"
    en = "The office does not hand out the record; nothing was changed."
    todo_ja = "つながりを確かめるか、端末の控え（--from）だけで行ってください。"
    todo_en = "Check the connection, or recover from terminals alone (--from)."


async def fetch(url: str, party: Party) -> Copy:
    """The office's copy of the record of this hub; OfficeAway, PeerRefused."""
    record = party.deployment.record
    entries: list[bytes] = []
    certificates: list[bytes] = []
    witnessed: list[CosignedCheckpoint] = []
    try:
        socket = await dial(url)
    except (LinkClosed, ValueError) as error:  # nobody there, or no address: and nobody goes on trying
        raise OfficeAway(url=url) from error
    try:
        link = await connect(socket, party, real_ms, expect={"office"})
        while True:
            await link.send(HeldWanted(record, len(entries)))
            async with asyncio.timeout(ANSWER_S):
                while not isinstance(answer := await link.receive(), Held):
                    pass  # mail and lists come in between
            if not answer.entries or answer.first != len(entries):
                raise OfficeAway(office=link.peer.person, size=answer.size)
            entries += answer.entries
            certificates += answer.certificates
            witnessed += answer.witnessed
            if len(entries) >= answer.size:
                return copy_of(entries, certificates, answer, link.peer, party, witnessed)
    except (TimeoutError, LinkClosed) as error:
        raise OfficeAway(url=url) from error
    finally:
        await socket.close()


def copy_of(
    entries: Sequence[bytes],
    certificates: Sequence[bytes],
    newest: Held,
    office: Authority,
    party: Party,
    witnessed: Sequence[CosignedCheckpoint] = (),
) -> Copy:
    """These entries as this office's copy. What its cosignature is not under is a copy like anybody else's."""
    cosigned = newest.note
    try:
        verify_cosignature(newest.note, newest.line, party.deployment.key_name(office.person), office.key)
    except SyncError as error:
        log.warning("%s has not cosigned what it hands out: %s", office.person, error)
        cosigned = ""
    return Copy(office.person, entries, certificates, [newest.note], cosigned=cosigned, witnessed=witnessed)
