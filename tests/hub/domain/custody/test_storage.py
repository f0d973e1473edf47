"""Where a sealed box stands: places of the contract that lock, put there by two, taken out by an entry."""

from __future__ import annotations

import msgspec
import pytest

from hub.domain.contracts.check import contradictions
from hub.domain.contracts.duties import Place
from hub.domain.custody import custody, storage, transit
from hub.domain.day import day
from hub.domain.refusal import Refusal
from tests.hub.domain.booths import CLERK, MANAGER, OFFICER, OTHER, Site, replayed

TABLE = Place(id="table", ja="窓口の机", en="the counter", locked=False)


def sealed(contract: str = "koganei") -> Site:
    """A booth with one sealed box, and a table that somebody wrote into the profile as a place."""
    site = Site(contract)
    places = (*site.profile.custody.places, TABLE)
    kept = msgspec.structs.replace(site.profile.custody, places=places)
    site.profile = msgspec.structs.replace(site.profile, custody=kept)
    site.whole_visit()
    site.seal()
    return site


def test_a_box_is_put_only_into_a_place_of_the_list_and_only_into_one_that_locks() -> None:
    """KOGA-T7-01, KOGA-T7-02, CHIB-2.3-03: an unlisted place and one without a lock are refused; a row with person and time."""
    for contract in ("koganei", "chiba"):
        site = sealed(contract)
        assert site.refused(storage.PutAway("KG-1", "home")) == "store.unlisted"
        assert site.refused(storage.PutAway("KG-1", "table")) == "store.unlocked"
        assert site.refused(storage.PutAway("KG-9", "locked_store")) == "custody.unknown_container"
        site.do(storage.PutAway("KG-1", "locked_store"), CLERK)
        assert not site.booth.stores["KG-1"].whole
        assert site.refused(storage.PutAway("KG-1", "locked_store"), CLERK) == "custody.same_person"
        assert site.refused(storage.PutAway("KG-1", "table"), OTHER) == "store.unlocked"
        site.do(storage.PutAway("KG-1", "locked_store"), OTHER)
        kept = site.booth.stores["KG-1"]
        assert (kept.place, kept.by, kept.whole) == ("locked_store", (CLERK.person, OTHER.person), True)
        assert kept.at_ms == site.at_ms
        assert replayed(site) == site.booth


def test_a_box_in_its_place_neither_leaves_nor_is_opened_before_somebody_took_it_out() -> None:
    site = sealed()
    for person in (CLERK, OTHER):
        site.do(storage.PutAway("KG-1", "locked_store"), person)
    assert site.refused(storage.PutAway("KG-1", "locked_store"), MANAGER) == "store.inside"
    assert site.refused(custody.UnsealContainer("KG-1", "封印を直す"), MANAGER) == "store.inside"
    transfer = site.offer_only("KG-1")
    gone = transit.Depart(transfer, ("KG-1",), ("高橋", "佐藤"), "多摩 500 あ 1", site.at_ms + 1, site.at_ms)
    assert site.refused(gone, MANAGER) == "store.inside"
    assert site.refused(site.acceptance(transfer), OFFICER) == "store.inside"
    site.do(storage.TakeOut("KG-1"), OTHER)
    assert site.last(storage.BoxTakenOut).by == OTHER.person
    assert site.refused(storage.TakeOut("KG-1")) == "store.not_inside"
    site.carry(transfer)
    assert site.refused(storage.PutAway("KG-1", "locked_store")) == "store.not_here"
    site.do(site.acceptance(transfer), OFFICER)
    assert not site.booth.stores


def test_a_profile_whose_places_all_stand_open_is_refused() -> None:
    site = sealed()
    kept = msgspec.structs.replace(site.profile.custody, places=(TABLE,))
    open_ = msgspec.structs.replace(site.profile, custody=kept)
    assert [key for key, _ in contradictions(open_)] == ["custody.place"]


@pytest.mark.parametrize("contract", ["koganei", "chiba"])
def test_where_the_contract_says_so_no_day_closes_over_a_box_outside_its_locked_place(contract: str) -> None:
    """KOGA-T7-01, CHIB-2.3-03: 施錠が可能な保管庫で保管; a box that is on its way, or the city's, is nobody's to lock away."""
    site = sealed(contract)
    site.stop()
    assert site.refused(day.CloseDay(), MANAGER) == "store.not_put_away"
    site.do(storage.PutAway("KG-1", "locked_store"), CLERK)
    assert site.refused(day.CloseDay(), MANAGER) == "store.not_put_away", "the second has not signed"
    site.do(storage.PutAway("KG-1", "locked_store"), OTHER)
    assert not isinstance(site.decide(day.CloseDay(), MANAGER), Refusal)
    site.do(storage.TakeOut("KG-1"))
    assert site.refused(day.CloseDay(), MANAGER) == "store.not_put_away"
    transfer = site.offer_only()
    gone = transit.Depart(transfer, ("KG-1",), ("高橋", "佐藤"), "多摩 500 あ 1", site.at_ms + 1, site.at_ms)
    site.do(gone, MANAGER)
    site.do(day.CloseDay(), MANAGER)
    assert replayed(site) == site.booth


def test_where_the_contract_is_silent_a_sealed_box_keeps_no_day_open() -> None:
    site = Site("aomori")
    site.whole_visit()
    site.seal()
    site.stop()
    site.do(day.CloseDay(), MANAGER)
