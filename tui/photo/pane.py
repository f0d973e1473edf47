"""The right of the photo screen: how the picture stands, what the applicant is asked, which keys there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.photo.photo import ABANDONED, DONE, RETAKE, Level, Living, PhotoState
from hub.domain.photo.points import UNCHECKED, WORN
from hub.domain.photo.subjects import SUBJECTS
from hub.domain.visit import visit as v
from hub.domain.visit.mixup import alike
from hub.domain.visit.visit import VisitState
from hub.site.devices.fault_words import fault_words
from tui import tokens
from tui.cells import Line, Span, line, wrap
from tui.cells import width as cells_of
from tui.frame_lines import rule
from tui.layer import Prompt, key_row, paragraphs
from tui.photo.acts import LOOKED, REVIEW
from tui.words import hour_minute

if TYPE_CHECKING:
    from tui.photo.page import PhotoPage

WORST = {Level.BLOCK: 0, Level.ADVISE: 1, Level.LOOK: 2}
"""What is said first where there is no room for all."""

BELOW_POINTS = 9
"""Rows that the exception, the applicant's two ticks and the keys take."""

SAME_SLOT_SHOWN = 2
"""Numbers of six cells that fit beside a household and what to do."""

Words = tuple[str, str]


def point_words(code: str) -> tuple[Words, Words]:
    """The subject of a point and what is said of it, in Japanese and English; the code itself where nobody knows it."""
    for said in (UNCHECKED, WORN):
        if said.code == code:
            return (said.title_ja, said.title_en), (said.ja, said.en)
    for subject in SUBJECTS:
        title = (subject.title_ja, subject.title_en)
        if code == f"{subject.code}.ok":
            return title, ("", "")
        for finding in subject.findings:
            if finding.code == code:
                return title, (finding.ja, finding.en)
    return (code, code), ("", "")


SHAPES = {
    Level.OK: (tokens.DONE, "done"),
    Level.LOOK: (tokens.UNSURE, ""),
    Level.ADVISE: (tokens.WARN, "warn"),
    Level.BLOCK: (tokens.BAD, "bad"),
}


def pane(page: PhotoPage, width: int, height: int) -> list[Line]:
    """The pane, `height` rows of which the last says what became of the picture before."""
    t, living, visit = page.t, page.living, page.visit
    if visit is None:
        return [line(t(" 手続が終わっています。Esc", " No open visit. Esc"))]
    rows = [line(Span(" " + _title(page), "title")), rule(width, page.station.deployment.training)]
    if page.framing is not None:
        rows += _framing(page)
    elif living is None:
        rows += _nothing(page, width)
    elif living.state is PhotoState.TAKEN:
        rows += _taken(page, living, width, height - len(rows) - 1)
    elif living.state is PhotoState.CONFIRMED:
        rows += _confirmed(page, living, width)
    elif living.state is PhotoState.ASKED:
        rows += [[], line(t(" カメラを見て、動かないでください", ' Say: "look at the camera, keep still"'))]
    else:
        rows += _doomed(page, living, width)
    return [*rows[: height - 1], *([[]] * (height - 1 - len(rows))), _last(page)]


def prompt_words(page: PhotoPage) -> Prompt:
    """Row 23: what Enter does now."""
    t, living = page.t, page.living
    if page.framing is None and page.sheets.unsure is not None:
        return Prompt(t("操作", "key"), "", t("Enter＝出た紙を見て答える", "Enter=say what came out"))
    if page.framing is not None:
        return Prompt(t("切取り", "cut"), "", t("矢印 ＋－  Enter＝この枠で切る  Esc＝やめる", "arrows + -  Enter=cut"))
    if living is None:
        words = t("Enter＝撮影", "Enter=take it") if page.step is not None else t("Enter＝手続へ", "Enter=visit")
        return Prompt(t("操作", "key"), "", words)
    match living.state:
        case PhotoState.TAKEN:
            return Prompt(t("印", "tick"), "", t("数字＝印  Enter＝決定  F6＝撮り直す", "digit=tick  Enter=accept"))
        case PhotoState.CONFIRMED:
            return Prompt(t("操作", "key"), "", t("Enter＝写真を使い終わった（消す）", "Enter=done with it (destroy)"))
    return Prompt(t("操作", "key"), "", t("お待ちください", "please wait"))


def _title(page: PhotoPage) -> str:
    t, visit, booth = page.t, page.visit, page.station.booth
    assert visit is not None
    ticket = booth.queue.tickets[visit.ticket]
    person = ""
    if ticket.people > 1:
        mine = [one for one in v.of_ticket(booth.visits, ticket.id) if one.state is not VisitState.ABANDONED]
        person = t(f" {mine.index(visit) + 1}人目／{ticket.people}人", f" {mine.index(visit) + 1}/{ticket.people}")
    count = booth.photos.shots.get(visit.id, 0)
    taken = t(f"  写真 {count}枚目", f"  picture {count}") if count else ""
    return f"{visit.number}{person}{taken}"


