"""The questionnaire (アンケート): each answer is one entry that names no visit, no ticket and no person who answered.

Questions and choices are the contract's (Chiba 第2 1(2)イ, Aomori 5(3)①); totals are all that anybody can learn of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from immutables import Map

from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.moment import Context, Signer


class AnswerSurvey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="survey.answer"):
    question: str
    choice: str


class SurveyAnswered(msgspec.Struct, frozen=True, tag_field="kind", tag="survey.answered/1"):
    question: str
    choice: str
    at_ms: int
    by: str
    """Who took the answer down."""


def decide(command: AnswerSurvey, profile: Profile, context: Context, by: Signer) -> tuple[SurveyAnswered] | Refusal:
    question = next((one for one in profile.surveys if one.id == command.question), None)
    if question is None:
        return refuse("survey.unknown", question=command.question)
    if all(choice.id != command.choice for choice in question.choices):
        return refuse("survey.unknown_choice", question=question.ja, choice=command.choice)
    return (SurveyAnswered(question.id, command.choice, context.at_ms, by.person),)


def evolve(answers: Map[str, int], event: SurveyAnswered) -> Map[str, int]:
    """How often each "question/choice" was answered on the open day."""
    key = f"{event.question}/{event.choice}"
    return answers.set(key, answers.get(key, 0) + 1)


def counted(answers: Map[str, int]) -> dict[str, dict[str, int]]:
    """The day's totals per question and choice."""
    counts: dict[str, dict[str, int]] = {}
    for key, count in sorted(answers.items()):
        question, _, choice = key.partition("/")
        counts.setdefault(question, {})[choice] = count
    return counts
