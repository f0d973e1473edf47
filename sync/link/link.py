"""One live link: two machines that have proved who they are exchange messages in envelopes, over any message socket.

Each side first says its certificates and an inbox made for this connection alone (a fresh X25519 key, signed by its
own key); from then on everything is an envelope in this connection's stream. A recorded stream fits no later inbox,
and a key that is stolen later opens nothing.

    client                                  server
      <------- hello (chain, inbox) ------------       plain: public certificates, no authority
      -------- hello (chain, inbox) ----------->
      ======== Opening ========================>       envelopes from here on
      <======= Opening =========================
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

import msgspec

from sync import messages
from sync.envelopes.envelope import InStream, OutStream
from sync.errors import SyncError
from sync.keys import revocation
from sync.keys.certificate import parse
from sync.keys.fingerprint import fingerprint
from sync.keys.keys import BoxKey
from sync.keys.owntime import own_authority
from sync.keys.party import Party
from sync.keys.rootlist import list_kind
from sync.keys.trust import Authority, TrustError, TrustStore
from sync.link.http import aiohttp, authorities, web
from sync.mail.offer import InboxOffer, open_offer, sign_offer
from sync.messages import Message

Clock = Callable[[], int]
"""Milliseconds since the epoch, UTC."""

MEDIA = "application/vnd.demado.live"

PART_BYTES = 900_000
"""A message is cut into envelopes of at most this body (an envelope holds 1 MiB with its frame)."""

MESSAGE_BYTES = 256 * 1024 * 1024
"""A snapshot and a day of entries fit many times; more is an attack on memory."""

ASKED_BYTES = 8 * 1024 * 1024
"""What those who connect send is small (a deposit is one envelope); one of them must not fill a server's memory."""

SKEW_MS = 366 * 86_400_000
"""A hub without a network may be off by years of dead battery; the inbox's freshness comes from its random id."""


class LinkClosed(SyncError):
    """The other side has gone, or the connection broke."""

    code = "link.closed"
    ja = "接続が切れました。"
    en = "The connection is closed."
    todo_ja = "自動でつなぎ直します。"
    todo_en = "It reconnects by itself."


class PeerRefused(SyncError):
    """Whoever answers is not what we look for: another kind, another deployment, or a key we do not trust."""

    code = "link.peer_refused"
    ja = "つながった相手を信用できません。"
    en = "The machine that answered cannot be trusted."
    todo_ja = "管理者に知らせてください。"
    todo_en = "Tell the manager."


class OtherKey(PeerRefused):
    """A machine with a good certificate for the name we look for, and another key than the one we know."""

    code = "link.other_hub"
    ja = "同じ名前の別のハブが答えました。つないでいません。"
    en = "Another hub answered under the same name; it was not linked."
    todo_ja = "本物のハブの電源とLANを確かめ、管理者に知らせてください。"
    todo_en = "Check power and LAN of the real hub, and tell the manager."

    def __init__(self, *, expected: str, got: str, **data: object) -> None:
        super().__init__(expected=expected, got=got, **data)
        self.expected, self.got = expected, got
        """Fingerprints, for people to compare."""


class BadMessage(SyncError):
    """An authenticated peer sent something that is no message."""

    code = "link.bad_message"
    ja = "相手の版が違うため、話が通じません。"
    en = "The peer sent something that is no message of this version."
    todo_ja = "端末とハブの版を確かめてください。"
    todo_en = "Check the versions of terminal and hub."


class Socket(Protocol):
    """A message socket: whole binary messages, in order."""

    async def send(self, data: bytes) -> None: ...

    async def receive(self) -> bytes | None:
        """The next message; None when the other side has closed."""

    async def close(self) -> None: ...


MOST_CERTIFICATES = 64
"""In a hello: a machine's own, three issuers above it, and what these were renewed with over years. Each costs the one
who listens some signature checks, before it knows who speaks."""


class _Hello(msgspec.Struct, frozen=True):
    certificates: list[bytes]
    offer: bytes


