"""A terminal's part when the hub changes: it tells an old hub that it was succeeded, gives a restored one its copy, and
goes over to the machine that the record names, keeping what that machine's record lacks.
"""

from __future__ import annotations

import asyncio
import logging

from hub.client.proof.divergence import RecordForked
from hub.client.proof.keeper import Keeper
from hub.client.proof.replica import Replica
from hub.succession import LENGTH, Succession, place_of, read_succession
from sync import messages
from sync.errors import SyncError
from sync.keys.party import Party
from sync.keys.trust import Authority
from sync.link.link import Link
from sync.messages import Welcome

log = logging.getLogger(__name__)

ASKED_S = 5.0
"""A hub that wants our copy asks for the next piece within milliseconds; one that does not ask has no use for it."""

MOST_STRANDED = 5_000
"""Entries of an old hub that are passed on as evidence; a day has fewer, and the whole file is kept here besides."""

STRANDED_AT_ONCE = 100


class NotTheHub(SyncError):
    """Who answers is not the machine that the record names as its hub."""

    code = "link.not_the_hub"
    ja = "つながった機械は、この記録の今のハブではありません（別の機械が引き継いでいます）。"
    en = "The machine that answered is not this record's hub now: another one has taken over."
    todo_ja = "前のハブの電源を切ってください。新しいハブには自動でつながります。"
    todo_en = "Switch the old hub off; the terminal finds the new one by itself."


class GoneOver(SyncError):
    """The record was taken over before what we hold ends: what is beyond is set apart, and we follow the new hub."""

    code = "link.gone_over"
    ja = "ハブが引き継がれました。新しいハブの記録に切り替えます。"
    en = "Another machine took the hub over; this terminal follows its record now."
    todo_ja = "切り替わるまで数秒お待ちください。"
    todo_en = "Wait a few seconds."


class RivalHub(RecordForked):
    """The peer took the record over at the very epoch at which the hub that we follow did: it is not followed."""

    code = "record.rival_hub"
    ja = "別の機械も同じ回にハブを引き継いでいます。この端末は前のまま。"
    en = "Another machine took over at the same time; this terminal stays as it was."
    todo_ja = "管理者へ。2台のうち1台の電源を切る（事務局が従う方を残す）"
    todo_en = "Tell the manager: switch one off; keep the one the office follows."

    def __init__(self, **data: object) -> None:
        super().__init__(**data)
        self.ja, self.en = type(self).ja, type(self).en  # that is what happened, wherever the records part


def need_writer(peer: Authority, replica: Replica) -> None:
    """Raise NotTheHub unless our record, as far as we hold it, lets this machine go on with it."""
    writer = replica.booth.continuity.writer()
    if writer is not None and peer.key != writer.key and peer.kind == "hub":
        raise NotTheHub(answered=peer.person, hub=writer.name)


async def tell_succeeded(link: Link, party: Party, keeper: Keeper | None, replica: Replica) -> None:
    """Show a hub the entries by which another machine became the record's hub."""
    place = place_of(replica.booth.continuity)
    if keeper is None or place is None or keeper.size < place + LENGTH:
        return
    entries = await keeper.read(place, LENGTH)
    await link.send(messages.Succeeded(party.deployment.record, entries, await keeper.certificates()))


def taken_over(peer: Authority, party: Party, replica: Replica, welcome: Welcome) -> Succession | None:
    """The succession by which this peer's record parts from ours before our end; None if there is none.

    RivalHub if it is of the epoch that another machine's is, which we follow.
    """
    if not welcome.succession or peer.kind != "standby_hub":
        return None
    try:
        made = read_succession(
            welcome.succession,
            party.deployment,
            party.trust,
            welcome.certificates,
            managing=replica.profile.managing,
            booth=replica.booth,
        )
    except SyncError as error:
        log.error("the succession that %s shows does not hold: %s", peer.person, error)
        return None
    ours, writer = replica.booth.continuity.epoch, replica.booth.continuity.writer()
    if made.hub_key == peer.key and made.epoch == ours and writer is not None and writer.key != peer.key:
        raise RivalHub(epoch=ours, followed=writer.name, answered=made.hub, by="、".join(made.confirmed_by))
    fits = made.hub_key == peer.key and made.epoch > ours and made.size <= replica.size
    return made if fits else None


async def go_over(keeper: Keeper | None, made: Succession) -> list[bytes] | None:
    """Put our copy back to where the record was taken over; the entries beyond. None if what is before differs too."""
    if keeper is None:
        return []
    await keeper.flush()
    if keeper.size < made.size or await keeper.root(made.size) != made.root:
        return None
    return await keeper.put_back(made.size)


async def pass_on(link: Link, stranded: list[bytes]) -> None:
    """Send the new hub what the old one wrote beyond the take-over: it keeps it as discrepancies."""
    for first in range(0, min(len(stranded), MOST_STRANDED), STRANDED_AT_ONCE):
        await link.send(messages.Stranded(stranded[first : first + STRANDED_AT_ONCE]))


async def offer(link: Link, keeper: Keeper | None) -> None:
    """Offer our copy to a hub that shows less than it once signed, and send the pieces that it asks for."""
    note = await keeper.note() if keeper is not None else None
    if keeper is None or note is None:
        return
    await link.send(messages.Holding(note, keeper.size, await keeper.certificates()))
    loop = asyncio.get_running_loop()
    until = loop.time() + ASKED_S
    try:
        while True:
            async with asyncio.timeout_at(until):
                message = await link.receive()
            match message:
                case messages.PastWanted(first, count) if 0 <= first < keeper.size and count > 0:
                    await link.send(messages.Past(first, await keeper.read(first, min(count, PIECE))))
                    until = loop.time() + ASKED_S
                case messages.Kept():
                    return
    except TimeoutError:
        log.info("the hub does not ask for our copy")


PIECE = 256
"""Entries in one answer, as the hub asks for them: some 200 KB."""
