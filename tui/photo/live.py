"""The camera's live picture on the photo screen: begun and ended by a key, over by itself at the shutter, on leaving the
page, at the lock, and when the hub says so. Nothing of it is left on the terminal then.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hub.domain.photo.rules import look_refusal
from hub.site.devices.fault_words import fault_words
from sync.errors import SyncError
from tui.cells import Line
from tui.layer import Why
from tui.photo.picture import NARROW

if TYPE_CHECKING:
    from sync.messages import LiveFrame
    from tui.photo.acts import PhotoActs

PAUSE_S = 0.05
"""The hub gives a frame each quarter of a second at most; in between the keys come first."""


class Live:
    """What this page shows of the camera's live picture."""

    def __init__(self, page: PhotoActs) -> None:
        self._page = page
        self._looking: tuple[int, object] | None = None
        """The visit that is looked at, and this time's own mark: a look that was ended does not go on in the next."""
        self.rows: list[Line] = []
        self.size = NARROW
        """Cells and rows to draw the next frame in."""

    @property
    def on(self) -> bool:
        """Whether somebody looks now."""
        return self._looking is not None

    def why_not(self) -> Why:
        """Why the camera cannot be looked through now; empty if it can."""
        page = self._page
        visit, way, booth = page.visit, page.station.client.live, page.station.booth
        if way is None or visit is None or page.step is None:
            return page.t("撮る前だけです", "only before the picture")
        return look_refusal(visit.id, booth.photos, booth.visits, booth.queue, page.station.profile) or ""

    @property
    def over(self) -> bool:
        """Whether the hub has said that it is over, or the link has gone: what is drawn here goes too."""
        way = self._page.station.client.live
        return bool(self.rows) and (way is None or way.frame is None)

    def toggle(self) -> None:
        """The one key."""
        visit = self._page.visit
        if self.on:
            self.stop()
        elif visit is not None:
            self._looking = looking = (visit.id, object())
            self._page.station.hush()
            self._page.terminal.start(lambda: self._look(looking))

    def stop(self) -> None:
        """Over; the frame leaves this terminal's memory now, and the hub is told."""
        looking, self._looking, self.rows = self._looking, None, []
        if looking is not None:
            self._page.terminal.start(lambda: self._away(looking[0]))

    async def _look(self, looking: tuple[int, object]) -> None:
        way = self._page.station.client.live
        assert way is not None
        try:
            while self._looking == looking:
                frame = await way.look(looking[0])
                if self._looking != looking:
                    break
                if not frame.jpeg:
                    self._say(frame)
                    break
                made = await asyncio.to_thread(_rows, frame.jpeg, self.size)
                if self._looking != looking or way.frame is None:  # stopped here, or by the hub
                    break
                self.rows = made
                self._page.terminal.changed()
                await asyncio.sleep(PAUSE_S)
                if self.over:
                    break
        except SyncError as error:
            self._page.station.fault(error)
        except (OSError, ValueError):
            self._page.station.warn(self._page.t("画像を表示できません。", "The picture cannot be shown."))
        if self._looking == looking:
            self.stop()

    async def _away(self, visit: int) -> None:
        way = self._page.station.client.live
        assert way is not None
        try:
            await way.away(visit)
        except SyncError:
            pass  # the link has gone, and the hub knows that the frame went with it

    def _say(self, frame: LiveFrame) -> None:
        t, words = self._page.t, fault_words(frame.why)
        if words is None:
            self._page.station.warn(
                t("いまは撮る前の画像を出せません。", "No live picture now."),
                t("そのまま撮れます（Enter）", "take the picture all the same (Enter)"),
                frame.why,
            )
        else:
            self._page.station.warn(t(words.ja, words.en), words.remedy_ja, frame.why)


def _rows(jpeg: bytes, size: tuple[int, int]) -> list[Line]:
    """The middle of the frame in 35:45, with the lines where crown and chin belong."""
    from tui.photo.picture import rows

    return rows(jpeg, size, middle=True, guides=True)
