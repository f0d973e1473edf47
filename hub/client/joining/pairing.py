"""The new terminal's side of pairing: find out whom it talks to, type the code once, compare digits, write its home."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from hub.client.joining.invitation import Invitation
from hub.client.joining.newhome import need_free, write_home
from sync.clock import real_ms
from sync.errors import SyncError
from sync.keys.keys import BoxKey, Signer
from sync.keys.party import Deployment, Party
from sync.link.grant import open_grant
from sync.link.link import Clock, LinkClosed, Socket, dial
from sync.link.pairing import Granted, Joined, Joining, Refused, TerminalSide
from sync.link.pairingfaults import GrantRefused, PairingBroken, PairingError, PairingLost, said_by_hub

ANSWER_S: Final = 15.0
"""A hub answers in a tenth of a second; one that is busy starting, or bad Wi-Fi, takes some."""

MANAGER_S: Final = 310.0
"""A little longer than the hub waits for the manager: it is the hub that says when the time is over."""

Shown = Callable[[Joining, Deployment], None]


async def join(invitation: Invitation, code: str, home: Path, shown: Shown, *, clock: Clock | None = None) -> Party:
    """Pair with the hub at this address, and write `home`; the terminal's party. A PairingError leaf says why not.

    `shown` is called once both sides have proved the code, with what the digits on both screens are made from. The
    code is used for one try: whatever ends it, it has to be typed again.
    """
    await asyncio.to_thread(need_free, home)
    now_ms = clock or real_ms
    side = TerminalSide(Signer.generate(), BoxKey.generate(), expect=invitation.fingerprint)
    try:
        socket = await dial(invitation.pair_url)
    except LinkClosed as error:
        raise PairingLost(address=invitation.pair_url) from error
    try:
        return await _join(socket, side, code, home, shown, now_ms)
    except PairingError:
        raise
    except SyncError as error:
        raise PairingLost(why=error.code) from error
    finally:
        await socket.close()


async def _join(socket: Socket, side: TerminalSide, code: str, home: Path, shown: Shown, now_ms: Clock) -> Party:
    side.greet(await _hear(socket, ANSWER_S), now_ms())
    await socket.send(await asyncio.to_thread(side.knock, code))
    await socket.send(await asyncio.to_thread(side.prove, await _hear(socket, ANSWER_S)))
    channel = side.trust(await _hear(socket, ANSWER_S))
    shown(side.joining, side.deployment)
    told = channel.open(await _hear(socket, MANAGER_S))
    if isinstance(told, Refused):
        raise said_by_hub(told.code)
    if not isinstance(told, Granted):
        raise PairingBroken(why="out of turn")
    try:
        party = await asyncio.to_thread(_settle, side, told, home, now_ms())
    except PairingError as error:
        await socket.send(channel.seal(Refused(error.code)))
        raise
    await socket.send(channel.seal(Joined()))
    await _goodbye(socket)
    return party


def _settle(side: TerminalSide, told: Granted, home: Path, now_ms: int) -> Party:
    """Check everything that was handed over, then write the home; nothing is on disk unless all of it is."""
    deployment = side.deployment
    if sha256(told.profile).digest() != deployment.profile:
        raise GrantRefused(why="another profile")
    grant, trust = open_grant(told.grant, side.box, side.joining, deployment, now_ms)
    for encoded in side.hub_chain:
        trust.add(encoded)
    party = Party(deployment, side.signer, grant.certificates[0], trust)
    hub_key = side.hub.key if side.hub.kind == "hub" else None
    write_home(home, party, secret=grant.secret, profile=told.profile, hub_key=hub_key)
    return party


async def _goodbye(socket: Socket) -> None:
    """Let the hub close first: then it has heard us."""
    try:
        async with asyncio.timeout(ANSWER_S):
            await socket.receive()
    except (TimeoutError, SyncError):
        return


async def _hear(socket: Socket, seconds: float) -> bytes:
    try:
        async with asyncio.timeout(seconds):
            said = await socket.receive()
    except TimeoutError:
        raise PairingLost(why="silence") from None
    if said is None:
        raise PairingLost(why="gone")
    return said
