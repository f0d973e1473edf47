"""A picture of an event is in the report only when another person has seen that nobody can be made out in it."""

import pytest

from hub.domain.reports import event_picture
from hub.domain.reports.event_picture import AttachPicture, ConfirmPicture, DropPicture, Unseen
from tests.hub.domain.booths import CLERK, DATE, MANAGER, OTHER, Site, replayed

ONE, TWO = b"1" * 32, b"2" * 32


def pictured(*digests: bytes) -> Site:
    site = Site("aomori")
    for digest in digests:
        site.do(AttachPicture(DATE, digest, "会場の全景"), MANAGER)
    return site


def shown(site: Site, period: str = DATE) -> list[bytes]:
    form = next(form for form in site.profile.report_forms if form.report == "daily_report")
    return [one.digest for one in event_picture.shown(form, site.booth.pictures, period)]


def entry(site: Site, digest: bytes) -> int:
    return next(number for number, one in site.booth.pictures.items() if one.digest == digest)


def test_a_report_with_a_picture_that_nobody_has_confirmed_is_not_finished() -> None:
    """AOMO-5.9-06: a photo attached without confirmation -> the report cannot be finalised."""
    site = pictured(ONE, TWO)
    site.do(ConfirmPicture(entry(site, ONE), ONE), CLERK)
    with pytest.raises(Unseen) as unfinished:
        shown(site)
    assert [one.digest for one in unfinished.value.pictures] == [TWO]
    site.do(ConfirmPicture(entry(site, TWO), TWO), OTHER)
    assert shown(site) == [ONE, TWO] and shown(site, "2025-08-07") == []
    assert replayed(site) == site.booth


def test_whoever_attached_it_does_not_confirm_it_and_only_the_file_that_was_seen_counts() -> None:
    """AOMO-5.9-06: the confirmation is a second person's."""
    site = pictured(ONE)
    at = entry(site, ONE)
    assert site.refused(ConfirmPicture(at, ONE), MANAGER) == "picture.same_person"
    assert site.refused(ConfirmPicture(at, TWO), CLERK) == "picture.differs"
    site.do(ConfirmPicture(at, ONE), CLERK)
    assert site.refused(ConfirmPicture(at, ONE), OTHER) == "picture.confirmed"


def test_a_picture_that_shows_somebody_is_dropped_and_the_report_goes_on_without_it() -> None:
    site = pictured(ONE, TWO)
    site.do(ConfirmPicture(entry(site, ONE), ONE), CLERK)
    assert site.refused(DropPicture(entry(site, TWO), " "), CLERK) == "custody.reason"
    site.do(DropPicture(entry(site, TWO), "顔が写っている"), CLERK)
    assert shown(site) == [ONE]
    assert site.refused(ConfirmPicture(entry(site, TWO), TWO), OTHER) == "picture.unknown"
    site.do(AttachPicture(DATE, TWO, "会場の入口"), MANAGER)  # the same file again is looked at again
    with pytest.raises(Unseen):
        shown(site)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (AttachPicture("2025-08-07", TWO, "会場"), "picture.date"),
        (AttachPicture(DATE, b"short", "会場"), "picture.what"),
        (AttachPicture(DATE, TWO, " "), "picture.what"),
        (AttachPicture(DATE, ONE, "会場"), "picture.twice"),
        (ConfirmPicture(9_999, ONE), "picture.unknown"),
    ],
)
def test_what_is_no_picture_of_this_day_is_refused(command: event_picture.PictureCommand, code: str) -> None:
    assert pictured(ONE).refused(command, MANAGER) == code


def test_a_day_has_so_many_pictures_and_no_more() -> None:
    site = pictured(*(bytes([number]) * 32 for number in range(event_picture.MOST_OF_DATE)))
    assert site.refused(AttachPicture(DATE, b"x" * 32, "会場"), MANAGER) == "picture.many"


def test_a_contract_whose_reports_have_no_pictures_takes_none() -> None:
    site = Site("koganei")
    assert site.refused(AttachPicture(DATE, ONE, "会場"), MANAGER) == "picture.none"
    form = site.profile.report_forms[0]
    assert event_picture.shown(form, site.booth.pictures, DATE) == []
