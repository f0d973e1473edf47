"""What a desk refuses before it signs, and how a case that is gone is named."""

import pytest

from hub.client.desk.signing import ENDED, may_sign, over
from hub.domain.identity.identity import Attend, DecideIdentity, Outcome, RequestState
from hub.domain.moment import MANAGER_ROLES
from tests.records import MORNING_MS, World


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def refused(world: World, who: str, command: Attend | DecideIdentity) -> str:
    person = world.manager if who == "manager" else world.officers[0]
    trust = world.machine("desk-1", "desk", "city").trust
    refusal = may_sign(command, person, trust, MORNING_MS, MANAGER_ROLES)
    return "" if refusal is None else refusal.code


def decision(reason: str) -> DecideIdentity:
    return DecideIdentity(1, 1, "hub", b"", 1, b"", Outcome.REFUSED, (), reason)


def test_only_the_citys_people_sign_at_a_desk(world: World) -> None:
    assert refused(world, "officer", Attend(True)) == ""
    assert refused(world, "manager", Attend(True)) == "role.city_only"


def test_a_reason_that_holds_a_my_number_is_refused_before_it_is_signed(world: World) -> None:
    assert refused(world, "officer", decision("番号は１２３４５６７８９０１８でした")) == "guard.personal_number"
    assert refused(world, "officer", decision("顔がちがう")) == ""


@pytest.mark.parametrize("state", [RequestState.DECIDED, RequestState.WITHDRAWN, RequestState.EXPIRED])
def test_a_case_that_is_over_is_refused_by_how_it_ended(state: RequestState) -> None:
    assert ENDED[over(state, 15).code] is state


def test_a_case_that_was_never_seen_is_unknown() -> None:
    assert over(None, None).code == "identity.unknown"
