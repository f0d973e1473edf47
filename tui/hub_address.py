"""Where a hub is: what a person types, and the address that worked last."""

from __future__ import annotations

import contextlib
from pathlib import Path

from sync.wholefile import write_whole

REMEMBERED = "hub.address"
"""The address that worked last, in the terminal's folder: tried where mDNS finds nothing."""


def typed_url(text: str) -> str:
    """What a person types (192.168.10.1, hub.local:7420, ws://...) as the address of a link."""
    if "://" in text:
        return text if "/" in text.partition("://")[2].rstrip("/") else f"{text.rstrip('/')}/link"
    host = text.rstrip("/")
    return f"ws://{host if ':' in host else host + ':7420'}/link"


def remembered(home: Path) -> str:
    """The address that worked last, or empty."""
    try:
        return (home / REMEMBERED).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def remember(home: Path, url: str) -> None:
    """Keep the address that works."""
    with contextlib.suppress(OSError):  # a full disk is no reason not to work
        write_whole(home / REMEMBERED, url.encode())
