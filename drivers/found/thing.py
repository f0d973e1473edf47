"""One thing that was found, and the reasons why one cannot be used, with what to do about each."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec


class Problem(NamedTuple):
    ja: str
    en: str
    todo_ja: str
    todo_en: str


PROBLEMS: Final[dict[str, Problem]] = {
    "permission": Problem(
        "この利用者には開く権限がありません（グループ {group}）。",
        "This user may not open it (group {group}).",
        "sudo usermod -aG {group} $USER のあと、ログインしなおす",
        "sudo usermod -aG {group} $USER, then log in again",
    ),
    "gone": Problem(
        "名前だけが残り、機器がありません。",
        "Only its name is left; nothing is there.",
        "差しなおす",
        "Plug it in again",
    ),
    "camera.claimed": Problem(
        "ほかのソフトがカメラを使っています（動いているハブなら、そのままで）。",
        "Another program holds the camera (leave it if that is a running hub).",
        "systemctl --user mask --now gvfs-gphoto2-volume-monitor のあと、カメラを差しなおす",
        "systemctl --user mask --now gvfs-gphoto2-volume-monitor, then plug the camera in again",
    ),
    "camera.gvfs": Problem(
        "この机の gvfs がカメラを先に取ることがあります。",
        "gvfs on this desktop may take the camera first.",
        "systemctl --user mask --now gvfs-gphoto2-volume-monitor",
        "systemctl --user mask --now gvfs-gphoto2-volume-monitor",
    ),
    "camera.fault": Problem(
        "カメラが開けません（{code}）。",
        "The camera cannot be opened ({code}).",
        "docs/faults.md の {code} のとおりにする",
        "See {code} in docs/faults.md",
    ),
    "camera.library": Problem(
        "カメラを調べるプログラム（gphoto2）が動きません。",
        "The camera library (gphoto2) does not run here.",
        "deploy/requirements.txt を入れなおす",
        "Install deploy/requirements.txt again",
    ),
    "print.pycups": Problem(
        "写真プリンターのための pycups が入っていません。",
        "pycups, for the photo printer, is not installed.",
        "sudo apt install libcups2-dev gcc python3-dev のあと pip install -r deploy/requirements-print.txt",
        "sudo apt install libcups2-dev gcc python3-dev, then pip install -r deploy/requirements-print.txt",
    ),
    "print.no_cups": Problem(
        "印刷のしくみ（CUPS）が動いていません。",
        "CUPS does not run.",
        "sudo apt install cups のあと systemctl start cups",
        "sudo apt install cups, then systemctl start cups",
    ),
    "print.stopped": Problem(
        "この列は止まっています。", "This queue is stopped.", "cupsenable {name}", "cupsenable {name}"
    ),
    "sound.aplay": Problem(
        "音を出すプログラム aplay が入っていません。",
        "The program aplay is not installed.",
        "sudo apt install alsa-utils",
        "sudo apt install alsa-utils",
    ),
}


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One thing: what it is, where it is, what to type after `demado hub`, and what is in the way (empty: nothing)."""

    kind: str
    """serial, ticket, camera, photo, voice, board or video."""
    name: str
    where: str = ""
    option: str = ""
    problem: str = ""
    """A key of PROBLEMS."""
    data: dict[str, str] = {}
    """What the problem's sentences name."""

    def why(self) -> Problem | None:
        """The problem in words, or None."""
        if not self.problem:
            return None
        return Problem(*(text.format_map(self.data) for text in PROBLEMS[self.problem]))
