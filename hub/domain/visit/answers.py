"""What was answered in a visit: by which way it applies, where its applicant lives, how the card travels.

The contract asks and names the choices (hub.domain.contracts.questions). What is asked is answered before its step or any
later one is signed; a question with a default is answered by it unless somebody says otherwise. The visit's end says
all answers once more, so that whoever counts needs nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.refusal import Refusal, refuse
from hub.domain.visit.visit import Answer, Visit

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Method
    from hub.domain.contracts.questions import Question
    from hub.domain.moment import Context, Signer


class AnswerQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.answer"):
    """Say the answer to a question, in place of what was said before."""

    visit: int
    question: str
    choice: str
    reason: str = ""
    days: int = 0
    """How many days ago it began, where the choice has a limit."""


class QuestionAnswered(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.answered/1"):
    visit: int
    answer: Answer
    at_ms: int
    by: str


def answer_of(visit: Visit, question: Question, profile: Profile) -> Answer | None:
    """What holds for a question: what was said, else what a circumstance says, else the default."""
    for answer in visit.answers:
        if answer.question == question.id:
            return answer
    if visit.circumstances:
        for circumstance in profile.circumstances:
            if circumstance.id in visit.circumstances and question.id in circumstance.says:
                return Answer(question.id, circumstance.says[question.id])
    return Answer(question.id, question.default) if question.default is not None else None


def all_answers(visit: Visit, profile: Profile) -> tuple[Answer, ...]:
    """Every answer that holds for a visit, in the contract's order."""
    answers = (answer_of(visit, question, profile) for question in profile.asked(visit.method))
    return tuple(answer for answer in answers if answer is not None)


def unanswered(visit: Visit, method: Method, profile: Profile, step: str | None = None) -> Question | None:
    """The first question that must be answered before `step` is signed (None: before the visit ends)."""
    places = method.place_of
    until = places[step] if step is not None else len(places)
    for question in profile.asked(visit.method):
        # A question whose step this visit does not come to is not asked.
        if question.step in places and places[question.step] <= until and answer_of(visit, question, profile) is None:
            return question
    return None


def decide(
    command: AnswerQuestion, visit: Visit, profile: Profile, context: Context, by: Signer
) -> tuple[QuestionAnswered, ...] | Refusal:
    question = next((one for one in profile.asked(visit.method) if one.id == command.question), None)
    if question is None:
        return refuse("visit.unknown_question", question=command.question)
    choice = next((one for one in question.choices if one.id == command.choice), None)
    if choice is None:
        return refuse("visit.unknown_choice", question=question.ja, choice=command.choice)
    said = f"{question.ja}：{choice.ja}"
    if not choice.accepted:
        return refuse("visit.not_accepted", special=said, guidance=choice.guidance or "")
    if choice.reasons or command.reason:
        if all(command.reason != one.id for one in choice.reasons):
            return refuse("visit.answer_reason", choice=said)
    if command.days < 0 or (choice.within_days is None and command.days):
        return refuse("visit.answer_days", choice=said)
    if choice.within_days is not None and command.days > choice.within_days:
        return refuse("visit.answer_too_late", choice=said, days=choice.within_days)
    answer = Answer(question.id, choice.id, command.reason)
    return (QuestionAnswered(visit.id, answer, context.at_ms, by.person),)


def with_answer(visit: Visit, answer: Answer) -> Visit:
    """The visit after an answer."""
    others = tuple(one for one in visit.answers if one.question != answer.question)
    return msgspec.structs.replace(visit, version=visit.version + 1, answers=(*others, answer))
