"""What the office holds of this hub's record, fetched to recover it: the office has checked and cosigned all of it."""

from __future__ import annotations

import asyncio
import time

from hub.site.continuity.copies import Copy
from sync.errors import SyncError
from sync.keys.party import Party
from sync.link.link import LinkClosed, connect, dial
from sync.messages import Held, HeldWanted

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
    try:
        socket = await dial(url)
    except (LinkClosed, ValueError) as error:  # nobody there, or no address: and nobody goes on trying
        raise OfficeAway(url=url) from error
    try:
        link = await connect(socket, party, lambda: time.time_ns() // 1_000_000, expect={"office"})
        while True:
            await link.send(HeldWanted(record, len(entries)))
            async with asyncio.timeout(ANSWER_S):
                while not isinstance(answer := await link.receive(), Held):
                    pass  # mail and lists come in between
            if not answer.entries or answer.first != len(entries):
                raise OfficeAway(office=link.peer.person, size=answer.size)
            entries += answer.entries
            certificates += answer.certificates
            if len(entries) >= answer.size:
                return Copy(link.peer.person, entries, certificates, [answer.note], office=True)
    except (TimeoutError, LinkClosed) as error:
        raise OfficeAway(url=url) from error
    finally:
        await socket.close()
