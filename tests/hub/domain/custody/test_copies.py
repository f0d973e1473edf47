"""A print of the city's list is permitted, numbered, and gone again before the day closes."""

from __future__ import annotations

import msgspec

from hub.domain.codec import decode_booth, encode_booth
from hub.domain.custody import copies
from hub.domain.custody.copies import End, EndCopies, Original, PrintCopies
from hub.domain.custody.disposal import AskDisposal, Line, Method, WithdrawDisposal
from hub.domain.day import day
from hub.domain.reports.counts import invariants
from tests.hub.domain.booths import CLERK, DATE, MANAGER, Site, replayed


def stopped(contract: str = "koganei") -> Site:
    site = Site(contract)
    site.stop()
    return site


def printed(site: Site, number: int = 1) -> tuple[str, ...]:
    site.do(PrintCopies(Original.LIST, number), MANAGER)
    return site.last(copies.CopiesPrinted).numbers


def asked(site: Site, item: str = "list_print") -> int:
    medium = Method.CRUSH if item == "medium" else Method.SHRED
    return site.do(AskDisposal((Line(item, 2, medium, "SD-1" if item == "medium" else ""),), DATE), MANAGER)


def test_a_print_of_the_list_is_logged_and_keeps_the_day_open_until_it_is_returned() -> None:
    """KOGA-T5-01: print reservation list -> copy no. 1/1 logged, must be returned or disposed."""
    site = stopped()
    (number,) = printed(site)
    held = site.booth.copies.made[number]
    assert (held.number, held.place, held.by, held.permission) == ("写-001", "1/1", MANAGER.person, "訓練-3")
    assert site.refused(day.CloseDay(), MANAGER) == "copies.here"
    assert not invariants(site.booth)["no_printed_copy_left"]
    site.do(EndCopies((number,), End.RETURNED))
    assert site.refused(EndCopies((number,), End.RETURNED)) == "copies.unknown", "it went once"
    site.do(day.CloseDay(), MANAGER)
    assert decode_booth(encode_booth(site.booth)) == site.booth == replayed(site)


def test_two_copies_are_numbered_on_and_each_has_its_place() -> None:
    site = stopped()
    assert printed(site, 2) == ("写-001", "写-002")
    assert printed(site) == ("写-003",)
    assert [one.place for one in copies.here(site.booth.copies, site.booth.disposals)] == ["1/2", "2/2", "1/1"]
    assert site.refused(PrintCopies(Original.LIST, 0), MANAGER) == "copies.count"
    assert site.refused(PrintCopies(Original.LIST, 1), CLERK) == "role.not_allowed"


def test_without_the_citys_consent_each_print_wants_its_word() -> None:
    """KOGA-T5-01: 許可なくして複写してはならない."""
    site = stopped()
    site.booth = msgspec.structs.replace(site.booth, training=False)
    assert site.refused(PrintCopies(Original.LIST, 1), MANAGER) == "copies.no_permission"
    site.do(PrintCopies(Original.LIST, 1, "2025-08-05 第7号"), MANAGER)
    assert site.last(copies.CopiesPrinted).permission == "2025-08-05 第7号"


def test_what_stands_in_a_request_to_dispose_is_open_again_when_that_is_withdrawn() -> None:
    site = stopped()
    numbers = printed(site)
    assert site.refused(EndCopies(numbers, End.SHREDDED)) == "copies.ask_first"
    assert site.refused(EndCopies(numbers, End.REQUESTED, 0)) == "copies.no_request"
    assert site.refused(EndCopies(numbers, End.REQUESTED, asked(site, "medium"))) == "copies.no_request"
    request = asked(site)
    site.do(EndCopies(numbers, End.REQUESTED, request))
    assert not copies.here(site.booth.copies, site.booth.disposals)
    site.do(WithdrawDisposal(request, "数えまちがい"), MANAGER)
    assert site.refused(day.CloseDay(), MANAGER) == "copies.here"
    site.do(EndCopies(numbers, End.RETURNED))
    site.do(day.CloseDay(), MANAGER)
    assert replayed(site) == site.booth


def test_where_the_contract_has_no_clause_two_people_see_it_shredded() -> None:
    site = stopped("chiba")
    numbers = printed(site)
    site.do(EndCopies(numbers, End.SHREDDED), CLERK)
    assert site.refused(EndCopies(numbers, End.SHREDDED), CLERK) == "print.same_person"
    assert site.refused(day.CloseDay(), MANAGER) == "copies.here"
    site.do(EndCopies(numbers, End.SHREDDED), MANAGER)
    site.do(day.CloseDay(), MANAGER)
