"""What people see, hear and hold: print queues, sound outputs, screens for the board, video inputs."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

from drivers.found.thing import Found

STOPPED = 5
"""printer-state of a queue that prints nothing until somebody enables it (RFC 8011, 5.4.11)."""


def print_queues() -> list[Found]:
    """CUPS' queues, where pycups is installed and CUPS answers."""
    if importlib.util.find_spec("cups") is None:
        return [Found(kind="photo", name="CUPS", problem="print.pycups")]
    import cups

    try:
        queues = cups.Connection().getPrinters()
    except (RuntimeError, cups.IPPError):
        return [Found(kind="photo", name="CUPS", problem="print.no_cups")]
    return [
        Found(
            kind="photo",
            name=name,
            where=str(queue.get("device-uri", "")),
            option=f"--photo-printer {name}",
            problem="print.stopped" if queue.get("printer-state") == STOPPED else "",
            data={"name": name},
        )
        for name, queue in sorted(queues.items())
    ]


_CARD = re.compile(r"^ *[0-9]+ \[(?P<id>[^\]]+?) *\]: (?P<name>.+)$", re.MULTILINE)


def sound_outputs(cards: Path = Path("/proc/asound/cards")) -> list[Found]:
    """The kernel's sound cards by the names that ALSA takes."""
    try:
        listed = _CARD.finditer(cards.read_text("utf-8", "replace"))
    except OSError:
        return []
    problem = "" if shutil.which("aplay") else "sound.aplay"
    return [
        Found(
            kind="voice",
            name=card["name"],
            where=card["id"],
            option=f"--speaker plughw:CARD={card['id']}",
            problem=problem,
        )
        for card in listed
    ]


def screens(drm: Path = Path("/sys/class/drm")) -> list[Found]:
    """Connectors with a screen on them: the waiting room's board is a page that a browser shows there."""
    return [
        Found(kind="board", name=status.parent.name.partition("-")[2], where=status.parent.name)
        for status in sorted(drm.glob("card*-*/status"))
        if _text(status) == "connected"
    ]


def video_inputs(video: Path = Path("/sys/class/video4linux")) -> list[Found]:
    """Webcams and the Pi's own cameras, by name: none of them is driven yet but through a folder or gphoto2."""
    return [
        Found(kind="video", name=_text(name), where=f"/dev/{name.parent.name}") for name in sorted(video.glob("*/name"))
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