def _others(page: PhotoPage) -> list[Line]:
    """A warning where others in the room may be taken for this one: the number is asked, not the name."""
    t, visit, queue = page.t, page.visit, page.station.booth.queue
    assert visit is not None
    found = alike(queue, queue.tickets[visit.ticket])
    words = []
    if found.household > 1:
        words.append(t(f"家族{found.household}人", f"household of {found.household}"))
    if found.same_slot:
        words.append(t("同じ枠 ", "same slot ") + t("・", ", ").join(found.same_slot[:SAME_SLOT_SHOWN]))
    if not words:
        return []
    ask = t("番号札を見てから", "look at the ticket first")
    return [line(Span(f" {tokens.WARN}{t('、', '; ').join(words)}：{ask}", "warn"))]


def _nothing(page: PhotoPage, width: int) -> list[Line]:
    """No picture of this visit: whose it is that is in the way, what failed, or how to begin."""
    t, booth, visit = page.t, page.station.booth, page.visit
    assert visit is not None
    if page.step is None:
        done = line(Span(f" {tokens.SEAL}", "done"), t("写真の段はすみました", "The photo step is done"))
        return [[], done, [], *page.sheets.rows(width)]
    rows: list[Line] = _others(page) or [[]]
    other = booth.photos.living
    if other is not None:
        rows += paragraphs(
            t(
                f" {tokens.WARN}{other.number} の写真が残っています。消えるまで撮れません",
                f" {tokens.WARN}The photo of {other.number} is alive: wait until it is gone",
            ),
            width,
            "warn",
        )
        return rows
    gone = booth.photos.gone
    if gone is not None and gone.visit == visit.id and gone.why not in (RETAKE, DONE, ABANDONED):
        words = _fault_words(page, gone.why)
        rows += [*paragraphs(f" {tokens.BAD}{words}", width, "bad"), line(Span(f"   {gone.why}", "dim")), []]
    limit = page.station.profile.operation.retakes
    if booth.photos.shots.get(visit.id, 0) >= limit:
        rows += paragraphs(
            t(
                f" {tokens.WARN}{limit}枚撮りました。別の人に光と背景を見てもらう",
                f" {tokens.WARN}{limit} pictures: let a colleague look at light and background",
            ),
            width,
            "warn",
        )
    if page.sheets.asks:
        rows += [*page.sheets.rows(width), []]
    return [
        *rows,
        line(t(" 読み上げ", " Say")),
        line(t(" 「めがねの反射、前髪、マスクを見ます。", ' "Glasses, hair and mask, please.')),
        line(t("   正面を向いて、口をとじてください」", '   Look ahead and close your mouth."')),
        [],
        key_row("Enter", t("撮影", "take the picture")),
        key_row("F7", _live_words(page)),
        key_row("F9-7", t("対象外（1歳になっていない・持参の写真）", "no photo: under one, brings one")),
    ]


def _live_words(page: PhotoPage) -> str:
    t = page.t
    if page.live.on:
        return t("止める（黄の線＝頭の上とあご）", "stop (yellow: crown and chin)")
    return t("撮る前に見る（残りません）", "look before taking it (nothing is kept)")


def _fault_words(page: PhotoPage, code: str) -> str:
    t = page.t
    if code.startswith("hub."):
        return t("ハブが起動し直し、写真は消えました。撮り直します", "The hub was started again: take another")
    words = fault_words(code)
    return (
        t("撮れませんでした。もう一度撮ります", "No picture: take another") if words is None else t(words.ja, words.en)
    )


def _taken(page: PhotoPage, living: Living, width: int, height: int) -> list[Line]:
    t = page.t
    rows = _points(page, living, width, height - BELOW_POINTS)
    if living.overridden:
        rows.append(line(Span(t(f" {tokens.DONE}例外として使う（理由あり）", f" {tokens.DONE}exception"), "done")))
    rows += [[], line(t(" 本人の確認（数字で印）", " The applicant's word (digits tick)"))]
    for digit, words in (
        (LOOKED, t("画面を見て「この写真でよい」と言った", 'looked and said "this one"')),
        (REVIEW, t("審査で返ることがある、と了解した", "knows that the review may return it")),
    ):
        shape, style = (tokens.DONE, "done") if digit in page.ticked else (tokens.WAIT, "")
        tap = f"tick:{digit}"
        rows.append([Span(" "), Span(f"[{digit}]", "key", tap), Span(shape, style, tap), Span(" " + words, "", tap)])
    keys = [key_row("F6", t("撮り直す", "another picture"))]
    if living.blocked:
        keys.append(key_row("F9-7", t("例外として使う（理由）", "use as an exception, with a reason")))
    if page.picture is not None and page.picture.whole:
        keys.append(key_row("矢印", t("切り方を直す  ＋－＝大きさ", "cut by hand  + - size")))
    return [*rows, [], *keys]


