"""`demado contract`, as typed at a prompt."""

import itertools
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hub.domain.contracts.reading import profile_bytes, shipped
from tui.commands.contract import contract


def run(*words: str) -> Result:
    return CliRunner().invoke(contract, words)


@pytest.mark.parametrize("city", shipped())
def test_a_good_profile_passes(city: str, tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_bytes(profile_bytes(city))
    assert run("check", str(file)).exit_code == 0


def test_a_wrong_profile_fails_with_file_key_and_reason(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_bytes(profile_bytes("chiba").replace(b"per_hour = 12", b"per_hour = 0"))
    result = run("check", str(file))
    assert result.exit_code == 1
    assert str(file) in result.stderr and "lane[application].per_hour" in result.stderr and "省きます" in result.stderr


def test_a_missing_profile_fails_the_same_way() -> None:
    result = run("sessions", "nowhere", "--json")
    assert result.exit_code == 1
    assert "nowhere" in result.stderr and result.stdout == ""


@pytest.mark.parametrize("far", ["0001-01-01", "1947-12-31", "9999-12-31"])
def test_a_day_that_no_calendar_knows_is_refused_in_words(far: str) -> None:
    result = run("due", "koganei", "--when", f"event_day={far}")
    assert result.exit_code == 2 and "1948" in result.stderr
    assert run("due", "koganei", "--from", far, "--to", far).exit_code == 2


def test_sessions_as_json() -> None:
    # KOGA-5.1-02
    rows = json.loads(run("sessions", "koganei", "--json").stdout)
    assert len(rows) == 48
    assert rows[1] == {
        "date": "2025-08-09",
        "event_type": "delivery_booth",
        "rule": "second_fourth_sunday",
        "channel": "counter",
        "open": "09:00",
        "close": "13:00",
        "clause": "5⑴イ",
        "shifted_from": "2025-08-10",
        "warnings": [],
    }


def test_what_one_happening_makes_due_as_json() -> None:
    rows = json.loads(run("due", "chiba", "--json", "--when", "event_day=2022-12-28").stdout)
    assert [(row["due"], row["time"], row["trigger"], row["on"], row["warnings"], row["clause"]) for row in rows] == [
        ("2023-01-04", None, "event_day", "2022-12-28", [], "第2 1(2)ウ"),
        ("2023-01-04", "15:00", "event_day", "2022-12-28", [], "第2 3(3)ア"),
    ]


def test_a_month_may_be_written_short() -> None:
    rows = json.loads(run("due", "niigata", "--json", "--when", "month=2024-12").stdout)
    assert [(row["due"], row["on"]) for row in rows] == [
        ("2024-12-04", "2024-12"),
        ("2024-12-18", "2024-12"),
        ("2024-12-31", "2024-12"),
    ]


def test_everything_due_between_two_dates_as_json() -> None:
    rows = json.loads(run("due", "koganei", "--json", "--from", "2025-12-28", "--to", "2026-01-07").stdout)
    assert [(row["due"], row["on"]) for row in rows if row["due"]] == [
        ("2026-01-07", "2025-12-28"),
        ("2026-01-07", "2026-01-07"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("due", "chiba"),
        ("due", "chiba", "--from", "2022-08-01"),
        ("due", "chiba", "--from", "2022-08-01", "--to", "2022-08-31", "--when", "month=2022-08"),
        ("due", "chiba", "--when", "month"),
        ("due", "chiba", "--when", "full_moon=2022-08-01"),
        ("due", "chiba", "--when", "event_day=2022-02-30"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_columns_line_up_in_terminal_cells() -> None:
    lines = run("due", "koganei", "--from", "2025-08-01", "--to", "2025-08-31").stdout.splitlines()
    wide = [
        sum(2 if ord(c) > 0x2E80 else 1 for c in line[: line.index("event_day")])
        for line in lines
        if "event_day" in line
    ]
    assert len(wide) >= 6 and len(set(wide)) == 1


def test_the_table_says_in_japanese_what_the_codes_mean() -> None:
    assert "休業日（元日）" in run("due", "niigata", "--when", "month=2025-01").stdout
    assert "仕様書に規定なし（市に確認）" in run("due", "koganei", "--when", "event_day=2025-10-11").stdout
    assert "8月10日から振替" in run("sessions", "koganei").stdout


@pytest.mark.parametrize("city", shipped())
def test_sessions_and_what_is_due_of_every_contract_can_be_listed(city: str) -> None:
    for words in (("sessions", city), ("due", city, "--from", "2022-01-01", "--to", "2032-12-31")):
        assert run(*words).exit_code == 0


SHOWN_WHOLE = (
    "source", "contract", "venue_type", "role", "staffing_minimum", "device", "packed", "custody", "report", "incident",
    "reservation", "call_centre", "training", "people", "security", "privacy", "meetings", "retention", "volume",
)  # fmt: skip
"""Parts of a profile of which every word stands in the listing."""


def texts(part: object) -> Iterator[str]:
    """Every text of a part that is written in Japanese."""
    if isinstance(part, dict):
        for one in part.values():
            yield from texts(one)
    elif isinstance(part, list):
        for one in part:
            yield from texts(one)
    elif isinstance(part, str) and not part.isascii():
        yield part


@pytest.mark.parametrize("city", shipped())
def test_every_contract_can_be_shown(city: str) -> None:
    """CHIB-2.10-01: the duties of secrecy, which no rule of a program can keep, stand where people read them."""
    raw, shown = tomllib.loads(profile_bytes(city).decode()), run("show", city)
    assert shown.exit_code == 0
    for part in SHOWN_WHOLE:
        for text in texts(raw.get(part, {})):
            assert text in shown.stdout, (part, text)
    for lane in (*raw["lane"], *raw["event_type"], *raw["method"]):
        assert f"{lane['ja']} / {lane['en']}" in shown.stdout
    assert not re.search(r"[a-z]+_[a-z]+", shown.stdout), "no code is left to be read as a word"
    assert json.loads(run("show", city, "--json").stdout)["privacy"] == raw["privacy"]


def test_a_contract_shows_who_brings_what() -> None:
    """NAGA-7-03: the city's things stand apart from the contractor's."""
    lines = run("show", "nagaoka").stdout.splitlines()
    at = lines.index("物：市が用意 / things: the city's")
    citys = list(itertools.takewhile(lambda line: line.startswith("  "), lines[at + 1 :]))
    assert "  統合端末（5台、必要に応じて増減・操作権限を付与）" in citys
    assert "  電話機（必要数 / as needed）" in citys and len(citys) == 6
    assert "物：受託者が用意 / things: the contractor's" in run("show", "chiba").stdout


def test_the_list_names_every_shipped_contract() -> None:
    assert all(city in run("list").stdout for city in shipped())
