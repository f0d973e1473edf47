"""What is special about a visit changes its method: steps and papers come on top or fall away, as the contract says.

The record holds what follows for the steps (a legal representative is there, no PIN is wanted), not why, as far as the
steps allow: a child under fifteen and an adult under guardianship are the same circumstance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.procedure import Circumstance, Method, Step
    from hub.domain.visit.visit import Visit


def method_of(profile: Profile, visit: Visit) -> Method:
    """The method as this visit goes through it; made once for each set of circumstances that the contract allows."""
    if not visit.circumstances:
        return profile.method(visit.method)
    made, wanted = profile.methods_under, (visit.method, visit.circumstances)
    method = made.get(wanted)
    if method is None:
        method = profile.method(visit.method)
        for circumstance in profile.circumstances:
            if circumstance.id in visit.circumstances and applies(circumstance, method):
                method = changed(method, circumstance)
        made[wanted] = method
    return method


def applies(circumstance: Circumstance, method: Method) -> bool:
    return not circumstance.methods or method.id in circumstance.methods


def offered(profile: Profile, method_id: str) -> tuple[Circumstance, ...]:
    """The circumstances that the contract knows for a method, in its order."""
    method = profile.method(method_id)
    return tuple(one for one in profile.circumstances if applies(one, method))


def changed(method: Method, circumstance: Circumstance) -> Method:
    """The method under one circumstance: what falls away first, then what comes on top at its place."""
    steps = [_without(step, circumstance) for step in method.steps if step.id not in circumstance.drops]
    for step in circumstance.steps:
        steps.insert(_place(steps, step), step)
    papers = tuple(paper for paper in method.documents if paper.id not in circumstance.without)
    if not any(paper.pin for paper in papers):  # nothing is left of which these steps could say anything
        steps = [msgspec.structs.replace(step, sheet_facts=()) if step.sheet_facts else step for step in steps]
    return msgspec.structs.replace(method, steps=tuple(steps), documents=papers + circumstance.documents)


def _without(step: Step, circumstance: Circumstance) -> Step:
    papers = tuple(paper for paper in step.documents if paper not in circumstance.without)
    photographed = step.photographed and circumstance.photo
    if papers == step.documents and photographed == step.photographed:
        return step
    return msgspec.structs.replace(step, documents=papers, photographed=photographed)


def _place(steps: list[Step], new: Step) -> int:
    """Notices are given with the others, or last; what is checked is checked before anything a contract insists on."""
    booth = [at for at, step in enumerate(steps) if step.place == "booth"]
    if new.kind == "notice":
        return next((at for at in booth if steps[at].kind == "notice"), booth[-1] + 1)
    return next((at for at in booth if steps[at].gate or steps[at].kind != "check"), booth[-1] + 1)
