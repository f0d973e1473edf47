"""What the contractor brings is counted out and in; what does not come back is explained, or reported where data is in it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.codec import decode_booth, encode_booth
from hub.domain.contracts.reading import load_profile
from hub.domain.custody import packing
from hub.domain.custody.packing import CountIn, CountOut
from hub.domain.day import day
from hub.domain.incident.category import Category
from hub.domain.incident.drafts import drafts
from hub.domain.incident.incident import ReportIncident, SettleDraft
from hub.domain.refusal import Refusal
from hub.domain.reports.counts import invariants
from tests.hub.domain.booths import CLERK, MANAGER, OTHER, Site, replayed


def packed(contract: str, windows: int = 3, **counts: int) -> Site:
    """An open day, for which the plan was packed; `counts` instead of what it says."""
    site = Site(contract, open_day=False)
    event = site.profile.event_types[0].id
    site.do(CountOut(event, windows, packing.plan(site.profile, event, windows) | counts))
    site.staff()
    site.do(site.opening(), MANAGER)
    site.stop()
    return site


def back(site: Site, **fewer: int) -> CountIn:
    """A truthful count of what goes back, of which `fewer` are missing."""
    load = site.booth.packing.now
    assert load is not None
    return CountIn({item: count - fewer.get(item, 0) for item, count in load.out.items()})


def test_a_list_for_a_booth_with_three_windows_has_every_kind_with_its_count() -> None:
    """CHIB-2.9-01: 机, 椅子, スクリーン, パーテーション, アクリル板, カメラ, プリンター, 端末 with counts."""
    profile = load_profile("chiba")
    counts = packing.plan(profile, profile.event_types[0].id, 3)
    named = {one.ja: counts[one.id] for one in profile.packing}
    wanted = ("机", "椅子", "スクリーン", "パーテーション", "アクリル板", "カメラ", "プリンター", "申請用端末")
    assert all(any(kind in name and count for name, count in named.items()) for kind in wanted)
    assert (counts["terminal"], counts["partition"], counts["camera"]) == (3, 3, 1)


def test_the_list_of_a_base_facility_has_screen_light_and_mirror() -> None:
    """AOMO-7.1-03: template 拠点型 -> includes 背景スクリーン, ライト, 鏡."""
    profile = load_profile("aomori")
    named = "、".join(one.ja for one in packing.items(profile, "base_facility_support"))
    assert all(kind in named for kind in ("背景用スクリーン", "ライト", "鏡", "消耗品", "のぼり旗", "衛生用品"))


def test_a_terminal_that_does_not_come_back_is_an_incident_before_the_day_closes() -> None:
    """AOMO-7.1-01: 端末2 returned 1 -> close refused until the incident is made."""
    site = packed("aomori", terminal=2)
    assert site.refused(day.CloseDay(), MANAGER) == "packing.not_counted_in"
    site.do(back(site, terminal=1), OTHER)
    refusal = site.decide(day.CloseDay(), MANAGER)
    assert isinstance(refusal, Refusal) and refusal.code == "packing.report"
    assert "出2、戻り1" in refusal.ja
    (draft,) = drafts(site.booth, site.profile, site.at_ms)
    assert site.refused(SettleDraft(draft.name, "置いてきた")) == "packing.only_reported"
    assert site.refused(day.CloseDay(), MANAGER) == "packing.report"
    site.do(ReportIncident(Category.EQUIPMENT, draft.happened_ms, (), "端末が1台ない", draft.name), CLERK)
    assert not invariants(site.booth)["everything_brought_came_back"]
    site.do(day.CloseDay(), MANAGER)
    assert site.booth.packing.now is None and site.booth.packing.last is not None
    assert decode_booth(encode_booth(site.booth)) == site.booth == replayed(site)


def test_tags_that_people_walked_off_with_want_a_note_or_an_incident() -> None:
    """KOGA-6-03: packed 番号札 50, returned 48 -> difference 2 listed, the day stays open until somebody says why."""
    site = packed("koganei")
    site.do(back(site, number_tags=2))
    (difference,) = packing.differences(site.booth.packing.now)
    assert (difference.item, difference.change) == ("number_tags", -2)
    assert site.refused(day.CloseDay(), MANAGER) == "packing.differs"
    site.do(SettleDraft(difference.draft, "持ち帰られた"))
    site.do(day.CloseDay(), MANAGER)
    assert replayed(site) == site.booth


def test_a_reason_holds_for_the_count_it_was_given_for() -> None:
    site = packed("koganei")
    site.do(back(site, number_tags=2))
    (difference,) = packing.differences(site.booth.packing.now)
    site.do(SettleDraft(difference.draft, "持ち帰られた"))
    site.do(back(site, number_tags=5), OTHER)
    assert site.refused(day.CloseDay(), MANAGER) == "packing.differs"
    site.do(back(site))
    assert not packing.differences(site.booth.packing.now)
    site.do(day.CloseDay(), MANAGER)


def test_what_went_out_is_not_changed_once_it_goes_back() -> None:
    """A count out that could be lowered at the end would hide what is gone."""
    site = packed("aomori", terminal=2)
    event = site.profile.event_types[0].id
    assert site.refused(CountOut(event, 3, packing.plan(site.profile, event, 3))) == "packing.too_late"


def test_every_kind_is_counted_and_only_what_the_contract_lists() -> None:
    site = Site("koganei", open_day=False)
    event = site.profile.event_types[0].id
    plan = packing.plan(site.profile, event, 2)
    assert site.refused(CountIn(plan)) == "packing.not_out"
    assert site.refused(CountOut(event, 0, plan)) == "packing.windows"
    assert site.refused(CountOut("picnic", 2, plan)) == "day.unknown_event"
    assert site.refused(CountOut(event, 2, {})) == "packing.count"
    assert site.refused(CountOut(event, 2, plan | {"umbrella": 1})) == "packing.count"
    assert site.refused(CountOut(event, 2, plan | {"signs": -1})) == "packing.count"
    other = Site("nagaoka", open_day=False)
    assert other.refused(CountOut(other.profile.event_types[0].id, 1, {})) == "packing.none"


def test_a_day_for_which_nothing_was_packed_closes_as_before() -> None:
    site = Site("koganei")
    site.close()
    assert site.booth.packing == packing.Packing()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(["signs", "clear_files", "number_tags"]), st.integers(0, 3)), max_size=4))
def test_no_day_closes_over_a_difference_that_nobody_has_answered(recounts: list[tuple[str, int]]) -> None:
    site = packed("koganei")
    for item, fewer in recounts:
        site.do(back(site, **{item: fewer}))
    open_ = packing.differences(site.booth.packing.now)
    closes = not isinstance(site.decide(day.CloseDay(), MANAGER), Refusal)
    assert closes == (bool(recounts) and not open_)
    for one in open_:
        site.do(SettleDraft(one.draft, "理由"))
    assert isinstance(site.decide(day.CloseDay(), MANAGER), Refusal) != bool(recounts)
