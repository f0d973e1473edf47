"""The bad day, to be practised: what a trainer can have an emulated device suffer, by its fault code.

Only a training hub listens (hub.site.devices.bad_day), and only its emulated devices suffer. What then shows on the terminals,
what staff are asked and what is recorded is what a real fault does: the devices' supervision knows no difference.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Mishap(NamedTuple):
    code: str
    """As drivers.faults names it, or `<kind>.hang`: the device gives no sign at all."""
    ja: str
    en: str

    @property
    def device(self) -> str:
        return self.code.partition(".")[0]


MISHAPS: Final = (
    Mishap("camera.hang", "カメラが固まる", "the camera hangs"),
    Mishap("camera.absent", "カメラの線が抜ける", "the camera's cable is pulled"),
    Mishap("camera.focus_failed", "カメラのピントが合わない", "the camera cannot focus"),
    Mishap("photo.paper_out", "写真の紙が切れる", "the photo paper runs out"),
    Mishap("photo.jam", "写真の紙がつまる（印刷の途中）", "the photo paper jams in mid-print"),
    Mishap("photo.cut_off", "写真が出たか分からない", "nobody knows whether the photo came out"),
    Mishap("photo.absent", "写真プリンターの線が抜ける", "the photo printer's cable is pulled"),
    Mishap("ticket.paper_out", "番号札の紙が切れる", "the ticket paper runs out"),
    Mishap("ticket.hang", "番号札プリンターが固まる", "the ticket printer hangs"),
    Mishap("display.absent", "表示器が消える", "the display goes dark"),
    Mishap("voice.broken", "音声が出なくなる", "the voice falls silent"),
)
"""Of one device at most nine, so that a digit chooses the device and a digit its mishap."""

DEVICES: Final = tuple(dict.fromkeys(mishap.device for mishap in MISHAPS))
