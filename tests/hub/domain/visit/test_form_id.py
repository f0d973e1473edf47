"""申請書ID: read before its steps, held against the first reading, refused on anybody else's visit, its digits nowhere."""

import msgspec
import pytest

from hub.domain.codec import encode_command
from hub.domain.contracts.reading import ProfileError, decode_profile, profile_bytes
from hub.domain.day import day
from hub.domain.guard import check_text
from hub.domain.queue import queue
from hub.domain.reports.counts import count_day
from hub.domain.visit import form_id, visit
from hub.domain.visit.form_id import ExemptForm, ReadForm, ReplaceForm
from tests.hub.domain.booths import MANAGER, Site, replayed

MINE, OTHERS = b"m" * 16, b"o" * 16


def at_attach(site: Site, window: str = "窓口1") -> int:
    """Chiba: a visit before photo and form are joined."""
    ticket = site.serve("application", window=window)
    opened = site.do(visit.OpenVisit(ticket, "apply_in_person"))
    site.steps(opened, until="photo_attach")
    return opened


def test_incident_19_a_form_is_read_before_the_photo_is_joined_to_it_and_again_before_it_is_sent() -> None:
    site = Site("chiba")
    opened = at_attach(site)
    assert site.refused(visit.DoStep(opened, "photo_attach"), MANAGER) == "form_id.not_read"
    site.do(ReadForm(opened, "photo_attach", MINE))
    site.do(visit.DoStep(opened, "photo_attach"), MANAGER)
    site.steps(opened, until="submit")
    site.answer(opened, "submit")
    assert site.refused(visit.DoStep(opened, "submit")) == "form_id.not_read"
    assert site.refused(ReadForm(opened, "submit", OTHERS)) == "form_id.mismatch"
    assert site.refused(visit.DoStep(opened, "submit")) == "form_id.not_read"  # the mismatch stops it
    site.do(ReadForm(opened, "submit", MINE))
    site.do(visit.DoStep(opened, "submit"))
    assert replayed(site) == site.booth


def test_a_form_of_another_visit_is_refused_and_says_whose_it_is() -> None:
    site = Site("chiba")
    first = at_attach(site)
    site.do(ReadForm(first, "photo_attach", MINE))
    second = at_attach_beside(site)
    assert site.refused(ReadForm(second, "photo_attach", MINE)) == "form_id.of_another"
    site.do(visit.AbandonVisit(first, "ご本人の都合"))
    site.do(ReadForm(second, "photo_attach", MINE))  # given up: the same person may come back with it


def at_attach_beside(site: Site) -> int:
    """Another visit at window 2; the first one's picture is gone."""
    ticket = site.serve("application", window="窓口2")
    opened = site.do(visit.OpenVisit(ticket, "apply_in_person"))
    site.steps(opened, until="photo_attach")
    return opened


def test_a_form_is_read_at_its_step_only_while_the_visit_is_served() -> None:
    site = Site("chiba")
    opened = at_attach(site)
    assert site.refused(ReadForm(opened, "submit", MINE)) == "form_id.not_here"
    assert site.refused(ReadForm(9999, "photo_attach", MINE)) == "visit.unknown"
    site.do(queue.HoldTicket(site.booth.visits.visits[opened].ticket))
    assert site.refused(ReadForm(opened, "photo_attach", MINE)) == "visit.ticket_not_served"


@pytest.mark.parametrize("tag", [b"", b"x" * 15, b"x" * 17, b"12345678901812345678901"])
def test_a_tag_is_all_that_a_command_can_carry(tag: bytes) -> None:
    site = Site("chiba")
    assert site.refused(ReadForm(at_attach(site), "photo_attach", tag)) == "form_id.digits"
    assert ReadForm.__struct_fields__ == ("visit", "step", "tag")


def test_a_spoiled_form_is_replaced_and_the_new_one_read() -> None:
    site = Site("chiba")
    opened = at_attach(site)
    assert site.refused(ReplaceForm(opened)) == "form_id.none"
    site.do(ReadForm(opened, "photo_attach", MINE))
    site.do(ReplaceForm(opened))
    assert site.refused(visit.DoStep(opened, "photo_attach"), MANAGER) == "form_id.not_read"
    site.do(ReadForm(opened, "photo_attach", OTHERS))


def test_a_handwritten_form_has_no_id_and_is_counted_so() -> None:
    site = Site("chiba")
    site.whole_visit("apply_in_person")
    opened = at_attach(site)
    site.do(ExemptForm(opened, "handwritten"))
    site.do(visit.DoStep(opened, "photo_attach"), MANAGER)
    for step in ("final_check", "identity_check", "identity_copy", "pin_sheet", "pin_content_check"):
        site.step(opened, step)
    site.answer(opened, "submit")
    site.do(visit.DoStep(opened, "submit"))
    for step in ("photo_erased", "logged_out", "survey", "giveaway", "notices", "count"):
        site.step(opened, step)
    site.do(visit.FinishVisit(opened))
    assert count_day(site.booth).form_ids == {"handwritten": 1, "read": 1}


def test_without_the_citys_consent_no_form_is_read_and_no_step_waits_for_one() -> None:
    site = Site("chiba")
    opened = at_attach(site)
    site.booth = msgspec.structs.replace(site.booth, training=False)  # the contract itself states no consent
    assert site.refused(ReadForm(opened, "photo_attach", MINE)) == "form_id.no_consent"
    step = next(step for step in site.profile.method("apply_in_person").steps if step.form_id)
    assert form_id.step_refusal(step, opened, site.booth.form_ids, may_keep=False) is None
    assert form_id.step_refusal(step, opened, site.booth.form_ids, may_keep=True) is not None


@pytest.mark.parametrize("text", ["1" * 22, "1" * 24, "1" * 22 + "x", "１" * 23, "", "1234 5678 9012 3456 7890 123"])
def test_a_form_id_is_exactly_23_digits(text: str) -> None:
    assert not form_id.is_form_id(text)
    assert form_id.is_form_id("12345678901812345678901")


def test_23_digits_pass_the_guard_although_a_my_number_stands_among_them_and_no_command_holds_them() -> None:
    digits = "123456789018" + "0" * 11
    assert check_text(digits) is None
    assert check_text(digits[:12]) is not None
    _, arguments = encode_command(ReadForm(1, "submit", MINE))
    assert digits.encode() not in arguments


def test_the_key_of_the_days_forms_is_wanted_from_the_first_form_until_the_day_closes() -> None:
    site = Site("chiba")
    opened = at_attach(site)
    assert form_id.keys_wanted(site.booth.day, site.booth.form_ids) == ()
    site.do(ReadForm(opened, "photo_attach", MINE))
    (key,) = form_id.keys_wanted(site.booth.day, site.booth.form_ids)
    assert site.booth.day.date in key
    closed = msgspec.structs.replace(site.booth.day, phase=day.Phase.CLOSED)
    assert form_id.keys_wanted(closed, site.booth.form_ids) == ()


def test_a_profile_reads_forms_at_steps_that_a_person_checks() -> None:
    text = profile_bytes("chiba").decode().replace('kind = "photo" }', 'kind = "photo", form_id = true }', 1)
    with pytest.raises(ProfileError) as error:
        decode_profile(text.encode(), "chiba")
    assert error.value.key.endswith("form_id")
