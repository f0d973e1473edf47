"""Screen 7's line 0: the days that the city agreed to or designated, and how a manager enters them."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

from hub.domain.day import agreed_day, session_day
from hub.domain.day.agreed_day import LONGEST_REFERENCE, AgreeDays
from hub.domain.moment import iso_date
from hub.domain.refusal import short
from tui import tokens
from tui.cells import Line, Span, line_width
from tui.layer import Ask, Menu
from tui.words import local, month_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.layer import Terminal
    from tui.station import Station

DIGIT = "0"

NARROWEST = 80
"""Cells of the narrowest screen."""


def row(station: Station) -> Line:
    """How many days are agreed, the next of them, and what does not keep to the contract."""
    t, held = station.tongue, station.booth.agreed
    today = iso_date(station.now_ms())
    types = station.profile.event_types
    event = next((one.id for one in types if one.id == station.booth.day.event_type), types[0].id)
    coming = sum(key[:10] >= today for key in held)
    following = session_day.following(station.profile, held, event, today)
    words = t(f"市の合意した開催日 これから{coming}日", f"days agreed with the city: {coming} ahead")
    after = t(f"  次 {following}", f"  next {following}") if following else ""
    problems = agreed_day.warnings(held, station.profile)
    stray = session_day.opening(station.profile, held, event, today)
    if stray is not None and stray.code == "day.not_agreed":
        problems.insert(0, t("きょうは合意がまだ", "none for today yet"))
    shape, style = (tokens.WAIT, "warn") if problems else (tokens.DONE, "done")
    said = "  " + short(problems[0], 20) if problems else ""
    head = [Span(f" [{DIGIT}]", "key", DIGIT), Span(shape, style), Span(words)]
    whole = [*head, Span(after), Span(said, "warn")]
    return whole if line_width(whole) <= NARROWEST else [*head, Span(said, "warn")]  # what is wrong before what is next


def enter(terminal: Terminal) -> None:
    """The type of event, the dates, the hours, the city's reference; one date may stand for a session that moved."""
    station = terminal.station
    assert station is not None, "screen 7 is shown only after the hub was found"
    t = station.tongue
    if not station.manages(station.person):
        station.warn(t("市の合意は管理者が入れます（Ctrl+L で交代）", "the manager enters agreements (Ctrl+L)"))
        return
    today = local(station.now_ms()).date()

    def ask(question: str, label: str, hint: str, then: Callable[[str], None], *, kept: bool = True) -> None:
        terminal.lay(Ask(terminal, label, question, hint, then, kana=True, longest=LONGEST_REFERENCE, kept=kept))

    def dates(event: str) -> None:
        hint = t("月日の4けた。いくつもあれば空白で区切る", "MMDD, several with spaces between")
        question = t("市が合意・指定した日", "Days the city agreed to")
        # Three dates are twelve digits: what is typed here is kept nowhere, each date is looked at when it is signed.
        ask(question, t("月日", "MMDD"), hint, lambda typed: hours(event, typed), kept=False)

    def hours(event: str, typed: str) -> None:
        days = [month_day(one, today) for one in unicodedata.normalize("NFKC", typed).split()]
        named = tuple(day.isoformat() for day in days if day is not None)
        if not named or len(named) != len(days):
            station.warn(
                t("月日を4けたで入れてください。", "Four digits each."), t("例 0608 0615", "such as 0608 0615")
            )
            return
        if all(agreed_day.has_hours(station.profile, event, day) for day in days if day is not None):
            hint = t("例 10:00-12:00。契約の時間どおりなら Enter", "such as 10:00-12:00; Enter keeps the contract's")
        else:
            hint = t("例 10:00-12:00。契約に時間のない日です", "such as 10:00-12:00; the contract has no hours then")
        ask(t("開催の時間", "From when to when"), t("時間", "hours"), hint, lambda span: reference(event, named, span))

    def reference(event: str, named: tuple[str, ...], span: str) -> None:
        first, _, last = unicodedata.normalize("NFKC", span).replace(" ", "").partition("-")
        typed = AgreeDays(named, event, first, last, "")
        for day in map(dt.date.fromisoformat, named):
            wrong = agreed_day.unfit(typed, station.profile, day, station.deployment.training)
            if wrong is not None:  # said now: a reference that was typed for nothing has to be typed again
                station.refuse(wrong)
                return
        hint = t("例 2024-05-20 協議", "such as 2024-05-20 meeting")

        def then(words: str) -> None:
            command = AgreeDays(named, event, first, last, words)
            moved(command) if len(named) == 1 else send(command)

        ask(t("市の文書の番号か、協議の日", "The city's reference"), t("合意", "reference"), hint, then)

    def moved(command: AgreeDays) -> None:
        def then(typed: str) -> None:
            before = month_day(unicodedata.normalize("NFKC", typed).strip(), dt.date.fromisoformat(command.dates[0]))
            if typed.strip() and before is None:
                station.warn(t("もとの月日を4けたで入れてください。", "Four digits for the former day."))
                return
            send(
                AgreeDays(
                    command.dates, command.event_type, command.opens, command.closes, command.reference,
                    before.isoformat() if before is not None else "",
                )
            )  # fmt: skip

        hint = t("変更でなければ Enter のまま", "Enter if nothing moved")
        ask(t("この日に変わった、もとの開催日", "Which session moved here"), t("もとの月日", "MMDD"), hint, then)

    def send(command: AgreeDays) -> None:
        async def work() -> None:
            await station.submit(command)
            station.say(t(f"市の合意した日を記録しました（{len(command.dates)}日）。", "The agreed days are recorded."))

        station.begin(t("記録しています", "recording"), work)

    types = station.profile.event_types[:9]
    if len(types) == 1:
        dates(types[0].id)
        return
    entries = [(str(number), t(one.ja, one.en), "") for number, one in enumerate(types, 1)]
    title = t("開催の種類", "Type of event")
    terminal.lay(Menu(terminal, title, entries, lambda digit: dates(types[int(digit) - 1].id)))
