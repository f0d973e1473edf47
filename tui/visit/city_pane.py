"""The right pane of a city step while it is with the city: what was sent, how the meeting stands, and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hub.domain.identity import still
from hub.domain.identity.identity import NoteVideo, Outcome, Request, RequestState, by_video
from tui import tokens
from tui.cells import Line, Span, line
from tui.layer import paragraphs
from tui.meeting import MeetingCard, open_link, video_words
from tui.visit import still_card
from tui.words import clock, span_words

if TYPE_CHECKING:
    from tui.visit.acts import VisitActs

OUTCOMES = {
    Outcome.CONFIRMED: (tokens.DONE, "確認できた", "confirmed", "done"),
    Outcome.REFUSED: (tokens.BAD, "できない", "refused", "bad"),
    Outcome.MORE_PAPERS: (tokens.WARN, "書類が足りない", "more papers", "warn"),
    Outcome.RETAKE: (tokens.WARN, "撮り直し", "retake", "warn"),
}

Note = Literal["started", "lost", "ended"]

NEXT: dict[str, tuple[Note, str, str]] = {
    "": ("started", "つながった", "it is on"),
    "started": ("lost", "切れた", "it is lost"),
    "lost": ("started", "またつながった", "it is back"),
    "ended": ("started", "またつながった", "it is on again"),
}
"""What [3] notes of a meeting that is so."""


def waiting(page: VisitActs, request: Request, cells: int) -> list[Line]:
    """The pane of a request that the city has not answered; sixteen rows at 80x24."""
    t, station = page.t, page.station
    now = station.now_ms()
    if request.taken_up_ms:
        who = t("市の担当が確認中", "an officer is looking")
    elif request.officer:
        who = t(f"担当 {request.officer}", f"officer {request.officer}")
    else:
        who = t("担当を待つ", "no officer yet")
    rows: list[Line] = [
        line(
            Span(f" {tokens.REPLY} {span_words(now - request.requested_ms)}", "reply"),
            t(f"  依頼{clock(request.requested_ms)}  ", f"  asked {clock(request.requested_ms)}  "),
            who,
        ),
        line(
            t(
                f" 決定の期限 {clock(request.expires_ms)}（あと{span_words(request.expires_ms - now)}）",
                f" Decision by {clock(request.expires_ms)} ({span_words(request.expires_ms - now)} left)",
            )
        ),
        line(t(" 1人目が署名ずみ。2人目を待っています", " One officer signed; a second looks"))
        if request.first
        else [],
        line(t(" 送ったもの：番号・方式・書類の種類・窓口", " Sent: number, method, paper classes, window")),
        _stills_row(page, request),
        [],
    ]
    video = by_video(station.profile, request.method)
    if video:
        rows += [*_meeting(page, request), []]
        said = (" 「市の職員が画面で確認します。", "   マスクをとって、画面を見てください」")
        told = (' "City staff will check you on the screen.', '   Please take off your mask and look at it."')
    else:
        said = (" 「市の職員が、ここで確認します。", "   マスクをとってお待ちください」")
        told = (' "City staff will check you here.', '   Please take off your mask."')
    rows.append(line(t(" 読み上げ", " Say")))
    rows += [line(t(ja, en)) for ja, en in zip(said, told, strict=True)]
    return [
        *rows,
        [],
        line(t(" 長いとき：F9-1 保留（順番はそのまま）", " If it takes long: F9-1 hold")),
        line(t(" やめるとき：F9-7", " To withdraw: F9-7")),
    ]


def _stills_row(page: VisitActs, request: Request) -> Line:
    """What of pictures was sent, and the key that takes one where one may be taken."""
    t = page.t
    sent = len(still.current(page.station.booth.stills, request.id))
    none = still_card.why_not(page.station, request)
    if none is not None and none.code == "still.at_booth":
        return line(t(" 送っていない：氏名・画像", " Not sent: name, picture"))
    words = t(f" 静止画 {sent}枚（氏名は送らない）", f" {sent} stills (never a name)")
    if none is not None:
        return line(
            words
            if none.code != "still.no_consent"
            else t(" 送っていない：氏名・画像（承諾なし）", " No consent to send pictures")
        )
    return [Span(" [5]", "key", "item:5"), Span(words, "", "item:5")]


def _meeting(page: VisitActs, request: Request) -> list[Line]:
    t, check = page.t, page.station.profile.city_check
    state = request.video.state
    style = {"started": "done", "lost": "warn"}.get(state, "")
    rows = [line(Span(" " + t("映像 ", "Video ") + video_words(t, request.video), style))]
    if check.meeting(request.window):
        rows.append(
            [
                Span(" [1]", "key", "item:1"),
                Span(t("会議をひらく  ", "open it  "), "", "item:1"),
                Span("[2]", "key", "item:2"),
                Span(t("QRとリンク", "QR and link"), "", "item:2"),
            ]
        )
    _, ja, en = NEXT[state]
    limit = t(f"（{check.video_lost_seconds}秒で最初から）", f" ({check.video_lost_seconds} s: anew)")
    noting = [Span(" [3]", "key", "item:3"), Span(t(ja, en) + (limit if state == "started" else ""), "", "item:3")]
    if state in ("started", "lost"):
        noting += [Span(" [4]", "key", "item:4"), Span(t("終わった", "over"), "", "item:4")]
    return [*rows, noting]


def video_key(page: VisitActs, request: Request, digit: str, *, alone: bool = False) -> bool:
    """1 opens the meeting, 2 shows its code, 3 and 4 note what became of it, 5 takes stills; False for any other digit.

    `alone`: it came from a key, and is done at once; a code reader types digits too, so nothing may come near it.
    """
    if digit not in ("1", "2", "3", "4", "5"):
        return False
    if digit != "5" and not by_video(page.station.profile, request.method):
        return False

    def do() -> None:
        if digit == "5":
            _stills(page, request)
        else:
            _meet(page, request, digit)

    if alone:
        page.terminal.alone(do)
    else:
        do()
    return True


def _stills(page: VisitActs, request: Request) -> None:
    none = still_card.why_not(page.station, request)
    if none is None:
        page.terminal.lay(still_card.StillCard(page.terminal, request))
    else:
        page.station.refuse(none)


def _meet(page: VisitActs, request: Request, digit: str) -> None:
    station, t = page.station, page.t
    check = station.profile.city_check
    link = check.meeting(request.window)
    if digit in ("1", "2") and not link:
        station.warn(
            t("会議のリンクは、この契約の設定にありません。", "The contract's profile has no meeting link."),
            t("市から聞いたリンクでひらき、3 で印", "Open the city's link, then 3"),
        )
    elif digit == "1":
        if not open_link(link):
            station.warn(t("この端末にブラウザーがありません。", "There is no browser here."), t("2＝QR", "2=QR"))
    elif digit == "2":
        page.terminal.lay(MeetingCard(page.terminal, check, request.window))
    else:
        _note(page, request, NEXT[request.video.state][0] if digit == "3" else "ended")


def _note(page: VisitActs, request: Request, what: Note) -> None:
    station, t = page.station, page.t

    async def work() -> None:
        await station.submit(NoteVideo(request.id, what))
        station.say(t(f"{request.number} の映像を記録しました。", f"{request.number}: noted."))

    station.begin(t("映像を記録しています", "noting the video"), work)


def answer(page: VisitActs, request: Request, cells: int) -> list[Line]:
    """What came back of a request that waits no more."""
    t = page.t
    if request.state is RequestState.EXPIRED:
        words = t("期限が切れました。順番はそのまま出し直せます", "Expired; ask again, the place is kept")
        return [line(Span(f" {tokens.WARN}{words}", "warn"))]
    if request.state is RequestState.WITHDRAWN:
        return [line(Span(t(f" {tokens.OFF}依頼は取り下げました", f" {tokens.OFF}Withdrawn"), "dim"))]
    if request.outcome is None:
        return []
    shape, ja, en, style = OUTCOMES[request.outcome]
    reason = request.reason
    at = clock(request.decided_ms)
    rows = [line(Span(t(f" {shape}市の決定：{ja}（{at}）", f" {shape}The city: {en} ({at})"), style))]
    return [*rows, *(paragraphs(t(f" 理由：{reason}", f" Reason: {reason}"), cells) if reason else [])]
