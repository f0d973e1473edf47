"""Ctrl+N: one inquiry, or one answer of the questionnaire, noted by its digits. Nothing is typed, nobody is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hub.domain.contracts.duties import InquiryCategory
from hub.domain.day.inquiry import InquiryNoted, NoteInquiry, TakeBackInquiry, last_of
from hub.domain.day.survey import AnswerSurvey
from tui.layer import Menu

if TYPE_CHECKING:
    from hub.domain.booth import Command
    from tui.layer import Terminal


def why_not(terminal: Terminal) -> str:
    """Why nothing can be noted: the contract has neither inquiries nor a questionnaire."""
    station = terminal.station
    assert station is not None
    known = station.profile.inquiry_categories or station.profile.surveys
    return "" if known else terminal.tongue("この契約に相談の区分がありません", "the contract has no inquiries")


def ask(terminal: Terminal) -> None:
    """The contract's categories, a digit each; 9 is the questionnaire, 0 takes the last one back."""
    station, t = terminal.station, terminal.tongue
    assert station is not None and station.person is not None
    profile = station.profile
    last = last_of(station.booth.inquiries, station.person.person)
    entries = [(str(n), t(one.ja, one.en or one.ja), "") for n, one in enumerate(profile.inquiry_categories, 1)]
    if profile.surveys:
        entries.append(("9", t("アンケートの答え", "questionnaire"), ""))
    none = "" if last is not None else t("ありません", "none")
    entries.append(("0", t("自分の最後の1件を取り消す", "take my last one back"), none))

    def pick(digit: str) -> None:
        if digit == "0" and last is not None:
            _note(terminal, TakeBackInquiry(last), t("相談の記録を1件取り消しました。", "One inquiry was taken back."))
        elif digit == "9" and profile.surveys:
            _survey(terminal)
        else:
            _category(terminal, profile.inquiry_categories[int(digit) - 1])

    terminal.lay(Menu(terminal, t("相談・問い合わせを1件", "One inquiry"), entries, pick))


def _category(terminal: Terminal, category: InquiryCategory) -> None:
    t = terminal.tongue

    def topics(phone: bool) -> None:
        def note(topic: str) -> None:
            words = t(f"{category.ja}：1件記録しました。", f"{category.en or category.ja}: one noted.")
            _note(terminal, NoteInquiry(category.id, topic, phone), words)

        known = [(one.id, t(one.ja, one.en)) for one in category.topics]
        if known:
            known.append(("", t("そのほか", "something else")))
            _choose(terminal, t(category.ja, category.en or category.ja), known, note)
        else:
            note("")

    if category.channel == "any":
        ways = [("", t("窓口で", "at the booth")), ("phone", t("電話で", "by telephone"))]
        _choose(terminal, t(category.ja, category.en or category.ja), ways, lambda way: topics(way == "phone"))
    else:
        topics(category.channel == "phone")


def _survey(terminal: Terminal) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None
    questions = {one.id: one for one in station.profile.surveys}

    def asked(question: str) -> None:
        one = questions[question]

        def said(choice: str) -> None:
            _note(terminal, AnswerSurvey(question, choice), t("答えを1件記録しました。", "One answer was noted."))

        _choose(terminal, t(one.ja, one.en), [(to.id, t(to.ja, to.en)) for to in one.choices], said)

    if len(questions) == 1:
        asked(next(iter(questions)))
    else:
        _choose(terminal, t("アンケート", "Questionnaire"), [(q.id, t(q.ja, q.en)) for q in questions.values()], asked)


def _choose(terminal: Terminal, title: str, known: list[tuple[str, str]], then: Callable[[str], None]) -> None:
    entries = [(str(n), words, "") for n, (_, words) in enumerate(known, 1)]
    terminal.lay(Menu(terminal, title, entries, lambda digit: then(known[int(digit) - 1][0])))


def _note(terminal: Terminal, command: Command, said: str) -> None:
    station, t = terminal.station, terminal.tongue
    assert station is not None

    async def work() -> None:
        done = await station.submit(command)
        if any(isinstance(event, InquiryNoted) and event.outside_hours for event in done.events):
            station.warn(
                t(f"受付時間外の電話です。{said}", f"Outside the call centre's hours. {said}"),
                t("時間内にかけ直していただくよう案内", "Ask them to call again within its hours."),
            )
            return
        station.say(said)

    station.begin(t("記録しています", "recording"), work)
