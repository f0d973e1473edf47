"""What is held of people, until when, and how it is erased."""

import datetime

import msgspec
import pytest

from hub.domain.contracts import consent
from hub.domain.contracts.duties import Consent, Consents, Retention
from hub.domain.contracts.reading import load_profile, shipped
from hub.domain.day.day import ListReservations, ReservationRow
from hub.domain.moment import DAY_MS
from hub.domain.personal import personal
from tests.hub.domain.booths import CLERK, DATE, HUB, MANAGER, MORNING_MS, OFFICER, Site

DAY_END_MS = MORNING_MS + 15 * 3_600_000
"""The midnight after the morning of DATE."""


def row(number: str, subject: str = "", sealed: bytes = b"sealed") -> ReservationRow:
    return ReservationRow(number, 540, "delivery", 1, sealed, subject or f"reservation/{number}")


def listed(*numbers: str, contract: str = "koganei") -> Site:
    site = Site(contract)
    rows = tuple(ReservationRow(number, 540, site.lane, 1, b"sealed", f"reservation/{number}") for number in numbers)
    site.do(ListReservations(rows), MANAGER)
    return site


def without_approval(site: Site) -> None:
    """A contract that has a consent to erase and asks for nothing before."""
    site.profile = msgspec.structs.replace(site.profile, retention=())


def test_what_is_sealed_is_held_under_its_own_name_until_it_is_erased() -> None:
    site = listed("R-1", "R-2")
    assert sorted(site.booth.personal.held) == ["reservation/R-1", "reservation/R-2"]
    assert site.booth.personal.today["R-1"] == "reservation/R-1"
    held = site.booth.personal.held["reservation/R-1"]
    assert (held.date, held.entry, held.digest) == (DATE, 1, personal.digest(b"sealed"))


def test_a_row_without_personal_fields_holds_nothing() -> None:
    site = Site()
    site.do(ListReservations((ReservationRow("R-1", 540, site.lane, 1),)), MANAGER)
    assert not site.booth.personal.held and "R-1" in site.booth.slots


@pytest.mark.parametrize(
    "rows",
    [
        (ReservationRow("R-2", 540, "delivery", 1, b"sealed"),),
        (ReservationRow("R-2", 540, "delivery", 1, b"", "reservation/R-2"),),
        (row("R-2", "reservation/R-1"),),
        (row("R-2", "same"), row("R-3", "same")),
        (row("R-2", "x" * 121),),
    ],
)
def test_a_key_seals_one_subject_and_never_two(rows: tuple[ReservationRow, ...]) -> None:
    assert listed("R-1").refused(ListReservations(rows), MANAGER) == "day.reservation_row"


def test_a_newer_list_replaces_the_older_seal_which_is_then_due() -> None:
    site = listed("R-1", "R-2")
    site.do(ListReservations((row("R-1", "reservation/R-1/again"),)), MANAGER)
    assert site.booth.personal.today["R-1"] == "reservation/R-1/again"
    (due,) = personal.due(site.profile, site.booth.personal, site.at_ms)
    assert due.subject == "reservation/R-1"


def test_a_newer_list_without_personal_fields_leaves_none_to_read() -> None:
    site = listed("R-1")
    site.do(ListReservations((ReservationRow("R-1", 540, site.lane, 1),)), MANAGER)
    assert "R-1" not in site.booth.personal.today


def test_without_consent_the_site_works_number_only() -> None:
    # KOGA-T6-01, CHIB-2.10-01
    site = Site()
    for lacks in ("record", "send"):
        given = msgspec.structs.replace(load_profile("koganei").training_consents, **{lacks: None})
        site.profile = msgspec.structs.replace(site.profile, training_consents=given)
        assert site.refused(ListReservations((row("R-1"),)), MANAGER) == "consent.number_only"
        site.decide(ListReservations((ReservationRow("R-1", 540, site.lane, 1),)), MANAGER)


@pytest.mark.parametrize("contract", shipped())
def test_no_shipped_contract_has_a_consent_outside_practice(contract: str) -> None:
    assert not consent.may_keep(load_profile(contract), False, "2099-01-01")


def test_a_consent_holds_from_its_date_on() -> None:
    given = Consent(reference="第1号", date=datetime.date(2025, 8, 6), scope="予約")
    profile = msgspec.structs.replace(load_profile("koganei"), consents=Consents(record=given, send=given))
    assert consent.may_keep(profile, False, "2025-08-06")
    assert not consent.may_keep(profile, False, "2025-08-05")
    assert not consent.may_copy(profile, False, "2025-08-06")


# ------------------------------------------------------------------ how long


def held(site: Site, number: str = "R-1") -> personal.Held:
    return site.booth.personal.held[f"reservation/{number}"]


def test_data_is_due_a_week_after_the_visit() -> None:
    site = listed("R-1")
    assert personal.due_ms(site.profile, held(site)) == DAY_END_MS + 7 * DAY_MS
    assert not personal.due(site.profile, site.booth.personal, DAY_END_MS + 7 * DAY_MS - 1)
    assert personal.due(site.profile, site.booth.personal, DAY_END_MS + 7 * DAY_MS)


@pytest.mark.parametrize(("ends_in_days", "shown"), [(None, 7), (9, 7), (7, 7), (2, 2)])
def test_what_is_due_is_asked_for_while_there_are_certificates_to_erase_it_with(
    ends_in_days: int | None, shown: int
) -> None:
    site = listed("R-1")
    ends_ms = None if ends_in_days is None else DAY_END_MS + ends_in_days * DAY_MS - 1
    until = personal.until_ms(site.profile, held(site), ends_ms)
    assert until <= DAY_END_MS + shown * DAY_MS and (ends_ms is None or until <= ends_ms)
    assert until > DAY_END_MS + (shown - 1) * DAY_MS  # on that very day