class Link:
    """An authenticated connection; made by connect() or accept()."""

    def __init__(
        self,
        socket: Socket,
        peer: Authority,
        out: OutStream,
        into: InStream,
        clock: Clock,
        most_bytes: int = MESSAGE_BYTES,
    ) -> None:
        self.peer = peer
        self._most_bytes = most_bytes
        self._socket = socket
        self._out = out
        self._in = into
        self._clock = clock

    async def send(self, message: Message) -> None:
        """Send one message; LinkClosed when the other side has gone."""
        body = messages.encode(message)
        count = max(1, -(-len(body) // PART_BYTES))
        for part in range(count):
            piece = body[part * PART_BYTES : (part + 1) * PART_BYTES]
            envelope = self._out.wrap(MEDIA, piece, first=part, count=count, now_ms=self._clock())
            await self._socket.send(envelope)
        # The other side reads now, and mostly nothing is to be done here: the next message then goes out sooner.
        asyncio.get_running_loop().call_soon(self._out.get_ready)

    async def receive(self) -> Message:
        """The next message; LinkClosed, an EnvelopeError leaf, or BadMessage. Nothing is released in part."""
        parts: list[bytes] = []
        size = 0
        while True:
            envelope = await self._socket.receive()
            if envelope is None:
                raise LinkClosed(peer=self.peer.person)
            frame = self._in.unwrap(envelope, self._clock())
            size += len(frame.body)
            if frame.media_type != MEDIA or frame.first != len(parts) or size > self._most_bytes:
                raise BadMessage(peer=self.peer.person)
            parts.append(frame.body)
            if len(parts) >= frame.count:
                break
        try:
            return messages.decode(parts[0] if len(parts) == 1 else b"".join(parts))
        except msgspec.DecodeError as error:
            raise BadMessage(peer=self.peer.person, why=str(error)) from error

    async def close(self) -> None:
        await self._socket.close()


async def accept(socket: Socket, party: Party, clock: Clock, *, allow: Collection[str]) -> Link:
    """Serve a link to a peer of one of these certificate kinds; PeerRefused, TrustError or EnvelopeError otherwise."""
    box, hello, inbox = _make_hello(party, clock)
    await socket.send(hello)
    peer, offer = await _read_hello(socket, party, clock, allow)
    link = _link(socket, party, clock, peer, offer, box, inbox, ASKED_BYTES)
    # Proves that the peer holds its key and heard this inbox; a replay ends here.
    party.take_lists(await _expect_opening(link))
    await link.send(messages.Opening(_lists_for(peer, party)))  # also to whom we refuse: so it can say why
    party.trust.need_unrevoked(peer)
    return link


async def connect(
    socket: Socket, party: Party, clock: Clock, *, expect: Collection[str], hub_key: bytes | None = None
) -> Link:
    """Open a link to a peer of one of these certificate kinds; PeerRefused, TrustError or EnvelopeError otherwise.

    `hub_key`: the key of the hub that we know. Another hub is refused as OtherKey before we have said who we are; a
    standby that took over is no hub but `standby_hub`, and the record says whether it may speak for it.
    """
    own_authority(party, clock())  # with a clock outside our own time nobody's certificate would hold
    peer, offer = await _read_hello(socket, party, clock, expect, hub_key)
    party.trust.need_unrevoked(peer)
    box, hello, inbox = _make_hello(party, clock)
    await socket.send(hello)
    link = _link(socket, party, clock, peer, offer, box, inbox)
    await link.send(messages.Opening(party.trust.lists()))
    party.take_lists(await _expect_opening(link))
    party.trust.need_unrevoked(peer)
    party.trust.need_unrevoked(party.authority(clock()))  # the peer refuses us now, and this is why
    return link


def _lists_for(peer: Authority, party: Party) -> list[bytes]:
    """All that we hold; for a peer whose key is withdrawn only the lists of revoked keys, which name nobody else."""
    try:
        party.trust.need_unrevoked(peer)
    except TrustError:
        return [one for one in party.trust.lists() if list_kind(one) == revocation.KIND]
    return party.trust.lists()


def _make_hello(party: Party, clock: Clock) -> tuple[BoxKey, bytes, bytes]:
    box, inbox, now = BoxKey.generate(), os.urandom(16), clock()
    offer = InboxOffer(
        party.deployment.id, party.signer.public, inbox, box.public, max(0, now - SKEW_MS), now + SKEW_MS
    )
    return box, msgspec.msgpack.encode(_Hello(party.chain(), sign_offer(offer, party.signer))), inbox


async def _read_hello(
    socket: Socket, party: Party, clock: Clock, kinds: Collection[str], hub_key: bytes | None = None
) -> tuple[Authority, InboxOffer]:
    data = await socket.receive()
    if data is None:
        raise LinkClosed(peer="?")
    try:
        hello = msgspec.msgpack.decode(data, type=_Hello)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessage(peer="?", why=str(error)) from error
    if not 0 < len(hello.certificates) <= MOST_CERTIFICATES:
        raise PeerRefused(why="no certificate" if not hello.certificates else "too many certificates")
    for encoded in hello.certificates:
        if parse(encoded).deployment != party.deployment.id:
            raise PeerRefused(why="another deployment")
    # Looked at in a store of its own: whoever only says hello must leave nothing in ours.
    trial = party.trust.copy()
    ids = [trial.add(encoded) for encoded in hello.certificates]
    peer = trial.authority(ids[0], clock())
    if peer.kind not in kinds:
        raise PeerRefused(why="kind", kind=peer.kind, person=peer.person)
    if peer.kind == "hub" and hub_key is not None and peer.key != hub_key:
        raise OtherKey(expected=fingerprint(hub_key), got=fingerprint(peer.key), person=peer.person)
    offer = open_offer(hello.offer, peer.key, party.deployment.id, clock())
    for id, encoded in zip(ids, hello.certificates, strict=True):
        if id not in party.trust and _holds(trial, id, clock()):
            party.trust.add(encoded)
    return peer, offer


def _holds(trust: TrustStore, id: bytes, at_ms: int) -> bool:
    """Whether a chain to a root proves this certificate at a time."""
    try:
        trust.authority(id, at_ms)
    except TrustError:
        return False
    return True


def _link(
    socket: Socket,
    party: Party,
    clock: Clock,
    peer: Authority,
    offer: InboxOffer,
    box: BoxKey,
    inbox: bytes,
    most_bytes: int = MESSAGE_BYTES,
) -> Link:
    out = OutStream(party.signer, party.deployment.id, [offer.box], offer.inbox, os.urandom(16))
    into = InStream(box, party.deployment.id, inbox, peer.key)
    return Link(socket, peer, out, into, clock, most_bytes)


async def _expect_opening(link: Link) -> list[bytes]:
    """The root-signed lists in the peer's opening."""
    opening = await link.receive()
    if not isinstance(opening, messages.Opening):
        raise BadMessage(peer=link.peer.person, why="no opening")
    return opening.lists


class _AiohttpSocket:
    """A WebSocket of aiohttp, server's or client's, as a Socket."""

    def __init__(
        self, ws: web.WebSocketResponse | aiohttp.ClientWebSocketResponse, done: Callable[[], Awaitable[None]] | None
    ) -> None:
        self._ws = ws
        self._done = done

    async def send(self, data: bytes) -> None:
        try:
            await self._ws.send_bytes(data)
        except (ConnectionError, aiohttp.ClientError) as error:
            raise LinkClosed(peer="?") from error

    async def receive(self) -> bytes | None:
        message = await self._ws.receive()
        return message.data if message.type is aiohttp.WSMsgType.BINARY else None

    async def close(self) -> None:
        await self._ws.close()
        if self._done is not None:
            await self._done()


WEBSOCKET_BYTES = 2 * 1024 * 1024
"""Room for one envelope (1 MiB) and its seals."""

HEARTBEAT_S = 5.0
"""A Wi-Fi that has gone is noticed within about 8 s; screens show the age of their data long before."""


def server_socket(ws: web.WebSocketResponse) -> Socket:
    return _AiohttpSocket(ws, None)


async def dial(url: str) -> Socket:
    """Connect a WebSocket to `url` (ws://host:port/link, or wss:// to a relay whose certificate this system trusts).

    LinkClosed if nobody answers, or somebody whose certificate it does not trust.
    """
    session = aiohttp.ClientSession()
    try:
        trusted = await asyncio.to_thread(authorities) if url.lower().startswith("wss:") else True
        ws = await session.ws_connect(url, max_msg_size=WEBSOCKET_BYTES, heartbeat=HEARTBEAT_S, compress=0, ssl=trusted)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        await session.close()
        raise LinkClosed(peer=url) from error
    except BaseException:  # cancelled while it dialled
        await session.close()
        raise
    return _AiohttpSocket(ws, session.close)
