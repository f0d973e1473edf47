"""The steps of a visit at the booth: which comes next, which gates stand before it, and who may do it.

Steps, gates and roles are profile data. 本人確認 and 暗証番号内容確認 are steps that only a decision under the city's
key completes (identity.py); no command at the booth can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.domain.refusal import Refusal, refuse
from hub.domain.visit import comparing
from hub.domain.visit.visit import done_by

if TYPE_CHECKING:
    from hub.domain.contracts.procedure import Method, Step
    from hub.domain.moment import Signer
    from hub.domain.visit.visit import Visit

CITY_KINDS = frozenset({"identity", "pin_content"})
"""Steps that only a decision under the city's key completes (Niigata 8.1(1)※, Koganei 7⑴オｂ)."""

ABOUT_PAPERS = frozenset({"documents", "count"})

SIGNED_KINDS = frozenset({"check", "documents", "photo", "notice"})
COUNT_KIND = frozenset({"count"})
PHOTO_KIND = frozenset({"photo"})


def booth_steps(method: Method) -> tuple[Step, ...]:
    """The steps done at the booth while the applicant is there, in the contract's order."""
    return tuple(step for step in method.steps if step.place == "booth")


def next_step(visit: Visit, method: Method) -> Step | None:
    """The first booth step not done yet."""
    return next((step for step in booth_steps(method) if step.id not in visit.done), None)


def missing_gate(visit: Visit, method: Method, before: str | None = None) -> Step | None:
    """The first gate not passed, among the steps before `before` (or all booth steps).

    Counting is a gate whatever the profile says: papers that leave an applicant's hand uncounted belong to nobody. So
    is the photo: what comes after speaks of it, and 対象外 is an entry of its own.
    """
    places = method.place_of
    until = places.get(before, len(places)) if before is not None else len(places)
    for gate in method.gates:
        if gate.id not in visit.done:
            return gate if places[gate.id] < until else None
    return None


def may_do(step: Step, by: Signer) -> Refusal | None:
    """Whether this signer may do this step, by the contract's role table."""
    if by.party == "city":
        return None if "city_staff" in step.roles else refuse("role.not_allowed", person=by.person, need=step.ja)
    if (
        not step.roles
        or "contractor" in step.roles
        or "applicant" in step.roles
        or any(role in step.roles for role in by.roles)
    ):
        return None  # what the applicant does is signed by the clerk who sees it done
    return (
        _city_only(step) if "city_staff" in step.roles else refuse("role.not_allowed", person=by.person, need=step.ja)
    )


def _city_only(step: Step) -> Refusal:
    """It is the city's; the contract may name the notice that says so (新潟 8.1(2))."""
    return (
        refuse("role.city_only")
        if step.basis is None
        else refuse("role.city_by_notice", step=step.ja, basis=step.basis)
    )


def doable(visit: Visit, method: Method, step_id: str, kinds: frozenset[str], by: Signer) -> Step | Refusal:
    """The booth step of that id, if it is one of these kinds, comes now, and this signer may do it."""
    step = method.step_by_id.get(step_id)
    if step is None:
        return refuse("visit.unknown_step", step=step_id)
    if step.place != "booth":
        return refuse("visit.not_here", step=step.ja)
    if step.id in visit.done:
        return refuse("visit.step_done", step=step.ja)
    if step.kind in CITY_KINDS:
        return _city_only(step)
    if step.kind not in kinds:
        return refuse("visit.wrong_kind", step=step.ja)
    refusal = may_do(step, by)
    if refusal is not None:
        return refusal
    gate = missing_gate(visit, method, before=step.id)
    if gate is not None:
        return comparing.stopped(visit, gate.id) or refuse("visit.gate_open", step=gate.ja)
    return _looked_again(visit, method, step, by) or step


def _looked_again(visit: Visit, method: Method, step: Step, by: Signer) -> Refusal | None:
    """What is looked at again was done, and by somebody else."""
    if step.checks is None:
        return None
    before = done_by(visit, step.checks)
    if before not in ("", by.person):
        return None
    checked = method.step_by_id.get(step.checks)
    paper = step.checks if checked is None else checked.ja
    return refuse("visit.second_person" if before else "visit.not_looked_at", step=step.ja, paper=paper)