def _points(page: PhotoPage, living: Living, width: int, room: int) -> list[Line]:
    """The points in at most `room` rows: those that fit by name, the worst of the others with what the applicant is told."""
    t = page.t
    rows = [line(t(" 機械の確認（合わない点だけ言葉が出ます）", " The machine's points (words where one is off)"))]
    good = [tokens.DONE + t(*point_words(point.code)[0]) for point in living.points if point.level is Level.OK]
    rows += [line(Span(text, "done")) for text in _filled(good, width)]
    if not living.checked:
        rows.append(
            line(Span(t(" 黄の線に頭の上とあごを合わせて見ます", " Crown and chin at the yellow marks"), "dim"))
        )
    off = sorted((point for point in living.points if point.level is not Level.OK), key=lambda one: WORST[one.level])
    for number, point in enumerate(off):
        shape, style = SHAPES[point.level]
        title, words = point_words(point.code)
        first, *more = wrap(f"{t(*title)}：{t(*words)}", width - 4)
        said = [line(Span(f" {shape}{first}", style)), *(line(Span(f"   {piece}", style)) for piece in more)]
        if len(rows) + len(said) > room - (number + 1 < len(off)):
            return [*rows, line(Span(t(f" ほか{len(off) - number}点", f" {len(off) - number} more"), "warn"))]
        rows += said
    return rows


def _filled(items: list[str], width: int) -> list[str]:
    """Items in rows of at most `width` cells, none of them broken."""
    rows: list[str] = []
    for item in items:
        if rows and cells_of(rows[-1]) + 1 + cells_of(item) <= width:
            rows[-1] += " " + item
        else:
            rows.append(" " + item)
    return rows


def _confirmed(page: PhotoPage, living: Living, width: int) -> list[Line]:
    t = page.t
    sheets = page.sheets.rows(width)
    may = "" if page.sheets.why_no_print() else "F9-5"
    if sheets:
        return [
            [],
            line(Span(f" {tokens.DONE}", "done"), t("本人が認めました", "The applicant accepted it")),
            [],
            *sheets,
            [],
            key_row("F6", t("もう1枚印刷・撮り直す", "print again, or another picture")),
            *([] if page.sheets.unsure else [key_row("Enter", t("写真の段を終える（消す）", "end the photo step"))]),
        ]
    return [
        [],
        line(Span(f" {tokens.DONE}", "done"), t("本人が認めました", "The applicant accepted it")),
        [],
        line(t(" 使い終わったら Enter。写真はどこからも消えます", " Enter when done: it is destroyed everywhere")),
        [],
        key_row("Enter", t("写真の段を終える（消す）", "end the photo step (destroy)")),
        key_row("F6", t("撮り直す", "another picture")),
        *([key_row(may, t("紙に印刷する（L判1枚に4つ）", "print it: four on an L sheet"))] if may else []),
    ]


def _doomed(page: PhotoPage, living: Living, width: int) -> list[Line]:
    t, status = page.t, page.station.client.status
    rows: list[Line] = [
        [],
        line(t(" カメラ・ハブ・印刷・端末から消しています", " Camera, hub, spool, terminal: emptying")),
    ]
    camera = next((one for one in status.devices if one.device == "camera"), None) if status is not None else None
    if camera is not None and camera.state in ("fault", "absent"):
        rows += [
            *paragraphs(f" {tokens.BAD}{t(camera.ja, camera.code)}", width, "bad"),
            *paragraphs(
                t(
                    " カメラをつなぐと続きます。つながらないときは管理者がカメラの中を見て F9-7",
                    " It goes on when the camera is back; else a manager looks into it, F9-7",
                ),
                width,
            ),
        ]
    return rows


def _framing(page: PhotoPage) -> list[Line]:
    t = page.t
    return [
        [],
        line(t(" 黄の線に頭の上とあごを合わせます", " Crown and chin at the yellow marks")),
        [],
        key_row("矢印", t("動かす", "move")),
        key_row("＋ －", t("顔を大きく・小さく", "larger, smaller")),
        key_row("Enter", t("この枠で切る", "cut here")),
        key_row("Esc", t("やめる", "cancel")),
    ]


def _last(page: PhotoPage) -> Line:
    """What became of the last picture, and how many there are now."""
    t, photos, visit = page.t, page.station.booth.photos, page.visit
    gone, left = photos.gone, int(photos.living is not None)
    if gone is None:
        return line(Span(t(f" 残{left}枚", f" {left} alive"), "dim"))
    who = t("この人", "this one") if visit is not None and gone.visit == visit.id else t("前の人", "last")
    at = hour_minute(gone.at_ms)
    return line(
        Span(
            t(
                f" {who} {gone.number} の写真：{tokens.SEAL}消去ずみ {at} 残{left}枚",
                f" {who} {gone.number}: destroyed {at}, {left} alive",
            ),
            "dim",
        )
    )
