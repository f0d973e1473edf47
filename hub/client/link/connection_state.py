"""How a link to a hub stands, for whoever shows it or asks something of it.

SEEKING -> CATCHING_UP -> LIVE, and back to SEEKING whenever the link ends. REFUSED, from any of them: the hub showed a
shorter or another record, and nothing it says is believed any more.
"""

from __future__ import annotations

import enum

from sync.errors import SyncError


class ConnectionState(enum.Enum):
    SEEKING = "seeking"  # no link now; it is tried again by itself
    CATCHING_UP = "catching_up"  # linked; what we lack is on its way
    LIVE = "live"  # what we show is the hub's durable state
    REFUSED = "refused"  # the hub's record is not the one we know; a person must decide


class NotConnected(SyncError):
    """The hub is away: nothing was sent."""

    code = "link.hub_away"
    ja = "ハブに届きません。操作は送られていません。"
    en = "The hub is away; nothing was sent."
    todo_ja = "つながると自動で戻ります。続くときは電源とLANを見てください。"
    todo_en = "It reconnects by itself; otherwise check power and LAN."