def test_where_the_contract_erases_after_use_data_is_due_when_the_day_ends() -> None:
    site = listed("R-1")
    rule = Retention(id="x", ja="x", clause="x", kind="erase", at="after_use", rule="x")
    site.profile = msgspec.structs.replace(site.profile, retention=(rule,))
    assert personal.due_ms(site.profile, held(site)) == DAY_END_MS


def test_nothing_is_kept_past_the_contracts_end() -> None:
    # KOGA-T17-01
    site = listed("R-1")
    ends = msgspec.structs.replace(site.profile.contract, end_date=datetime.date(2025, 8, 7))
    site.profile = msgspec.structs.replace(site.profile, contract=ends)
    assert personal.due_ms(site.profile, held(site)) == DAY_END_MS + DAY_MS


def test_what_is_held_outlives_the_day_but_is_no_longer_todays() -> None:
    site = listed("R-1")
    site.close()
    site.wait(24 * 3600)
    site.do(site.opening("2025-08-07"), MANAGER)
    assert held(site).date == DATE
    assert not site.booth.personal.today


# ------------------------------------------------------------------ erasing


def erase(*numbers: str, request: int = 0, reason: str = "期限") -> personal.ErasePersonal:
    return personal.ErasePersonal(tuple(f"reservation/{number}" for number in numbers), reason, request)


def test_where_the_contract_asks_for_nothing_a_manager_erases_at_once() -> None:
    site = listed("R-1", "R-2")
    without_approval(site)
    site.do(erase("R-1"), MANAGER)
    assert sorted(site.booth.personal.held) == ["reservation/R-2"]
    assert "R-1" not in site.booth.personal.today
    assert site.refused(erase("R-1"), MANAGER) == "erasure.nothing"


def test_koganeis_request_waits_for_the_citys_consent() -> None:
    # KOGA-T17-02
    site = listed("R-1", "R-2")
    assert site.refused(erase("R-1"), MANAGER) == "erasure.no_consent"
    request = site.do(personal.AskErasure(tuple(site.booth.personal.held), "2025-08-13"), MANAGER)
    assert site.refused(erase("R-1", request=request), MANAGER) == "erasure.no_consent"
    assert site.refused(personal.AskErasure(("reservation/R-1",), "2025-08-13"), MANAGER) == "erasure.asked"
    site.do(personal.ConsentErasure(request, "小市発第12号", DATE), OFFICER)
    assert site.last(personal.ErasureConsented).city
    site.do(erase("R-1", request=request), MANAGER)
    assert site.booth.personal.requests[request].reference == "小市発第12号"
    site.do(erase("R-2", request=request), MANAGER)
    assert not site.booth.personal.held and not site.booth.personal.requests


def test_a_consent_covers_what_was_asked_and_nothing_else() -> None:
    # KOGA-T17-02
    site = listed("R-1", "R-2")
    request = site.do(personal.AskErasure(("reservation/R-1",), "2025-08-13"), MANAGER)
    site.do(personal.ConsentErasure(request, "書面", DATE), MANAGER)
    assert not site.last(personal.ErasureConsented).city
    assert site.refused(erase("R-1", "R-2", request=request), MANAGER) == "erasure.no_consent"
    assert site.refused(personal.ConsentErasure(request, "書面", DATE), MANAGER) == "erasure.consented"


def test_without_any_consent_to_erase_a_request_waits_too() -> None:
    site = listed("R-1")
    without_approval(site)
    given = msgspec.structs.replace(site.profile.training_consents, erase=None)
    site.profile = msgspec.structs.replace(site.profile, training_consents=given)
    assert site.refused(erase("R-1"), MANAGER) == "erasure.no_consent"


def test_the_hub_erases_what_is_due_and_nothing_earlier() -> None:
    site = listed("R-1")
    without_approval(site)
    assert site.refused(erase("R-1"), HUB) == "erasure.not_due"
    site.at_ms = DAY_END_MS + 7 * DAY_MS
    site.do(erase("R-1"), HUB)
    assert not site.booth.personal.held


@pytest.mark.parametrize(
    ("reference", "date"), [("", DATE), ("  ", DATE), ("x" * 81, DATE), ("x", "2025-8-6"), ("x", "2025-08-07")]
)
def test_a_consent_names_its_document_and_a_date_that_has_been(reference: str, date: str) -> None:
    site = listed("R-1")
    request = site.do(personal.AskErasure(("reservation/R-1",), "2025-08-13"), HUB)
    assert site.refused(personal.ConsentErasure(request, reference, date), OFFICER) == "erasure.reference"


def test_what_makes_no_sense_is_refused_by_name() -> None:
    site = listed("R-1")
    assert site.refused(erase(), MANAGER) == "erasure.nothing"
    assert site.refused(erase("R-1", "R-1"), MANAGER) == "erasure.nothing"
    assert site.refused(erase("R-1", reason=" "), MANAGER) == "erasure.reason"
    assert site.refused(personal.AskErasure((), "2025-08-13"), MANAGER) == "erasure.nothing"
    assert site.refused(personal.AskErasure(("reservation/R-1",), "soon"), MANAGER) == "erasure.planned"
    assert site.refused(personal.ConsentErasure(9, "x", DATE), OFFICER) == "erasure.unknown"
    assert site.refused(erase("R-1"), CLERK) == "role.not_allowed"


def test_the_vault_is_unlocked_by_a_manager_also_before_the_day() -> None:
    site = Site(open_day=False)
    site.do(personal.UnlockVault(), MANAGER)
    assert site.last(personal.VaultUnlocked).by == MANAGER.person
    site.do(personal.LockVault(), MANAGER)
    assert site.refused(personal.UnlockVault(), CLERK) == "role.not_allowed"
