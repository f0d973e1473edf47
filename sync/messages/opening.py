"""The opening of every link, and the root-signed lists that come after it."""

from __future__ import annotations

from sync.messages.said import Said


class Opening(Said, frozen=True):
    """First envelope of each side: proves the key behind the hello, and names the other's inbox.

    The root-signed lists come along here and not in the hello, which strangers read: a roster has people's names.
    """

    lists: list[bytes] = []


class Lists(Said, frozen=True):
    """Root-signed lists that have come since the link was opened: they are in force from now on."""

    lists: list[bytes]
