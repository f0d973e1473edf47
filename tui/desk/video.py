"""F6 on a request: the meeting, and what the officer notes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tui.layer import Menu
from tui.meeting import MeetingCard, open_link

if TYPE_CHECKING:
    from hub.domain.identity.identity import Request
    from tui.desk.screen import DeskTerminal

NOTES: dict[str, tuple[tuple[Literal["started", "lost", "ended"], str, str], ...]] = {
    "": (("started", "映像がつながった", "The video is on"),),
    "started": (("lost", "映像が切れた", "The video is lost"), ("ended", "映像を終えた", "The video is over")),
    "lost": (("started", "またつながった", "It is back"), ("ended", "映像を終えた", "The video is over")),
    "ended": (("started", "もう一度つながった", "It is on again"),),
}
"""What can be noted of a meeting that is so."""


def menu(terminal: DeskTerminal, request: Request) -> Menu:
    """Open the meeting, show its code, note what became of it. Only what can be chosen stands in it."""
    t, profile = terminal.tongue, terminal.desk.profile
    assert profile is not None
    check = profile.city_check
    link = check.meeting(request.window)
    notes = NOTES[request.video.state]
    entries = [(str(n), t(ja, en), "") for n, (_, ja, en) in enumerate(notes, 1)]
    if link:
        entries += [("8", t("会議をひらく", "Open the meeting"), ""), ("9", t("会議のQRとリンク", "QR and link"), "")]

    def pick(digit: str) -> None:
        if digit == "8":
            if not open_link(link):
                terminal.warn(t("この端末にブラウザーがありません。", "There is no browser here."), t("9＝QR", "9=QR"))
        elif digit == "9":
            terminal.lay(MeetingCard(terminal, check, request.window))
        else:
            _note(terminal, request, notes[int(digit) - 1][0])

    return Menu(terminal, t(f"映像 {request.number}", f"Video {request.number}"), entries, pick)


def _note(terminal: DeskTerminal, request: Request, what: Literal["started", "lost", "ended"]) -> None:
    officer, desk, t = terminal.officer, terminal.desk, terminal.tongue
    assert officer is not None

    async def work() -> None:
        if await terminal.ask(lambda: desk.note_video(request.id, what, officer)) is not None:
            terminal.say(t(f"{request.number} の映像を記録しました。", f"{request.number}: noted."))

    terminal.start(work)
