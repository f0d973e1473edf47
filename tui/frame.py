"""The frame of every screen: rows 1 and 2 above the body, rows 21 to 24 below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.client.link.connection_state import ConnectionState
from hub.domain.custody import custody, discrepancy, paper_receipt, transit
from hub.domain.custody import due as custody_due
from hub.domain.identity.identity import undecided
from hub.domain.incident import incident
from hub.domain.incident.course import AT_ONCE, untold_ms
from hub.domain.incident.drafts import drafts
from hub.domain.moment import iso_date
from tui import frame_lines, tokens
from tui.cells import Line, Span, clip, fit_line, line, line_width, spread, tail
from tui.cells import width as width_of
from tui.device_view import views
from tui.distrust import banner
from tui.hub_lost import refused_us
from tui.station import SILENT_S, Station
from tui.terminal import actions
from tui.words import Tongue, clock, span_words

if TYPE_CHECKING:
    from tui.layer import Prompt

CURSOR = "_"


def header(station: Station, width: int) -> Line:
    """Row 1: real or training, where, the date, who; right: the link and the clock."""
    t, deployment = station.tongue, station.deployment
    training = (
        Span(t("【訓練】", "[TRAIN]"), "training") if deployment.training else Span(t("【本番】", "[LIVE]"), "live")
    )
    city = station.profile.source.city if t.japanese else station.profile.source.city_en
    place = station.booth.day.venue or deployment.site
    who = ""
    if station.person is not None:
        who = f"{station.name_of(station.person.person)}({role(station)})"
    shape, words, style = link_words(station)
    right = line(Span(f"{shape}{words} ", style), clock(station.clock_ms()), " ")
    now = f" {t.day(station.now_ms())} | {station.window} {who}"
    # A long venue gives way: everybody here knows where they are, and nobody may work as somebody else.
    room = width - line_width([training, *line(now), *right]) - 1
    return spread([training, *line(clip(f"{city} {place}", max(room, 0)), now)], right, width)


def role(station: Station) -> str:
    """The role that people know somebody by."""
    t = station.tongue
    return t("管理者", "manager") if station.manages(station.person) else t("従事者", "clerk")


def link_words(station: Station) -> tuple[str, str, str]:
    t, state = station.tongue, station.client.state
    if state is ConnectionState.REFUSED or station.away:
        return tokens.BAD, t("切断", "cut"), "bad"
    if station.client.age_s >= SILENT_S or state is ConnectionState.SEEKING:
        return tokens.REPLY, t("応答待ち", "no answer"), "warn"
    if state is ConnectionState.CATCHING_UP:
        return tokens.REPLY, t("読込中", "loading"), "reply"
    return tokens.DONE, t("接続", "linked"), "done"


def second_row(station: Station, width: int) -> Line:
    """Row 2: devices, the city, custody; or the banner when the hub is away."""
    t = station.tongue
    if station.client.state is ConnectionState.REFUSED and station.client.problem is not None:
        return fit_line(banner(t, station.client.problem, width), width, "bad")
    problem = refused_us(station.client.problem)
    if station.away and problem is not None:
        text = t(f"{problem.ja}つぎにすることは F4-8", f"{problem.en} What to do: F4-8")
        told = line(Span(tokens.BAD + text, "bad"))
        return fit_line(spread(told, line(Span(f"{problem.code} ", "bad")), width), width, "bad")
    if station.away:
        age = int(station.client.age_s)
        seen = clock(station.now_ms())
        words = t(
            f"切断 {age}秒：ハブに届きません。下は {seen} の表示。発券・呼出・完了は停止中",
            f"Cut for {age} s: no hub. Below is as of {seen}. Issue, call, finish stopped",
        )
        return fit_line(line(Span(tokens.BAD + words, "bad")), width, "bad")
    others, right = [*_city(station), *_vault(station)], [*_discrepancies(station), *_custody(station)]
    room = width - 1 - line_width(others) - line_width(right)
    return spread([Span(" "), *devices(station, room), *others], right, width)


def devices(station: Station, room: int) -> Line:
    """Each device's name and shape; what is wrong adds its own word, as far as `room` cells allow."""
    t = station.tongue
    shown = views(station)
    left = room - sum(width_of(t(*tokens.DEVICE_WORDS[view.kind])) + 3 for view in shown)  # its shape and a space
    spans: Line = []
    for view in shown:
        shape, style = view.shape
        spans += [Span(t(*tokens.DEVICE_WORDS[view.kind]), "dim" if style == "dim" else ""), Span(shape, style, "f4 6")]
        word = t(*view.word)
        if word and width_of(word) <= left:
            spans.append(Span(word, style))
            left -= width_of(word)
        spans.append(Span(" "))
    return spans


def _city(station: Station) -> Line:
    t, booth = station.tongue, station.booth
    shape = Span(tokens.DONE, "done") if booth.identity.officers else Span(tokens.OFF, "dim")
    waits = undecided(booth.identity, booth.visits)
    if not waits:
        return line("| ", t("市", "City"), shape)
    since = span_words(station.now_ms() - waits[0].since_ms)
    words = t(f"待{len(waits)} {since}", f" {len(waits)} waiting {since}")
    return line("| ", t("市", "City"), shape, Span(words, "" if booth.identity.officers else "warn"))


def _vault(station: Station) -> Line:
    """Shown while the vault is locked, or damaged, and there is something in it: nobody can be read of."""
    status = station.client.status
    if status is None or status.vault not in ("locked", "damaged", "unusable") or not station.booth.personal.held:
        return []
    return line("|", Span(station.tongue(f"金庫{tokens.WARN}", f" vault {status.vault}"), "warn", "f4 0"))


