"""How an empty terminal becomes a site's: find hubs, pair with one, then go on as any terminal does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sync.errors import SyncError

if TYPE_CHECKING:
    from hub.client.joining.invitation import Invitation
    from hub.client.link.discovery import FoundHub
    from sync.keys.party import Deployment
    from sync.link.pairing import Joining
    from tui.terminal.join_page import JoinPage
    from tui.terminal.terminal import StaffTerminal

BROWSE_S = 3.0
"""mDNS answers within a second where it works at all; then it is asked again."""


async def look(terminal: StaffTerminal, page: JoinPage) -> None:
    """List every hub that announces itself, whenever none is chosen."""
    from hub.client.joining.invitation import read_invitation
    from hub.client.link.discovery import browse

    if terminal.url is not None:
        given = read_invitation(terminal.url)
        if given is not None:
            page.go_to(given)

    def found(hub: FoundHub) -> None:
        if hub.name not in [one.name for one in page.found]:
            page.found = sorted([*page.found, hub], key=lambda one: one.name)
        terminal.changed()

    while terminal.page is page:
        if page.invitation is None:
            await browse(BROWSE_S, b"", found)
        else:
            await asyncio.sleep(BROWSE_S)


async def pair(terminal: StaffTerminal, page: JoinPage, invitations: Sequence[Invitation], code: str) -> None:
    """Pair at the first of these addresses that answers; the page shows how it goes, and the terminal goes on to work
    when it is done."""
    from hub.client.joining.pairing import MANAGER_S, join
    from sync.link.pairingfaults import PairingLost
    from tui.joining import seek

    assert terminal.home is not None

    def shown(joining: Joining, deployment: Deployment) -> None:
        page.digits = joining.fingerprint.split()
        page.contract = f"{deployment.contract}  {deployment.site}  {deployment.record}"
        page.until = time.monotonic() + MANAGER_S
        page.busy = page.t("管理者の返事を待っています", "waiting for the manager")
        terminal.changed()

    try:
        for last, invitation in enumerate(invitations, 1):
            try:
                await join(invitation, code, terminal.home, shown)
                break
            except PairingLost as error:  # nobody there: a hub on two networks may be reached through one of them only
                if "address" not in error.data or last == len(invitations):
                    raise
    except SyncError as error:
        page.refuse(error)
        terminal.changed()
        return
    except asyncio.CancelledError:
        page.busy, page.digits = "", []
        page.note = page.t("やめました。何も残していません。", "Given up; nothing was kept.")
        terminal.changed()
        return
    terminal.url = invitation.link_url
    terminal.page = terminal.lock_page
    terminal.lock_page.shown()
    terminal.changed()
    await seek(terminal)
    terminal.changed()
