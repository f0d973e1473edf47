"""廃棄: asked for, consented to by the city's key alone, done by one and seen by another; what the vault erased beside it."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.booth import Command
from hub.domain.contracts.check import contradictions
from hub.domain.custody import disposal
from hub.domain.custody.disposal import (
    AskDisposal,
    CarryOutDisposal,
    ConsentDisposal,
    DisposalConsented,
    Line,
    Method,
    State,
    WithdrawDisposal,
    WitnessDisposal,
)
from hub.domain.moment import Signer
from hub.domain.personal.personal import Erasure, Held, PersonalErased
from hub.domain.refusal import Refusal
from tests.hub.domain.booths import CLERK, DATE, HUB, MANAGER, OFFICER, OTHER, Site, replayed

PRINTS = (Line("list_print", 3, Method.SHRED), Line("medium", 1, Method.CRUSH, "SD-1"))


def asked() -> tuple[Site, int, bytes]:
    """A booth that has asked the city to let prints and a card go today; the request, and the hash over it."""
    site = Site()
    request = site.do(AskDisposal(PRINTS, DATE), MANAGER)
    return site, request, disposal.manifest(PRINTS, DATE)


def state(site: Site, request: int) -> State:
    return site.booth.disposals.made[request].state


def test_a_disposal_goes_from_the_request_to_two_signatures_with_the_citys_consent_between() -> None:
    """KOGA-T17-02, KOGA-T17-03: items, medium, quantity, method, date; then day, person and content."""
    site, request, hash_ = asked()
    assert site.refused(CarryOutDisposal(request, hash_, site.at_ms)) == "disposal.no_consent"
    site.do(ConsentDisposal(request, hash_, "小市発第12号", DATE, False), OFFICER)
    assert site.refused(WitnessDisposal(request, hash_), OTHER) == "disposal.not_carried_out"
    site.wait(600)
    site.do(CarryOutDisposal(request, hash_, site.at_ms - 60_000), CLERK)
    assert site.refused(CarryOutDisposal(request, hash_, site.at_ms), OTHER) == "disposal.carried_out"
    assert site.refused(WithdrawDisposal(request, "まちがい"), MANAGER) == "disposal.carried_out"
    assert site.refused(WitnessDisposal(request, hash_), CLERK) == "custody.same_person"
    site.do(WitnessDisposal(request, hash_), OTHER)
    one = site.booth.disposals.made[request]
    assert (one.state, one.done_by, one.witness) == (State.DONE, CLERK.person, OTHER.person)
    assert (one.number, one.reference, one.done_ms) == ("廃-001", "小市発第12号", site.at_ms - 60_000)
    assert site.refused(WitnessDisposal(request, hash_), MANAGER) == "disposal.over"
    assert not disposal.open_(site.booth.disposals)
    assert replayed(site) == site.booth


def test_only_a_key_of_the_city_consents_and_only_to_what_it_was_shown() -> None:
    """KOGA-T17-02."""
    site, request, hash_ = asked()
    consent = ConsentDisposal(request, hash_, "小市発第12号", DATE, False)
    for by in (MANAGER, CLERK, HUB):
        assert site.refused(consent, by) == "role.city_only"
    other = disposal.manifest((Line("list_print", 4, Method.SHRED),), DATE)
    assert site.refused(msgspec.structs.replace(consent, manifest=other), OFFICER) == "disposal.differs"
    assert site.refused(msgspec.structs.replace(consent, reference=" "), OFFICER) == "erasure.reference"
    assert site.refused(msgspec.structs.replace(consent, date="2025-08-07"), OFFICER) == "erasure.reference"
    site.do(consent, OFFICER)
    assert site.refused(consent, OFFICER) == "disposal.consented"


@pytest.mark.parametrize("by_profile", [False, True])
def test_where_the_city_attends_its_own_officer_is_the_witness(by_profile: bool) -> None:
    """KOGA-T17-03: 特記17条3, whoever asks for it."""
    site, request, hash_ = asked()
    if by_profile:
        always = msgspec.structs.replace(site.profile.disposal, city_attends=True)
        site.profile = msgspec.structs.replace(site.profile, disposal=always)
    site.do(ConsentDisposal(request, hash_, "小市発第12号", DATE, not by_profile), OFFICER)
    assert site.last(DisposalConsented).attends
    site.do(CarryOutDisposal(request, hash_, site.at_ms), CLERK)
    assert site.refused(WitnessDisposal(request, hash_), OTHER) == "disposal.city_attends"
    site.do(WitnessDisposal(request, hash_), OFFICER)
    assert state(site, request) is State.DONE


@pytest.mark.parametrize(
    ("lines", "planned", "code"),
    [
        ((), DATE, "disposal.items"),
        ((Line("list_print", 1, Method.SHRED),) * 2, DATE, "disposal.items"),
        ((Line("my_diary", 1, Method.SHRED),), DATE, "disposal.items"),
        ((Line("list_print", 0, Method.SHRED),), DATE, "disposal.pieces"),
        ((Line("medium", 1, Method.SHRED),), DATE, "disposal.method"),
        ((Line("list_print", 1, Method.OVERWRITE),), DATE, "disposal.method"),
        ((Line("device", 1, Method.OVERWRITE),), DATE, "disposal.what"),
        ((Line("device", 1, Method.OVERWRITE, "端末1"),) * 2, DATE, "disposal.items"),
        ((Line("device", 1, Method.OVERWRITE, "長" * 31),), DATE, "disposal.what"),
        ((Line("list_print", 1, Method.SHRED, "紙"),), DATE, "disposal.what"),
        (PRINTS, "2025-08-05", "disposal.planned"),
        (PRINTS, "8月6日", "disposal.planned"),
    ],
)
def test_a_request_says_what_how_much_how_and_when(lines: tuple[Line, ...], planned: str, code: str) -> None:
    """KOGA-T17-02: a medium is crushed or overwritten (特記17条4), paper is not."""
    assert Site().refused(AskDisposal(lines, planned), MANAGER) == code


def test_it_was_not_done_before_the_request_nor_in_times_to_come() -> None:
    site, request, hash_ = asked()
    site.do(ConsentDisposal(request, hash_, "小市発第12号", DATE, False), OFFICER)
    for at_ms in (-1, site.at_ms - 1, site.at_ms + 1):
        assert site.refused(CarryOutDisposal(request, hash_, at_ms)) == "disposal.time"


def test_a_day_waits_for_what_was_planned_until_then_only_where_the_contract_says_so() -> None:
    for blocks in (False, True):
        site, request, _ = asked()
        rule = msgspec.structs.replace(site.profile.disposal, blocks_closing=blocks)
        site.profile = msgspec.structs.replace(site.profile, disposal=rule)
        later = site.do(AskDisposal(PRINTS, "2025-08-07"), MANAGER)
        site.stop()
        if blocks:
            assert disposal.day_unaccounted(site.booth.disposals, site.profile, DATE) is not None
            site.do(WithdrawDisposal(request, "あす行う"), MANAGER)
        site.close()
        assert state(site, later) is State.ASKED, "it stays on the custody screen"


def test_what_the_vault_erases_is_noted_with_its_consent() -> None:
    """KOGA-T17-03."""
    held = {one: Held(one, "R-1", DATE, 0, b"", 0) for one in ("a", "b")}
    site = Site()
    register = msgspec.structs.replace(
        site.booth.personal,
        held=site.booth.personal.held.update(held),
        requests=site.booth.personal.requests.set(7, Erasure(7, ("a", "b"), DATE, 0, "hub-1", "小市発第9号", DATE)),
    )
    event = PersonalErased(("a", "b"), "期限", 7, 1_000, "hub-1")
    (noted,) = disposal.erased(site.booth.disposals, event, register).erasings
    assert noted == disposal.Erasing(1_000, 2, "小市発第9号", "hub-1")


def test_a_profile_without_anything_to_dispose_of_is_refused() -> None:
    site = Site()
    none = msgspec.structs.replace(site.profile, disposal=msgspec.structs.replace(site.profile.disposal, items=()))
    assert [key for key, _ in contradictions(none)] == ["disposal.item"]


ACTS = st.sampled_from(["consent", "attend", "do", "see", "withdraw"])


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from([CLERK, OTHER, MANAGER, OFFICER, HUB]), ACTS), max_size=14))
def test_nothing_is_ever_gone_without_the_citys_key_and_two_people(acts: list[tuple[Signer, str]]) -> None:
    site, request, hash_ = asked()
    consented_by: set[str] = set()
    for by, act in acts:
        commands: dict[str, Command] = {
            "consent": ConsentDisposal(request, hash_, "第1号", DATE, False),
            "attend": ConsentDisposal(request, hash_, "第1号", DATE, True),
            "do": CarryOutDisposal(request, hash_, site.at_ms),
            "see": WitnessDisposal(request, hash_),
            "withdraw": WithdrawDisposal(request, "やめる"),
        }
        if isinstance(site.decide(commands[act], by), Refusal):
            continue
        site.do(commands[act], by)
        if act in ("consent", "attend"):
            consented_by.add(by.party)
        one = site.booth.disposals.made[request]
        if one.done_by:
            assert consented_by == {"city"}
        if one.state is State.DONE:
            assert one.done_by != one.witness
            assert not one.attends or one.witness == OFFICER.person
    assert replayed(site) == site.booth


def test_the_record_of_erased_devices_has_device_method_person_and_time() -> None:
    """AOMO-7.2-04: after the work the devices are treated so that neither photos nor input can be restored."""
    site = Site("aomori", open_day=False)
    lines = (Line("device", 1, Method.OVERWRITE, "端末1"), Line("device", 1, Method.CRUSH, "カメラのSD-2"))
    request = site.do(AskDisposal(lines, DATE), MANAGER)
    hash_ = disposal.hash_of(site.booth.disposals.made[request])
    assert disposal.erased_devices(site.booth.disposals) == []
    site.do(ConsentDisposal(request, hash_, "青市発第3号", DATE, False), OFFICER)
    site.wait(3600)
    site.do(CarryOutDisposal(request, hash_, site.at_ms), CLERK)
    site.do(WitnessDisposal(request, hash_), OTHER)
    erased = disposal.erased_devices(site.booth.disposals)
    assert [(line.what, line.method) for line, _ in erased] == [
        ("端末1", Method.OVERWRITE),
        ("カメラのSD-2", Method.CRUSH),
    ]
    assert {(one.done_by, one.done_ms, one.witness) for _, one in erased} == {(CLERK.person, site.at_ms, OTHER.person)}
    assert replayed(site) == site.booth


def test_a_request_of_paper_is_hashed_as_it_was_before_lines_could_name_a_device() -> None:
    lines = (Line("list_print", 3, Method.SHRED),)
    before = hashlib.sha256(msgspec.msgpack.encode(((("list_print", 3, Method.SHRED),), DATE))).digest()
    assert disposal.manifest(lines, DATE) == before
