"""The office's public door: where a ticket's QR code leads. One route, apart from the door of hubs and desks.

What it shows is folded from the record that the hub has sent; what it is asked for is a token that the record has the
fingerprint of. Unknown, over and malformed tokens get one and the same answer.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

import msgspec

from hub.domain import codec
from hub.domain.booth import Booth, fold
from hub.domain.contracts.contract import Profile
from hub.domain.queue.public_status import TOKEN_LETTERS, by_fingerprint, fingerprint, public_status
from hub.office.ratelimit import RateLimit
from hub.office.standing import CHUNK, folded
from hub.office.status_html import HEADERS, nothing_html, status_html
from hub.office.store import OfficeStore
from sync.keys.party import Deployment
from sync.link.http import web
from sync.record.entry import decode_entry

EACH_PER_MINUTE = 60
"""A page asks twice a minute; behind one address of a mobile network sit many phones."""

ALL_PER_SECOND = 50
"""2,000 people with the page open are 67 a minute each half minute; more at once is nobody's queue."""

MOST_FOLDED = 100
"""Records kept folded here, a megabyte each on a busy day; a contract has a handful, and names are free to guess."""

_TOKEN = re.compile(f"[A-Z2-7]{{{TOKEN_LETTERS}}}")
_RECORD = re.compile(r"[A-Za-z0-9._-]{1,64}")


class _Known(msgspec.Struct):
    """A record as this door has folded it."""

    no: int
    size: int
    booth: Booth
    tickets: dict[bytes, int]


class StatusPage:
    """Answers /RECORD/TOKEN for the records of one deployment."""

    def __init__(
        self,
        store: OfficeStore,
        deployment: Deployment,
        profile: Callable[[], Profile | None],
        linked: Callable[[str], bool],
        clock: Callable[[], int],
        monotonic: Callable[[], float],
    ) -> None:
        """`profile`: the contract's, once it has come; `linked`: whether this machine, named, is connected now."""
        self._store = store
        self._deployment = deployment
        self._profile = profile
        self._linked = linked
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._limit = RateLimit(EACH_PER_MINUTE, ALL_PER_SECOND, monotonic)

    def app(self) -> web.Application:
        """A web application with nothing else in it: this door is for the world."""
        app = web.Application(client_max_size=1024)
        app.router.add_get("/{place:.*}", self._get)
        return app

    async def _get(self, request: web.Request) -> web.Response:
        if not self._limit.allows(_address(request)):
            return web.Response(status=429, headers={"Retry-After": "60", **HEADERS})
        found = await self.look(*request.match_info["place"].rpartition("/")[::2])
        if found is None:
            return _html(nothing_html(), 404)
        return _html(found, 200)

    async def look(self, place: str, token: str) -> str | None:
        """The page of the ticket with this token, or None; `place` ends with the record's name."""
        record = place.rpartition("/")[2]
        profile = self._profile()
        if profile is None or not _TOKEN.fullmatch(token) or not _RECORD.fullmatch(record):
            return None
        known = await self._fold(record)
        if known is None:
            return None
        # By its hash: how long the look-up takes says nothing of how near a guess was.
        ticket = known.tickets.get(fingerprint(record, token))
        if ticket is None:
            return None
        writer = known.booth.continuity.writer()
        now_ms = self._clock()
        linked = self._linked(record if writer is None else writer.name)
        return status_html(
            public_status(known.booth, profile, ticket),
            as_of_ms=now_ms if linked else await self._store.changed_ms(record),
            now_ms=now_ms,
            training=self._deployment.training,
        )

    async def _fold(self, record: str) -> _Known | None:
        """The record as it is kept now; what this door has folded already is gone on from."""
        stored = await self._store.record(record)
        if stored is None or not stored.size:
            return None
        known = self._known.get(record)
        if known is not None and (known.no, known.size) == (stored.no, stored.size):
            return known
        if known is None or known.no != stored.no or known.size > stored.size:
            booth = await folded(self._store, stored, msgspec.structs.replace(self._deployment, record=record))
        else:
            booth, at = known.booth, known.size
            while at < stored.size:
                for body in await self._store.entries(stored.no, at, min(CHUNK, stored.size - at)):
                    booth = fold(booth, codec.decode_events(bytes(decode_entry(body).events)), at)
                    at += 1
        made = _Known(stored.no, stored.size, booth, by_fingerprint(booth))
        self._known.pop(record, None)
        self._known[record] = made
        if len(self._known) > MOST_FOLDED:
            del self._known[next(iter(self._known))]  # the one that changed longest ago
        return made


def _html(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=HEADERS)


def _address(request: web.Request) -> str:
    """Who asks: the peer, or whom a proxy on this machine names last. IPv6 by its /64, which one household has."""
    peer = request.remote or ""
    try:
        address = ipaddress.ip_address(peer)
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if address.is_loopback and forwarded:
            address = ipaddress.ip_address(forwarded)
    except ValueError:
        return peer
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
