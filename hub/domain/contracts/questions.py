"""What a contract asks of a visit beside its papers, answered by one of its choices: nobody types words about a person."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from hub.domain.contracts.values import Count, Id, Part, Text


class Reason(Part, frozen=True, kw_only=True):
    id: Id
    ja: Text
    en: Text


class Choice(Part, frozen=True, kw_only=True):
    """One answer. `reasons`: one of them is said with it. `within_days`: what it rests on began no longer ago.

    accepted False: the visit does not go on so, and `guidance` is what the applicant is told instead.
    """

    id: Id
    ja: Text
    en: Text
    reasons: tuple[Reason, ...] = field(default=(), name="reason")
    within_days: Count | None = None
    accepted: bool = True
    guidance: Text | None = None


class Question(Part, frozen=True, kw_only=True):
    """Asked before `step` is signed; with a `default` only what differs from it is said. Counted by choice."""

    id: Id
    ja: Text
    en: Text
    methods: tuple[Id, ...] = ()  # empty: every method
    step: Id | None = None
    default: Id | None = None
    choices: Annotated[tuple[Choice, ...], Meta(min_length=2)] = field(name="choice")
