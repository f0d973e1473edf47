"""Two papers of one person are compared; where they differ the visit stops there: 照合不一致 (小金井 7⑴オｃ).

What differs is named, never what stands there. It goes on when the applicant has put it right and somebody else has
compared again; otherwise it is given up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.domain.contracts.papers import Compared
from hub.domain.refusal import Refusal, refuse
from hub.domain.visit.visit import Difference, Visit

if TYPE_CHECKING:
    from hub.domain.contracts.procedure import Step
    from hub.domain.moment import Context, Signer

WORDS: dict[Compared, tuple[str, str]] = {
    "name": ("氏名", "name"),
    "birth_date": ("生年月日", "date of birth"),
    "address": ("住所", "address"),
}
"""What is compared, in Japanese and English."""


class ReportDifference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="visit.differ"):
    """The papers that a step compares do not agree in these."""

    visit: int
    step: str
    items: tuple[Compared, ...]


class Differed(msgspec.Struct, frozen=True, tag_field="kind", tag="visit.differed/1"):
    visit: int
    step: str
    items: tuple[Compared, ...]
    at_ms: int
    by: str


def decide(
    command: ReportDifference, step: Step, visit: Visit, context: Context, by: Signer
) -> tuple[Differed, ...] | Refusal:
    """`step` can be signed now by this person."""
    if not step.compares:
        return refuse("visit.wrong_kind", step=step.ja)
    items = tuple(item for item in step.compares if item in command.items)
    if not items or len(items) != len(command.items):
        return refuse("visit.differs_in_what", step=step.ja)
    return (Differed(visit.id, step.id, items, context.at_ms, by.person),)


def stopped(visit: Visit, step: str) -> Refusal | None:
    """照合不一致, while what differed at this step has not been compared again."""
    found = next((one for one in visit.differences if one.step == step), None)
    if found is None or step in visit.done:
        return None
    return refuse("visit.differs", items="・".join(WORDS[item][0] for item in found.items))


def same_eyes(visit: Visit, step: str, person: str) -> bool:
    """Whether this person found the difference that is open at a step: somebody else compares again."""
    return any(one.step == step and one.by == person for one in visit.differences)


def with_difference(visit: Visit, event: Differed) -> Visit:
    """The visit after it: one difference for each step, the latest."""
    others = tuple(one for one in visit.differences if one.step != event.step)
    found = Difference(event.step, event.items, event.by)
    return msgspec.structs.replace(visit, version=visit.version + 1, differences=(*others, found))
