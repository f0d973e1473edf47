"""An officer's new passphrase, at the desk's lock screen: asked as at a terminal, done on this desk alone.

The key stays: only the city's issuing key, which lies in the city's safe, certifies another. A desk that was lost before
opens with the old passphrase still; its officers' keys are revoked.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hub.client.people.newkey import cost_for
from tui.terminal.new_passphrase import NewPassphrase
from tui.unlocking import Fault

if TYPE_CHECKING:
    from sync.keys.party import LockedPerson
    from tui.desk.lock import DeskLock


class OfficersPassphrase(NewPassphrase):
    """The present one, the new one, and the new one again."""

    def __init__(self, page: DeskLock, who: LockedPerson) -> None:
        super().__init__(page, who, reset=False)
        self._desk = page.desk_terminal.desk
        self.stages = ["old", "new", "again"]
        self.field = self._field()

    def afterwards(self) -> str:
        return self.t(
            "この端末での合言葉です。ほかの市の端末でも変えてください", "It is this desk's: change it at others too."
        )

    async def _open(self, words: str) -> None:
        await asyncio.to_thread(self.page.terminal.keyring.unlock, self.who, words)

    async def _made(self) -> Fault | None:
        desk, keyring, typed = self._desk, self.page.terminal.keyring, self._typed
        changed = await asyncio.to_thread(keyring.change, self.who, typed["old"], typed["new"], cost_for(desk.party))
        desk.people[:] = [changed if one.person == changed.person else one for one in desk.people]
        return None
