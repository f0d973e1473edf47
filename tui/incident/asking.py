"""F12: report an incident or a complaint in four short answers, then back to where one was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.incident.category import Category
from hub.domain.incident.drafts import Draft, drafts
from hub.domain.incident.incident import Incident, ReportIncident, SettleDraft, dues
from hub.domain.incident.rules import LONGEST_TEXT
from hub.domain.incident.words import CATEGORIES
from tui import tokens
from tui.layer import Ask, Menu
from tui.words import at_minute, hour_minute

if TYPE_CHECKING:
    from tui.layer import Terminal

MOST_LISTED = 8
"""Digits 2 to 9; the oldest are the ones that must not be forgotten."""


def begin(terminal: Terminal) -> None:
    """The open ones to choose from, or the first question where there is none."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    held = [one for _, one in sorted(station.booth.incidents.open.items())][:MOST_LISTED]
    suggested = drafts(station.booth, station.profile, station.now_ms())[: MOST_LISTED - len(held)]
    if not held and not suggested:
        ask_category(terminal)
        return
    lines = [one_line(terminal, one) for one in held]
    lines += [t(f"下書き {draft.ja}", f"draft: {draft.en}") for draft in suggested]
    entries = [("1", t("新しく報告する", "report a new one"), "")]
    entries += [(str(at), words, "") for at, words in enumerate(lines, 2)]

    def pick(digit: str) -> None:
        from tui.incident.page import IncidentPage

        at = int(digit) - 2
        if at < 0:
            ask_category(terminal)
        elif at < len(held):
            terminal.lay(IncidentPage(terminal, held[at].id))
        else:
            ask_draft(terminal, suggested[at - len(held)])

    terminal.lay(Menu(terminal, t("事故・苦情", "Incidents and complaints"), entries, pick))


def one_line(terminal: Terminal, held: Incident) -> str:
    """Number, what it is, and what is still owed."""
    t, station = terminal.tongue, terminal.station
    assert station is not None
    if not held.told_ms:
        owed = t(f"{tokens.WARN}市へ未報告", f"{tokens.WARN}city not told")
    elif not held.reported_ms and dues(held, station.profile):
        owed = t(f"{tokens.REPLY}報告書まだ", f"{tokens.REPLY}report owed")
    else:
        owed = t(f"{tokens.WAIT}閉じるだけ", f"{tokens.WAIT}to be closed")
    return f"{held.number} {t(*CATEGORIES[held.category])[:9]} {owed}"


def ask_draft(terminal: Terminal, draft: Draft) -> None:
    """What the record suggests becomes an incident, or is none: a person says which."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    entries = [
        ("1", t("事故として報告する", "report it"), ""),
        ("2", t("事故ではない（理由）", "it is none (why)"), ""),
    ]

    def none(reason: str) -> None:
        async def work() -> None:
            await station.submit(SettleDraft(draft.name, reason))
            station.say(
                t("下書きを片づけました。理由は記録に残ります。", "The draft is answered; the reason is recorded.")
            )

        station.begin(t("記録しています", "recording"), work)

    def pick(digit: str) -> None:
        if digit == "1":
            _ask_text(terminal, draft.category, draft.happened_ms, (), t(draft.ja, draft.en), draft.name)
        else:
            question = t("なぜ事故ではありませんか（お名前は書かない）", "Why is it no incident? Name nobody.")
            hint = t(f"{LONGEST_TEXT}字まで", f"up to {LONGEST_TEXT} characters")
            terminal.lay(Ask(terminal, t("理由", "reason"), question, hint, none, kana=True, longest=LONGEST_TEXT))

    terminal.lay(Menu(terminal, t(draft.ja, draft.en), entries, pick))


def ask_category(terminal: Terminal) -> None:
    t = terminal.tongue
    kinds = list(Category)
    entries = [(str(at), t(*CATEGORIES[kind]), "") for at, kind in enumerate(kinds, 1)]
    title = t("何がありましたか", "What happened?")
    terminal.lay(Menu(terminal, title, entries, lambda digit: _ask_time(terminal, kinds[int(digit) - 1])))


def _ask_time(terminal: Terminal, category: Category) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None
    question = t("何時でしたか（または、いつ分かりましたか）", "When was it, or when was it noticed?")
    hint = t("4けた 例 0935。いまなら Enter", "four digits such as 0935; Enter: now")
    asked_ms = station.now_ms()

    def answer(text: str) -> None:
        at_ms = at_minute(text, asked_ms)
        if at_ms is None:
            station.warn(
                t("時刻を4けたで入れてください。", "Four digits, such as 0935."),
                t("F12 でもう一度", "F12 again"),
                "incident.time",
            )
        else:
            _ask_tickets(terminal, category, at_ms)

    terminal.lay(Ask(terminal, t("時刻", "time"), question, hint, answer, text=hour_minute(asked_ms).replace(":", "")))


def _ask_tickets(terminal: Terminal, category: Category, happened_ms: int) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None
    mine = station.mine
    question = t(
        "関係する番号札（きょうの札。なければ空のまま）", "Tickets of today that it touched; none: leave it empty"
    )
    hint = t("番号を空けて並べる 例 A-019 B-003", "numbers with blanks, such as A-019 B-003")

    def answer(text: str) -> None:
        known = {ticket.number: ticket.id for ticket in station.booth.queue.tickets.values()}
        wanted = text.upper().split()
        strange = [number for number in wanted if number not in known]
        if strange:
            station.warn(
                t(f"{strange[0]} はきょうの札にありません。", f"{strange[0]} is no ticket of today."),
                t("F12 でもう一度（前の日の札は文で書く）", "F12 again; name older ones in words"),
                "incident.tickets",
            )
            return
        _ask_text(terminal, category, happened_ms, tuple(dict.fromkeys(known[number] for number in wanted)))

    text = mine.number if mine is not None else ""
    terminal.lay(Ask(terminal, t("札", "tickets"), question, hint, answer, text=text))


def _ask_text(
    terminal: Terminal, category: Category, happened_ms: int, tickets: tuple[int, ...], known: str = "", draft: str = ""
) -> None:
    """`known`: what the record says already, to be written on; `draft`: the name of what it had suggested."""
    station, t = terminal.station, terminal.tongue
    assert station is not None
    question = t("何がありましたか（お名前は書かない）", "What happened? Name nobody.")
    hint = t(
        f"{LONGEST_TEXT}字まで。つづきはあとから加えられます", f"up to {LONGEST_TEXT} characters; more can be added"
    )

    def answer(text: str) -> None:
        async def work() -> None:
            done = await station.submit(ReportIncident(category, happened_ms, tickets, text, draft))
            number = station.booth.incidents.open[done.index].number
            todo = t(
                "いま市と管理者へ電話する。したら F12 で記録", "Telephone the city and the manager now; F12 records it."
            )
            station.say(t(f"{number} を記録しました。", f"{number} is recorded."), todo, stays=True)

        station.begin(t("記録しています", "recording"), work)

    terminal.lay(Ask(terminal, t("内容", "text"), question, hint, answer, kana=True, text=known, longest=LONGEST_TEXT))
