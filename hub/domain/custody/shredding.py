"""Destroyed before two people's eyes: the one rule for everything that goes through the shredder in the booth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.refusal import Refusal, refuse

if TYPE_CHECKING:
    from hub.domain.moment import Signer

SHREDDERS = 2
"""People who see a thing go through the shredder: one alone forgets, or keeps one."""


def refusal(shredders: tuple[str, ...], by: Signer) -> Refusal | None:
    """Why this person cannot sign for it: nobody is two people."""
    return refuse("print.same_person", person=by.person) if by.person in shredders else None


def done(shredders: tuple[str, ...]) -> bool:
    """Whether enough people have signed that they saw it."""
    return len(shredders) >= SHREDDERS
