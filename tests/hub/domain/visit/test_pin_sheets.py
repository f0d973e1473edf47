"""PIN sheets are papers like no other: a class of their own wherever sheets are counted, and never more than a fact."""

import pytest

from hub.domain.contracts.reading import load_profile, shipped
from tests.hub.domain.booths import Site

COLLECTING = [
    (contract, event.id, method)
    for contract in shipped()
    for event in load_profile(contract).event_types
    for method in event.methods
    if any(paper.pin and paper.keep == "hand_over" for paper in load_profile(contract).method(method).documents)
]


@pytest.mark.parametrize(("contract", "event", "method"), COLLECTING)
def test_pin_sheets_are_counted_apart_from_the_visit_to_the_citys_receipt(
    contract: str, event: str, method: str
) -> None:
    """KOGA-7.1-12, CHIB-2.3-02: each class has its own number at every place."""
    site = Site(contract, event_type=event)
    pins = {paper.id for paper in site.profile.method(method).documents if paper.pin and paper.keep == "hand_over"}
    opened = site.whole_visit(method)
    assert {name: count for name, count in site.booth.visits.visits[opened].papers if name in pins} == dict.fromkeys(
        pins, 1
    )
    site.seal()
    site.offer()
    (offered,) = site.booth.custody.transfers.values()
    assert {paper: count for paper, count in offered.sheets if paper in pins} == dict.fromkeys(pins, 1)
