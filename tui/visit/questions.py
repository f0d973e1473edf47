"""What the contract asks in a visit: its choices with their digits, on the step before which it is asked."""

from __future__ import annotations

import datetime

from hub.domain.contracts.procedure import Step
from hub.domain.contracts.questions import Choice, Question
from hub.domain.refusal import refuse
from hub.domain.visit.answers import AnswerQuestion, answer_of
from hub.domain.visit.visit import Visit
from tui import tokens
from tui.cells import Line, Span, line, wrap
from tui.layer import Ask, Layer, Menu


def question_at(page: Layer, visit: Visit, step: Step) -> Question | None:
    """What is asked on this step: the first question that is open, or the last one, which can be said anew."""
    profile = page.station.profile
    here = [one for one in profile.asked(visit.method) if one.step == step.id]
    waiting = (one for one in here if answer_of(visit, one, profile) is None)
    return next(waiting, here[-1] if here else None)


def question_rows(page: Layer, visit: Visit, question: Question, cells: int) -> list[Line]:
    """The question and its choices, a digit each."""
    t, answer = page.t, answer_of(visit, question, page.station.profile)
    rows: list[Line] = [[], line(Span(t(f" {question.ja}：数字でえらぶ", f" {question.en}: press the digit"), "title"))]
    for number, choice in enumerate(question.choices, 1):
        said = answer is not None and answer.choice == choice.id
        shape, style = (tokens.DONE, "done") if said else (tokens.WAIT, "")
        words = t(choice.ja, choice.en)
        if said and answer is not None and answer.reason:
            words += next((f"（{t(one.ja, one.en)}）" for one in choice.reasons if one.id == answer.reason), "")
        tap = f"item:{number}"
        first, *more = wrap(words, cells - 9)
        rows.append([Span(f" [{number}]", "key", tap), Span(shape, style, tap), Span(" " + first, "", tap)])
        rows += [line(Span("       " + piece, "", tap)) for piece in more]
    return rows


def say(page: Layer, visit: Visit, question: Question, number: int) -> bool:
    """Answer by digit, with the reason or the day that the choice wants; False if there is no such choice."""
    if not 0 < number <= len(question.choices):
        return False
    choice = question.choices[number - 1]
    t = page.t
    if choice.reasons and choice.accepted:
        entries = [(str(n), t(one.ja, one.en), "") for n, one in enumerate(choice.reasons, 1)]

        def pick(digit: str) -> None:
            _submit(page, visit, question, choice, reason=choice.reasons[int(digit) - 1].id)

        page.terminal.lay(Menu(page.terminal, t(f"{choice.ja}：理由", f"{choice.en}: why"), entries, pick))
    elif choice.within_days is not None:
        limit = t(f"{choice.within_days}日以内。例 0801", f"within {choice.within_days} days, such as 0801")

        def begun(text: str) -> None:
            days = days_since(text, page.station.booth.day.date)
            if days is None:
                page.station.refuse(refuse("visit.answer_days", choice=t(choice.ja, choice.en)))
            else:
                _submit(page, visit, question, choice, days=days)

        words = t(f"{choice.ja}：いつからですか（月日4けた）", f"{choice.en}: since when? (month and day)")
        page.terminal.lay(Ask(page.terminal, t("起算日", "since"), words, limit, begun))
    else:
        _submit(page, visit, question, choice)
    return True


def ask_again(page: Layer, visit: Visit) -> None:
    """F9-7-6: any question of the contract, also one that its default answers."""
    t, profile = page.t, page.station.profile
    questions = profile.asked(visit.method)

    def pick(digit: str) -> None:
        question = questions[int(digit) - 1]
        answer = answer_of(visit, question, profile)
        entries = [
            (
                str(n),
                (tokens.DONE if answer is not None and answer.choice == one.id else tokens.WAIT) + t(one.ja, one.en),
                "",
            )
            for n, one in enumerate(question.choices, 1)
        ]

        def chosen(number: str) -> None:
            say(page, visit, question, int(number))

        page.terminal.lay(Menu(page.terminal, t(question.ja, question.en), entries, chosen))

    entries = [(str(n), t(one.ja, one.en), "") for n, one in enumerate(questions, 1)]
    page.terminal.lay(Menu(page.terminal, t("確かめたこと", "What was asked"), entries, pick))


def days_since(month_day: str, today: str) -> int | None:
    """Days from the last such month and day (MMDD) until today (ISO date); None if there is no such day."""
    now = datetime.date.fromisoformat(today)
    for year in (now.year, now.year - 1):
        try:
            day = datetime.datetime.strptime(f"{year}{month_day}", "%Y%m%d").date()
        except ValueError:
            continue
        if day <= now:
            return (now - day).days
    return None


def _submit(page: Layer, visit: Visit, question: Question, choice: Choice, *, reason: str = "", days: int = 0) -> None:
    station, t = page.station, page.t
    command = AnswerQuestion(visit.id, question.id, choice.id, reason, days)

    async def work() -> None:
        await station.submit(command, version=visit.version)
        station.say(t(f"{question.ja}：{choice.ja}", f"{question.en}: {choice.en}"))

    station.begin(t("答えを記録しています", "recording"), work)
