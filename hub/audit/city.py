"""What only the city may do, said a second time.

The rules refuse all of this in decide(), and replay shows that they were kept. This table is written from the design
and not from the rules, so that one mistake in the rules cannot let a contractor's key decide for the city unseen.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from hub.audit.problem import Problem, finding
from hub.domain import codec
from hub.domain.booth import Booth, Event
from hub.domain.contract import Profile
from hub.domain.custody import TransferAccepted, TransferDisputed
from hub.domain.identity import DecideIdentity, IdentityDecided, OfficerAttended
from hub.domain.visit import StepDone
from sync.merkle import Tree
from sync.party import Deployment
from sync.trust import Authority

COMMANDS = frozenset({"identity.decide", "identity.attend", "custody.accept"})
EVENTS = (IdentityDecided, OfficerAttended, TransferAccepted, TransferDisputed)
STEP_KINDS = frozenset({"identity", "pin_content"})
"""本人確認 and 暗証番号内容確認: completed by a decision of the city and by nothing else."""


def check(
    index: int, kind: str, by: Authority, events: tuple[Event, ...], booth: Booth, profile: Profile | None
) -> Iterator[Problem]:
    """What this entry of a command of that kind takes away from the city; `booth`: the state, as far as it is known."""
    if by.party == "city" and by.kind == "officer":
        return
    if kind in COMMANDS:
        yield finding("entry.city_only", entry=index, kind=kind, person=by.person, party=by.party)
    for event in events:
        if isinstance(event, EVENTS) or (isinstance(event, StepDone) and _city_step(event, booth, profile)):
            made = str(event.__struct_config__.tag)
            yield finding("entry.city_only", entry=index, event=made, person=by.person, party=by.party)


def _city_step(event: StepDone, booth: Booth, profile: Profile | None) -> bool:
    held = booth.visits.visits.get(event.visit)
    if held is None or profile is None:
        return False
    return any(step.id == event.step and step.kind in STEP_KINDS for step in profile.method(held.method).steps)


def check_decision(index: int, args: msgspec.Raw, deployment: Deployment, tree: Tree) -> Iterator[Problem]:
    """Whether an identity decision names this record: its profile, its hub, and its root at the size the desk saw.

    `tree` holds the entries before this one: the desk cannot have seen more.
    """
    decision = codec.decode_command("identity.decide", bytes(args))
    if not isinstance(decision, DecideIdentity):
        return
    if decision.profile != deployment.profile:
        yield finding("decision.other_profile", entry=index, profile=decision.profile)
    if decision.hub != deployment.record:
        yield finding("decision.other_hub", entry=index, hub=decision.hub)
    size = decision.checkpoint_size
    if not 0 < size <= tree.size or tree.root(size) != decision.checkpoint_root:
        yield finding("decision.other_root", entry=index, size=size, root=decision.checkpoint_root)
