"""What an entry takes away from the city: something that only the city may do (city_only), under another key than its own.

The rules refuse that, and replay shows that they were kept; here it is looked at without them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

import msgspec

from hub.audit.problem import Problem, finding
from hub.domain import codec
from hub.domain.booth import Booth, Event
from hub.domain.city_only import COMMANDS, EVENTS
from hub.domain.contracts.contract import Profile
from hub.domain.identity.identity import DecideIdentity
from hub.domain.visit.visit import StepDone
from sync.keys.party import Deployment
from sync.keys.trust import Authority
from sync.record.merkle import Tree

WATCHED = EVENTS | {StepDone}
"""What an entry must have made for its events to be looked at one by one."""

STEP_KINDS = frozenset({"identity", "pin_content"})
"""本人確認 and 暗証番号内容確認: completed by a decision of the city and by nothing else."""


def steps_of(profile: Profile | None) -> frozenset[tuple[str, str]]:
    """The steps that are the city's under this contract: method and step id."""
    methods = () if profile is None else profile.methods
    return frozenset((method.id, step.id) for method in methods for step in method.steps if step.kind in STEP_KINDS)


def check(
    index: int, kind: str, by: Authority, events: tuple[Event, ...], booth: Booth, steps: Container[tuple[str, str]]
) -> list[Problem]:
    """What this entry of a command of that kind takes away from the city; `booth`: the state, as far as it is known.

    `steps`: as steps_of says.
    """
    found: list[Problem] = []
    if kind not in COMMANDS and WATCHED.isdisjoint(map(type, events)):
        return found
    if by.kind == "officer" and by.party == "city":
        return found
    if kind in COMMANDS:
        found.append(finding("entry.city_only", entry=index, kind=kind, person=by.person, party=by.party))
    for event in events:
        if type(event) in EVENTS or (type(event) is StepDone and _city_step(event, booth, steps)):
            made = str(event.__struct_config__.tag)
            found.append(finding("entry.city_only", entry=index, event=made, person=by.person, party=by.party))
    return found


def _city_step(event: StepDone, booth: Booth, steps: Container[tuple[str, str]]) -> bool:
    held = booth.visits.visits.get(event.visit)
    return held is not None and (held.method, event.step) in steps


def check_decision(index: int, args: msgspec.Raw, deployment: Deployment, tree: Tree) -> Iterator[Problem]:
    """Whether an identity decision names this record: its profile, its hub, and its root at the size the desk saw.

    `tree` holds at least the entries before this one: the desk cannot have seen more than those.
    """
    decision = codec.decode_command("identity.decide", bytes(args))
    if not isinstance(decision, DecideIdentity):
        return
    if decision.profile != deployment.profile:
        yield finding("decision.other_profile", entry=index, profile=decision.profile)
    if decision.hub != deployment.record:
        yield finding("decision.other_hub", entry=index, hub=decision.hub)
    size = decision.checkpoint_size
    if not 0 < size <= index or tree.root(size) != decision.checkpoint_root:
        yield finding("decision.other_root", entry=index, size=size, root=decision.checkpoint_root)
