"""Steps that another person looks at again (incidents 5 to 8), and no bypass of them."""

import pytest

from hub.domain.contracts.reading import ProfileError, decode_profile, load_profile, profile_bytes, shipped
from hub.domain.photo import photo
from hub.domain.visit import form_id, visit
from tests.hub.domain.booths import CLERK, MANAGER, OTHER, Site

CHECKED = [
    (contract, event.id, method, step.id)
    for contract in shipped()
    for event in load_profile(contract).event_types
    for method in event.methods
    for step in load_profile(contract).method(method).steps
    if step.checks == "photo"
]


def test_every_contract_that_pastes_photos_has_them_checked_by_two() -> None:
    assert {contract for contract, *_ in CHECKED} == {"aomori", "chiba", "niigata"}


@pytest.mark.parametrize(("contract", "event", "method", "step"), CHECKED)
def test_who_did_a_step_cannot_check_it_and_the_visit_cannot_end_unchecked(
    contract: str, event: str, method: str, step: str
) -> None:
    """Incident 8: a second check by the same eyes is none."""
    site = Site(contract, event_type=event)
    opened = site.open_visit(method)
    site.steps(opened, until=step)
    assert visit.done_by(site.booth.visits.visits[opened], "photo") == CLERK.person
    assert site.refused(visit.DoStep(opened, step), CLERK) == "visit.second_person"
    assert site.refused(visit.FinishVisit(opened)) == "visit.gate_open"
    if next(one for one in site.profile.method(method).steps if one.id == step).form_id:
        site.do(form_id.ReadForm(opened, step, bytes(form_id.TAG_BYTES)))
    site.do(visit.DoStep(opened, step), OTHER)
    assert visit.done_by(site.booth.visits.visits[opened], step) == OTHER.person


def test_a_manager_who_took_the_photo_is_no_second_person_either() -> None:
    site = Site("chiba")
    opened = site.open_visit("apply_in_person")
    site.steps(opened, until="photo")

    shot = site.do(photo.Shoot(opened, "photo"), MANAGER)
    site.taken(shot)
    site.do(photo.Confirm(shot, b"c" * 32, True, True), MANAGER)
    site.do(visit.DoStep(opened, "photo"), MANAGER)
    site.destroyed(shot)
    site.steps(opened, until="photo_attach")
    assert site.refused(visit.DoStep(opened, "photo_attach"), MANAGER) == "visit.second_person"
    site.do(form_id.ReadForm(opened, "photo_attach", bytes(form_id.TAG_BYTES)))
    site.do(visit.DoStep(opened, "photo_attach"), CLERK)


def test_incident_5_and_6_the_picture_of_one_cannot_be_joined_to_the_form_of_another() -> None:
    """Six were photographed and their photos attached in bulk: here the next photo waits for the one before."""

    site = Site("chiba")
    first, second = site.open_visit("apply_in_person"), 0
    site.steps(first, until="photo")
    shot = site.shoot(first, "photo")
    site.taken(shot)
    ticket = site.serve("application", window="窓口2")
    second = site.do(visit.OpenVisit(ticket, "apply_in_person"))
    site.steps(second, until="photo")
    assert site.refused(photo.Shoot(second, "photo"), OTHER).startswith("photo.")
    assert site.refused(visit.DoStep(second, "photo"), OTHER) == "photo.none"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('checks = "photo"', 'checks = "submit"', "checks"),
        ('gate = true, checks = "photo"', 'checks = "photo"', "gate"),
    ],
)
def test_a_check_of_something_later_or_one_that_can_be_skipped_is_no_profile(old: str, new: str, key: str) -> None:
    with pytest.raises(ProfileError) as caught:
        decode_profile(profile_bytes("chiba").decode().replace(old, new, 1).encode(), "x")
    assert caught.value.key == f"method[apply_in_person].step[photo_attach].{key}"
