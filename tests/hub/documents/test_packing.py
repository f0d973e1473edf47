"""持ち物の一覧: every kind with its number, and the counts of whoever packed."""

from __future__ import annotations

import pytest

from hub.documents.packing import packing_list
from hub.documents.setting import Made
from hub.domain.contracts.reading import load_profile
from hub.domain.custody.packing import CountOut, plan
from tests.hub.documents.test_incident_report import words
from tests.hub.domain.booths import Site


@pytest.mark.needs("poppler-utils")
def test_the_list_has_every_kind_and_what_was_counted_out() -> None:
    """CHIB-2.9-01: the list on paper, for three windows."""
    site = Site("chiba", open_day=False)
    event = site.profile.event_types[0].id
    made = Made("緑センター", True, {}, site.at_ms)
    site.do(CountOut(event, 3, plan(site.profile, event, 3) | {"chair": 77}))
    text = words(packing_list(load_profile("chiba"), event, 3, site.booth.packing.now, made))
    assert all(one.ja in text for one in site.profile.packing)
    assert "窓口3" in text and "77" in text and "デジタルカメラ（個人情報が入る）" in text