def _discrepancies(station: Station) -> Line:
    """Differences that a day was closed with: shown everywhere until they are resolved, the next deadline beside."""
    t, open_ = station.tongue, discrepancy.in_order(station.booth.discrepancies)
    if not open_:
        return []
    today = iso_date(station.now_ms())
    late = len(discrepancy.overdue(station.booth.discrepancies, today))
    due = open_[0].due[5:].replace("-", "/")
    words = t(f"差{len(open_)}件", f"{len(open_)} open diff.") + (
        t(" 期限過ぎ", " late") if late else t(f" {due}まで", f" by {due}")
    )
    return line(Span((tokens.BAD if late else tokens.WARN) + words, "bad" if late else "warn", "f4 4"), " ")


def _custody(station: Station) -> Line:
    t, held = station.tongue, station.booth.custody
    disputed = sum(transfer.state is custody.TransferState.DISPUTED for transfer in held.transfers.values())
    if disputed:
        return line(Span(t(f"{tokens.BAD}食い違い {disputed}件", f"{tokens.BAD}{disputed} discrepancies"), "bad"), " ")
    overdue = transit.late(station.booth.transits, station.profile, station.now_ms())
    if overdue:
        return line(
            Span(t(f"{tokens.WARN}移送おくれ {len(overdue)}件", f"{tokens.WARN}transfer late"), "warn", "f4 5"), " "
        )
    owed = station.still_owed()
    over = len(custody_due.overdue(owed, station.now_ms()))
    if over:
        return line(Span(t(f"{tokens.BAD}納品期限過ぎ {over}件", f"{tokens.BAD}{over} overdue"), "bad", "f4 5"), " ")
    unheard = incident.untold(station.booth.incidents)
    if unheard:
        minutes = max(untold_ms(one, station.now_ms()) for one in unheard) // 60_000
        at_once = any(one.severity in AT_ONCE for one in unheard)
        shape, style = (tokens.BAD, "bad") if at_once else (tokens.WARN, "warn")
        words = t(f"事故{len(unheard)}件 市へ未報告 {minutes}分", f"{len(unheard)} untold {minutes} min")
        return line(Span(shape + words, style, "f12"), " ")
    suggested = len(drafts(station.booth, station.profile, station.now_ms(), owed))
    if suggested:
        words = t(f"事故の下書き{suggested}件 F12", f"{suggested} drafts F12")
        return line(Span(f"{tokens.WARN}{words}", "warn", "f12"), " ")
    living = station.booth.photos.living
    if living is not None:
        return line(Span(t(f"写真 残1枚 {living.number}", f"1 photo alive: {living.number}"), "warn", "f4 3"), " ")
    sealed = sum(box.state is custody.ContainerState.SEALED for box in held.containers.values())
    sheets = custody.loose_sheets(held)
    words = t(f"保管{sheets}枚", f"{sheets} sheets") + (t(f" 封印{sealed}箱", f" {sealed} sealed") if sealed else "")
    on_paper = len(paper_receipt.waiting(station.booth.paper_receipts, held))
    if on_paper:  # the city has them, and no key of its own has signed
        words += t(f" 紙で受領{on_paper}件", f" {on_paper} on paper")
    return line(words, " ")


def said_rows(station: Station, width: int) -> tuple[Line, Line]:
    """Rows 21 and 22: what is under way, or what happened and what to do."""
    t = station.tongue
    if station.pending:
        return line(Span(f"{tokens.REPLY}{station.pending}", "reply")), line(
            t("   記録を待っています", "   waiting for the record")
        )
    said = station.said
    if said is None:
        return [], []
    first, second = frame_lines.said_rows(t, said, width)
    if said.shape == tokens.DONE and station.undo_left and not said.todo:
        second = line(f"   {t('取消', 'undo')} Ctrl+Z {t('あと', 'within ')}{station.undo_left}{t('秒', ' s')}")
    return first, second


def prompt_row(t: Tongue, prompt: Prompt | None, width: int) -> tuple[Line, int]:
    """Row 23, and the cell where typing goes on (an input method opens its window there)."""
    keys = line(
        Span(t("Ctrl+Z取消", "Ctrl+Z undo"), "dim", "ctrl+z"), " ",
        Span(t("Ctrl+P検索", "Ctrl+P find"), "dim", "ctrl+p"), " ",
        Span(t("Ctrl+L交代", "Ctrl+L lock"), "dim", "ctrl+l"), " ",
    )  # fmt: skip
    if prompt is None:
        return spread([], keys, width), 0
    text = "*" * len(prompt.text) if prompt.secret else prompt.text
    label = line(f" {prompt.label}> ")
    # Of a long sentence the end is shown: that is where one is writing.
    text = tail(text, width - line_width(label) - len(CURSOR) - 1)
    typed = [*label, Span(text, "input")]
    at = line_width(typed)
    spans = [*typed, Span(CURSOR), Span("   "), Span(prompt.hint, "dim")]
    while keys and line_width(spans) >= width - line_width(keys):
        keys = keys[2:]  # what Enter does here is said before what three keys do everywhere
    return spread(spans, keys, width), at


def footer(labels: list[tuple[str, bool]], width: int) -> Line:
    """Row 24: the F keys in fixed places; what cannot be done now is dim, never gone."""
    spans: Line = []
    for action_id, (label, able) in zip(actions.FOOTER, labels, strict=True):
        action = actions.BY_ID[action_id]
        spans += [Span(action.key_words + label, "" if able else "dim", action.key), Span(" ")]
    return fit_line(spans[:-1], width)
