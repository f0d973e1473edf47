"""A profile says what the specification says, and a wrong one is refused with file, key and reason."""

import hashlib
import re
from pathlib import Path

import pytest

from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import (
    ProfileError,
    decode_profile,
    load_profile,
    profile_bytes,
    profile_hash,
    shipped,
)

CITIES = ["aomori", "chiba", "koganei", "nagaoka", "niigata"]


def changed(profile_id: str, old: str, new: str) -> bytes:
    text = profile_bytes(profile_id).decode()
    assert old in text, f"the test speaks of a line that {profile_id} does not have: {old}"
    return text.replace(old, new, 1).encode()


def refusal(raw: bytes) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        decode_profile(raw, "変更.toml")
    assert caught.value.file == "変更.toml"
    assert str(caught.value) == f"変更.toml: {caught.value.key}: {caught.value.reason}"
    return caught.value


def test_five_contracts_are_shipped() -> None:
    # NAGA-4-01
    assert shipped() == CITIES


@pytest.mark.parametrize("city", CITIES)
def test_a_shipped_profile_reads_the_same_by_id_and_by_path(city: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.toml"
    copy.write_bytes(profile_bytes(city))
    assert load_profile(city) == load_profile(copy) == load_profile(str(copy))
    assert load_profile(city).id == city


def test_what_the_specification_does_not_state_is_none_and_not_zero() -> None:
    koganei, chiba, aomori = load_profile("koganei"), load_profile("chiba"), load_profile("aomori")
    assert chiba.incident is None  # stands in an annex that was not supplied
    assert koganei.lane("delivery").per_hour is None
    assert aomori.contract.service_start is None
    assert aomori.custody.deadlines == ()
    assert koganei.consents.record is None and koganei.consents.erase is None


@pytest.mark.parametrize("city", CITIES)
def test_no_shipped_contract_carries_a_real_consent(city: str) -> None:
    consents = load_profile(city).consents
    assert (consents.record, consents.send, consents.copy, consents.erase) == (None, None, None, None)


def test_one_practice_contract_carries_no_consent_at_all() -> None:
    without = [city for city in CITIES if load_profile(city).training_consents.record is None]
    assert without == ["nagaoka"]


@pytest.mark.parametrize("city", CITIES)
def test_identity_and_pin_content_belong_to_the_city_alone_and_cannot_be_skipped(city: str) -> None:
    profile = load_profile(city)
    for method in profile.methods:
        for step in method.steps:
            if step.kind in ("identity", "pin_content"):
                assert step.gate
                assert all(role == "city_staff" or profile.role(role).party == "city" for role in step.roles)


@pytest.mark.parametrize("city", CITIES)
def test_pin_sheets_are_a_class_of_their_own(city: str) -> None:
    for method in load_profile(city).methods:
        asks_for_pin = any(step.kind == "pin_content" for step in method.steps)
        assert not asks_for_pin or any(paper.pin and paper.keep == "hand_over" for paper in method.documents)


@pytest.mark.parametrize(
    ("city", "method", "kinds"),
    [
        ("koganei", "delivery_booth", {"documents", "identity", "notice", "count"}),  # 7⑴: no 暗証番号内容確認
        ("koganei", "collect_in_person", {"photo", "notice"}),  # 7⑶: identity later at the city's counter
        ("chiba", "apply_in_person", {"documents", "photo", "identity", "pin_content", "notice", "count"}),
        ("chiba", "collect_in_person", {"documents", "identity", "count"}),
        ("niigata", "outreach_intake", {"documents", "photo", "identity", "pin_content", "notice", "count"}),
        ("aomori", "outreach_support", {"photo", "notice"}),  # 5(5): nobody decides identity at the booth
    ],
)
def test_a_method_has_the_steps_its_specification_describes(city: str, method: str, kinds: set[str]) -> None:
    # AOMO-5.5-05
    found = {step.kind for step in load_profile(city).method(method).steps if step.place == "booth"}
    assert found - {"check"} == kinds


def test_the_lanes_of_an_event_are_those_of_its_methods() -> None:
    # NIIG-7-01, KOGA-2-01, KOGA-6-04, CHIB-1.2-01
    assert [lane.prefix for lane in load_profile("chiba").lanes_of("booth")] == ["A", "B"]
    assert [lane.id for lane in load_profile("niigata").lanes_of("facility_visit")] == ["application_visit"]
    assert load_profile("niigata").offers("facility_visit", "outreach_intake")
    assert not load_profile("niigata").offers("facility_visit", "apply_in_person")
    assert not load_profile("niigata").offers("no_such_event", "apply_in_person")


def test_people_of_a_practice_day_add_up_to_what_the_specification_expects() -> None:
    # NIIG-8.1-11, NAGA-8.5-01, KOGA-5.4-01
    people = {(p.id, r.event_type): sum(r.people.values()) for p in map(load_profile, CITIES) for r in p.rehearsals}
    assert people["koganei", "delivery_booth"] == 30  # 5⑷
    assert people["chiba", "booth"] == 100  # 第1 5
    assert people["niigata", "city_hall_counter"] == 20  # 8.1(1)
    assert people["niigata", "facility_visit"] == 10  # 8.1(1)
    assert people["nagaoka", "counter"] == 186  # 8(5): 3,732 counter cases of August 2025 over 20 business days


@pytest.mark.parametrize("city", CITIES)
def test_every_event_type_can_be_practised(city: str) -> None:
    # AOMO-5.6-05, NAGA-5-01
    profile = load_profile(city)
    assert {r.event_type for r in profile.rehearsals} == {e.id for e in profile.event_types}
    for practice in profile.rehearsals:
        assert set(practice.people) == {lane.id for lane in profile.lanes_of(practice.event_type)}


def test_the_booths_own_defaults_are_the_documented_ones() -> None:
    operation = load_profile("koganei").operation
    assert operation.calls_before_no_show == 3
    assert operation.undo_seconds == 10
    assert operation.identity_valid_minutes == 15
    assert operation.retakes == 3
    assert operation.idle_lock_minutes == 5
    assert operation.two_person_seal


def test_a_contract_can_set_what_the_defaults_leave_open() -> None:
    raw = profile_bytes("koganei") + b"\n[operation]\ncalls_before_no_show = 2\n"
    operation = decode_profile(raw, "x").operation
    assert (operation.calls_before_no_show, operation.undo_seconds) == (2, 10)


def test_the_profile_hash_is_the_files_sha256() -> None:
    raw = profile_bytes("koganei")
    assert profile_hash(raw) == hashlib.sha256(raw).digest()
    assert profile_hash(raw + b"\n") != profile_hash(raw)


# --- what is refused ---


def test_a_wrong_profile_is_refused_under_the_name_by_which_it_was_read() -> None:
    wrong = changed("chiba", "per_hour = 12", "per_hour = 0")
    for name in ("one.toml", "other.toml"):
        with pytest.raises(ProfileError) as caught:
            decode_profile(wrong, name)
        assert (caught.value.file, caught.value.key) == (name, "lane[application].per_hour")


def test_an_unknown_key_in_any_table_is_refused_by_name() -> None:
    # Each kind of table once, where it stands last: one code reads those of every contract and its lists of fifty steps.
    tables = dict[str, tuple[list[str], int]]()
    for city in CITIES:
        lines = profile_bytes(city).decode().splitlines()
        for number, line in enumerate(lines):
            if header := re.match(r"\[+[\w.]+\]+", line):
                tables[header[0]] = lines, number
    assert len(tables) > 30
    for lines, number in tables.values():
        raw = "\n".join([*lines[: number + 1], "not_a_key = 1", *lines[number + 1 :]]).encode()
        assert refusal(raw).key.endswith("not_a_key"), lines[number]


def test_an_empty_text_anywhere_is_refused_because_absence_is_how_silence_is_written() -> None:
    # Once for each key of each kind of table, also where a key's value is a table in one line.
    places = dict[tuple[str, ...], re.Match[str]]()
    for city in CITIES:
        text, table = profile_bytes(city).decode(), ""
        for found in re.finditer(r'^\[.+\]|(ja|title|city|rule|requirements) = "[^"\n]+"', text, re.MULTILINE):
            if found[1] is None:
                table = found[0]
            else:
                line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
                places[table, line.partition("=")[0], found[1]] = found
    assert len(places) > 30
    for found in places.values():
        raw = found.string[: found.start()] + f'{found[1]} = ""' + found.string[found.end() :]
        assert refusal(raw.encode()).key.endswith(found[1]), found[0]


@pytest.mark.parametrize(
    ("city", "old", "new", "key", "reason"),
    [
        ("chiba", "per_hour = 12", "per_hour = 0", "lane[application].per_hour", "省きます"),
        ("chiba", "per_hour = 12", 'per_hour = "12"', "lane[application].per_hour", "値の型"),
        ("chiba", 'prefix = "B"', 'prefix = "A"', "lane.prefix", "A が二度"),
        ("chiba", 'prefix = "B"', 'prefix = "BB"', "lane[delivery].prefix", "書き方"),
        ("chiba", 'id = "delivery"', 'id = "application"', "lane", "application が二度"),
        ("chiba", 'lane = "delivery"', 'lane = "paid"', "method[collect_in_person].lane", "paid はこの契約にありません"),
        ("chiba", "end_date = 2023-03-31", 'end_date = "31 March"', "contract.end_date", "日付の書き方"),
        ("chiba", 'close = "20:00"', 'close = "24:00"', "session_rule[weekday].close", "書き方"),
        ("chiba", 'close = "20:00"', 'close = "12:00"', "session_rule[weekday].close", "open より後"),
        ("chiba", "days_after\", n = 14", 'days_after"', "report[work_plan].due.n", "n が要ります"),
        ("chiba", 'kind = "next_business_day"', 'kind = "soon"', "custody.deadline[any].due.kind", "使えない値"),
        ("chiba", 'id = "chiba"\n', "", "id", "必要な項目"),
        ("chiba", '"identity_document"] }', '"passport"] }', "method[apply_in_person].step[final_check].documents", "passport"),
        ("koganei", "date_to = 2026-03-31", "date_to = 2026-04-01", "session_rule[wednesday].date_to", "契約の終わり"),
        ("koganei", "date_from = 2025-08-01", "date_from = 2026-05-01", "session_rule[wednesday].date_to", "より前"),
        ("koganei", "service_start = 2025-08-01", "service_start = 2026-08-01", "contract.service_start", "より後"),
        ("koganei", 'year_end_to = "01-03"', 'year_end_to = "02-30"', "calendar.year_end_to", "暦にない"),
        ("koganei", 'year_end_to = "01-03"', "", "calendar.year_end_to", "組で"),
        ("koganei", 'methods = ["delivery_booth"', 'methods = ["no_method"', "event_type[delivery_booth].methods", "no_method"),
        ("koganei", 'report = "incident_report"', 'report = "none"', "incident.report", "none はこの契約に"),
        ("koganei", 'gate = true, kind = "identity"', 'kind = "identity"', "method[delivery_booth].step[identity_check].gate", "省けません"),
        ("koganei", 'kind = "count"', 'kind = "check"', "method[delivery_booth].step", "数える手順"),
        ("niigata", 'ja = "暗証番号設定依頼書"', 'ja = "別の紙"', "method[apply_in_person].document[pin_request_sheet]", "ほかの方式と違います"),
        ("niigata", "ordinals = [1, 3], ", "", "report[visit_plan].due.ordinals", "ordinals が要ります"),
        ("nagaoka", "years = 5", "", "retention[expense_books].years", "年数"),
        ("nagaoka", "card_delivery = 55", "desk = 55", "rehearsal[counter].people", "desk はこの契約に"),
    ],
)  # fmt: skip
def test_a_wrong_profile_is_refused_with_key_and_reason(city: str, old: str, new: str, key: str, reason: str) -> None:
    # NIIG-8.1-09, KOGA-8-02
    error = refusal(changed(city, old, new))
    assert error.key == key
    assert reason in error.reason


def test_contractor_staff_can_never_be_written_into_an_identity_step() -> None:
    # NIIG-8.1-04
    for who in ("contractor", "applicant", "site_manager", "worker"):
        raw = changed(
            "koganei", '["city_staff"], gate = true, kind = "identity"', f'["{who}"], gate = true, kind = "identity"'
        )
        error = refusal(raw)
        assert error.key == "method[delivery_booth].step[identity_check].roles"
        assert "市職員だけ" in error.reason


def test_a_file_that_is_no_toml_or_no_text_is_refused() -> None:
    assert "TOML" in refusal(b"= = =").reason
    assert "TOML" in refusal(b"\xff\xfe").reason


@pytest.mark.parametrize(
    "raw",
    [b"a = " + b"9" * 6000, b"a = " + b"[" * 4000, b"[\n" * 5000, b"a." * 50_000 + b"b = 1", b"#\n" * (1 << 20)],
    ids=["a number beyond all bounds", "nested in a line", "nested in lines", "a key of 50,000 parts", "too long"],
)
def test_a_file_that_is_made_to_be_read_for_ever_is_refused(raw: bytes) -> None:
    assert refusal(raw).key == "-"


@pytest.mark.parametrize(
    ("old", "day"), [("end_date = 2023-03-31", "9999-12-31"), ("end_date = 2023-03-31", "1947-12-31")]
)
def test_a_date_whose_holidays_nobody_knows_is_refused(old: str, day: str) -> None:
    error = refusal(changed("chiba", old, f"end_date = {day}"))
    assert error.key == "contract.end_date" and "2150年まで" in error.reason


def test_the_mark_that_windows_writes_before_a_text_changes_nothing() -> None:
    raw = profile_bytes("chiba")
    assert decode_profile(b"\xef\xbb\xbf" + raw, "x") == decode_profile(raw, "x")


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.toml"
    with pytest.raises(ProfileError) as caught:
        load_profile(missing)
    assert caught.value.file == str(missing)


def test_another_schema_is_refused() -> None:
    assert refusal(changed("chiba", "demado.contract/1", "demado.contract/2")).key == "schema"


def test_a_profile_cannot_be_changed_after_it_was_read() -> None:
    profile: Profile = load_profile("chiba")
    with pytest.raises(AttributeError):
        profile.id = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "written",
    [
        "# 電話の方 1234-5678-9018",
        "#１２３４５６７８９０１８",
        "#  1234\n#  5678\n#  9018",
        "x = 1 # 1234\n# 5678\n# 9018",
        'x = 1 # "a" 123456789018',
        "x = 123456789018",
    ],
)
def test_a_my_number_in_a_comment_or_as_a_number_is_refused_for_the_file_is_kept_as_it_is(written: str) -> None:
    for place in (b"\n" + written.encode() + b"\n", b"\n" + written.encode()):
        caught = refusal(profile_bytes("koganei") + place)
        assert "12桁" in caught.reason and "9018" not in str(caught)


def test_a_comment_with_dates_and_telephone_numbers_is_none() -> None:
    raw = profile_bytes("koganei") + b"\n# 2025-08-01 2026-03-31 042-387-9832\n# 2025-08-06 09:00\n"
    assert decode_profile(raw, "koganei.toml").id == "koganei"
