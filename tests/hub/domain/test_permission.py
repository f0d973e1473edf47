from typing import get_args

import msgspec
import pytest

from hub.domain import permission
from hub.domain.booth import Command
from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.custody import custody
from hub.domain.day import day
from hub.domain.identity import identity
from hub.domain.moment import Signer
from hub.domain.visit import steps as visit_steps
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER

STANDBY = Signer("standby-1", "standby_hub", "contractor")

TABLES = (
    permission.CITY_ONLY,
    permission.HUB_ONLY,
    permission.MANAGER_ONLY,
    permission.MANAGER_OR_HUB,
    permission.MANAGER_OR_CITY,
    permission.BOOTH_OR_CITY,
    permission.STAFF,
    permission.STANDBY_ONLY,
)


def bare(kind: type[Command]) -> Command:
    """A command of that kind whose fields nobody looks at."""
    empty = {"int": 0, "str": "", "bytes": b"", "bool": False, "Outcome": identity.Outcome.REFUSED}
    fields = {f.name: empty.get(getattr(f.type, "__name__", ""), ()) for f in msgspec.structs.fields(kind)}
    return kind(**fields)  # type: ignore[arg-type]


def test_every_command_stands_in_exactly_one_table() -> None:
    for kind in get_args(Command):
        assert sum(kind in table for table in TABLES) == 1, kind


@pytest.mark.parametrize("kind", get_args(Command))
def test_who_may_sign_what(kind: type[Command]) -> None:
    # KOGA-T15-01
    allowed = {
        who.person for who in (MANAGER, CLERK, OFFICER, HUB, STANDBY) if permission.refusal(bare(kind), who) is None
    }
    if kind in permission.CITY_ONLY:
        assert allowed == {OFFICER.person}
    elif kind in permission.HUB_ONLY:
        assert allowed == {HUB.person, STANDBY.person}  # which of them is this record's, the booth knows
    elif kind in permission.MANAGER_ONLY:
        assert allowed == {MANAGER.person}
    elif kind in permission.MANAGER_OR_HUB:
        assert allowed == {MANAGER.person, HUB.person, STANDBY.person}
    elif kind in permission.MANAGER_OR_CITY:
        assert allowed == {MANAGER.person, OFFICER.person}
    elif kind in permission.BOOTH_OR_CITY:
        assert allowed == {MANAGER.person, CLERK.person, OFFICER.person}
    elif kind in permission.STANDBY_ONLY:
        assert allowed == {STANDBY.person}
    else:
        assert allowed == {MANAGER.person, CLERK.person}


@pytest.mark.parametrize(
    "stranger",
    [
        Signer("x", "terminal", "contractor", ("manager",)),
        Signer("x", "office", "contractor", ("manager",)),
        Signer("x", "desk", "city", ("city_staff",)),
        Signer("x", "officer", "contractor", ("city_staff",)),
        Signer("x", "staff", "city", ("manager",)),
        Signer("x", "hub", "city", ()),
        Signer("x", "", "", ()),
    ],
)
def test_kind_and_party_must_fit_and_no_device_signs_for_a_person(stranger: Signer) -> None:
    for kind in get_args(Command):
        assert permission.refusal(bare(kind), stranger) is not None


def test_what_decides_about_people_and_papers_is_the_citys() -> None:
    assert {identity.DecideIdentity, custody.AcceptTransfer} <= permission.CITY_ONLY


def test_a_kind_that_no_table_names_is_nobodys() -> None:
    assert all(permission.refusal(object(), who) is not None for who in (MANAGER, CLERK, OFFICER, HUB))


def test_every_managers_role_of_a_contract_may_open_the_day() -> None:
    # NAGA-8.2-01
    for contract in shipped():
        managing = load_profile(contract).managing
        for role in managing:
            signer = Signer("m", "staff", "contractor", (role,), managing=managing)
            assert permission.refusal(bare(day.OpenDay), signer) is None


def test_who_manages_is_the_contracts_to_say() -> None:
    # NAGA-8.2-01
    """A role that another contract lets answer for a site is a clerk's where this one does not."""
    chiba = load_profile("chiba").managing
    assert chiba == {"manager", "operation_manager"}
    other = Signer("m", "staff", "contractor", ("site_manager",), managing=chiba)
    refusal = permission.refusal(bare(day.OpenDay), other)
    assert refusal is not None and refusal.code == "role.not_allowed"


@pytest.mark.parametrize("contract", shipped())
def test_every_step_of_every_contract_has_somebody_who_may_do_it(contract: str) -> None:
    # NIIG-6-01
    for method in load_profile(contract).methods:
        for step in visit_steps.booth_steps(method):
            citys = step.kind in visit_steps.CITY_KINDS
            by = {who.person for who in (CLERK, OFFICER) if visit_steps.may_do(step, who) is None}
            assert by == {OFFICER.person} if citys else by, step.id
