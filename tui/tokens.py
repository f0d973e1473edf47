"""Shapes and styles: what a state looks like. Shape and word always stand beside the colour (screens, section 4)."""

from __future__ import annotations

from functools import cache

from rich.style import Style

DONE, BUSY, CALLED, WAIT, REPLY, HELD, WARN, BAD, UNSURE, OFF, SEAL = "〇＞＊・～＝！Ｘ？－〆"
"""All of them are East Asian Wide: two cells in every terminal."""

STYLES = {
    "": "",
    "bold": "bold",
    "dim": "dim",
    "frame": "dim",
    "done": "green",
    "busy": "black on cyan",
    "called": "bold",
    "reply": "cyan",
    "held": "magenta",
    "warn": "yellow",
    "bad": "bold white on red",
    "unsure": "black on yellow",
    "training": "bold black on yellow",
    "live": "bold white on blue",
    "cursor": "bold black on white",
    "key": "bold",
    "big": "bold bright_white",
    "input": "bold",
    "title": "bold",
    "qr": "bright_white on black",
}
"""Sixteen colours only: they follow the terminal's own palette, which the person may have chosen for their eyes."""


PIXELS = "px:"
"""Begins the style of two pixels in a cell: their colours as RRGGBBRRGGBB, the upper one first."""


def style(name: str, faded: bool = False) -> Style:
    """The style of that name; `faded` for data that may be old."""
    if name.startswith(PIXELS):  # not kept: it is a piece of somebody's picture
        upper, lower = name[len(PIXELS) : len(PIXELS) + 6], name[len(PIXELS) + 6 :]
        return Style(color=f"#{upper}", bgcolor=f"#{lower}")
    return _named(name, faded)


@cache
def _named(name: str, faded: bool) -> Style:
    parsed = Style.parse(STYLES[name] or "none")
    return parsed + Style(dim=True) if faded and name != "bad" else parsed


DEVICE_WORDS = {
    "camera": ("カメラ", "Camera"),
    "documents": ("書画", "Papers"),
    "photo": ("写真印刷", "Photo"),
    "ticket": ("番号札", "Ticket"),
    "display": ("表示器", "Display"),
    "voice": ("音声", "Voice"),
}


def device_of(effect: str) -> str:
    """The device that an effect moves: a reprint comes out of the ticket printer, a try-out names its device."""
    return {"reprint": "ticket"}.get(effect, effect.removeprefix("try-"))


SOMETIMES = frozenset({"documents"})
"""Devices that few deployments have: where there is none, no word speaks of it."""

DEVICE_STATES = {
    "ready": (DONE, "done"),
    "busy": (DONE, "done"),
    "absent": (BAD, "bad"),
    "off": (OFF, "dim"),
    "fault": (BAD, "bad"),
}
