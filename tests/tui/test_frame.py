"""Rows and keys of the terminal without a hub: widths, the table of actions, words that are typed."""

from __future__ import annotations

import ast
import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from textual.app import App

import tui
from hub.domain.day.day import Day, Phase
from hub.domain.queue import queue as q
from sync.errors import SyncError
from tui import tokens
from tui.cells import fit, fit_line, line, line_width, spread, tail, text_of, width, wrap
from tui.claims import CLAIMS
from tui.frame import header, said_rows
from tui.hub_address import typed_url
from tui.kana import matches, normal, romaji
from tui.layer import Ask, Confirm
from tui.papers.custody_page import CustodyPage
from tui.terminal import actions
from tui.terminal.app import OneScreen, Sheet, TerminalApp
from tui.terminal.day_page import month_day
from tui.terminal.demo_booth import demo_terminal
from tui.terminal.overlays import Help, Palette
from tui.terminal.terminal import StaffTerminal
from tui.work.pane import free_pane
from tui.work.queue_acts import back_by

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)


@given(TEXT, st.integers(0, 90), st.booleans())
def test_fitted_text_is_always_exactly_as_wide_as_asked(text: str, cells: int, right: bool) -> None:
    assert width(fit(text, cells, right=right)) == cells


@given(TEXT, TEXT, st.integers(1, 120))
def test_lines_are_always_exactly_as_wide_as_asked(one: str, other: str, cells: int) -> None:
    assert line_width(fit_line(line(one, other), cells)) == cells
    assert line_width(spread(line(one), line(other), cells)) == cells


@given(TEXT, st.integers(2, 40))
def test_wrapped_pieces_are_never_too_wide_and_lose_nothing_but_spaces(text: str, cells: int) -> None:
    pieces = wrap(text, cells)
    assert all(width(piece) <= cells for piece in pieces)
    assert "".join(pieces).replace(" ", "") == "".join(wrap(text, 10_000)).replace(" ", "")


WORDS = st.lists(st.text("abcXYZ012-.,+()", min_size=1, max_size=12), min_size=1, max_size=20)


@given(WORDS, st.integers(12, 40))
def test_english_is_cut_at_its_spaces_alone(words: list[str], cells: int) -> None:
    assert " ".join(wrap(" ".join(words), cells)).split(" ") == words


def test_a_code_within_japanese_stays_whole_and_no_line_begins_with_a_full_stop() -> None:
    assert wrap("二次元コードはF9-7の7です。", 15) == ["二次元コードは", "F9-7の7です。"]
    assert wrap("これはA-001、次", 11) == ["これは", "A-001、次"]


@given(TEXT, st.integers(0, 80))
def test_a_tail_is_never_too_wide_and_is_the_end_of_the_text(text: str, cells: int) -> None:
    shown = tail(text, cells)
    assert width(shown) <= cells
    whole = "".join(wrap(text, 10_000))
    assert shown == whole or whole.endswith(shown.removeprefix(".."[:cells]))


def test_shapes_are_two_cells_in_every_terminal() -> None:
    shapes = [shape for shape, *_ in (*[(s,) for s in "〇＞＊・～＝！Ｘ？－〆"], *tokens.DEVICE_STATES.values())]
    assert all(width(shape) == 2 for shape in shapes)


def seated(tickets: int, language: str = "ja") -> StaffTerminal:
    return demo_terminal(tickets, window="窓口1", language=language)


SIZES = [(80, 24), (81, 25), (100, 30), (110, 34), (120, 40), (160, 50)]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("size", SIZES)
async def test_every_row_of_every_screen_is_exactly_as_wide_as_the_terminal(
    size: tuple[int, int], language: str
) -> None:
    terminal = seated(40, language)
    station = terminal.station
    assert station is not None

    def check() -> None:
        rows, _ = terminal.frame(*size)
        assert len(rows) == size[1]
        for row in rows:
            assert line_width(row) == size[0], text_of(row)
        assert not text_of(rows[-1]).rstrip().endswith(".."), "every key's label is read to its end"

    for keys in (["f5"], ["enter"], ["1"], ["up"], ["f9"], ["escape"], ["escape"]):
        for key in keys:
            station._pressed_at.clear()
            terminal.press(key, key if len(key) == 1 else "")
            check()
            if station._task is not None:
                await station._task
            check()
    for name in terminal.pages:
        terminal.go(name)
        check()
    for layer in (
        Help(terminal),
        Palette(terminal),
        Confirm(terminal, "箱をあけます。" * 20, "はい", lambda: None),
        Ask(terminal, "理由", "なぜ" * 40, "文字で" * 30, lambda text: None, choices=("ながい理由" * 10, "b")),
    ):
        terminal.lay(layer)
        check()
        terminal.close(layer)
    custody = terminal.pages["custody"]
    assert isinstance(custody, CustodyPage)
    custody.box = "KG-03"
    terminal.go("custody")
    check()
    station.warn("理由が" * 40, "すること" * 30, "some.very.long.code")
    check()
    terminal.sign_out()
    check()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_label_of_the_footer_is_whole_at_80_columns(language: str) -> None:
    terminal = seated(3, language)
    for name in terminal.pages:
        terminal.go(name)
        footer = text_of(terminal.frame(80, 24)[0][-1])
        for action in map(actions.BY_ID.__getitem__, actions.FOOTER):
            label = terminal.page.label(action.id) or terminal.tongue(action.ja, action.en)
            assert action.key_words + label in footer, name


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("venue", ["緑センター", "市民交流プラザ本館２階ギャラリー前特設会場（北側）"])
def test_however_long_the_venue_row_1_says_the_date_the_window_and_who_works_here(language: str, venue: str) -> None:
    terminal = demo_terminal(3, window="窓口1", language=language)
    station = terminal.station
    assert station is not None and station.person is not None
    booth = station.client.booth
    station.client.booth = replace(booth, day=replace(booth.day, venue=venue))  # type: ignore[misc]
    row = text_of(header(station, 80))
    assert width(row) == 80 and venue[0] in row
    assert station.tongue.day(station.now_ms()) in row and f"窓口1 {station.name_of(station.person.person)}" in row


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_day_that_was_closed_is_not_called_one_that_was_never_opened(language: str) -> None:
    terminal = demo_terminal(3, window="窓口1", language=language)
    station = terminal.station
    assert station is not None
    booth, said = (
        station.client.booth,
        {"ja": ("閉場しました", "まだ開場"), "en": ("is closed", "is not open")}[language],
    )
    station.client.booth = replace(booth, day=Day())  # type: ignore[misc]
    assert said[1] in "".join(map(text_of, free_pane(station))) and said[1] in station.why_not_open()
    closed = replace(booth.day, phase=Phase.CLOSED, closed_ms=station.now_ms())
    station.client.booth = replace(booth, day=closed)  # type: ignore[misc]
    assert said[0] in "".join(map(text_of, free_pane(station))) and said[0] in station.why_not_open()
    assert "Ctrl+X" in "".join(map(text_of, free_pane(station)))  # it is practice: how to leave it


def faults() -> list[type[SyncError]]:
    """Every error of the program that has words of its own."""
    found, left = list[type[SyncError]](), [SyncError]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        found.append(kind)
    return found


@pytest.mark.parametrize("language", ["ja", "en"])
def test_of_every_error_whatever_is_cut_at_80_columns_stands_whole_on_the_help_page(language: str) -> None:
    """What to do at 9:05 may be the end of a long sentence: the row says then that F1 has it."""
    terminal = demo_terminal(1, window="窓口1", language=language)
    station = terminal.station
    assert station is not None
    cut = 0
    for kind in faults():
        station.fault(kind.__new__(kind))  # some are made of what they are about
        rows = [text_of(row) for row in said_rows(station, 80)]
        said = station.said
        assert said is not None
        words = " ".join(text_of(row).strip() for row in Help(terminal).rows())
        for shown, text in zip(rows, (said.text, said.todo), strict=True):
            whole = text in shown
            assert whole or shown.endswith(" F1"), shown
            assert width(shown) <= 80
            cut += not whole
        for text in (said.text, said.todo):
            assert "".join(text.split()) in "".join(words.split())
    assert cut, "no error is as long as the row: nothing was tried"


def test_too_small_a_window_says_so() -> None:
    rows, _ = seated(1).frame(70, 20)
    assert "80x24" in text_of(rows[0])
    assert all(line_width(row) == 70 for row in rows)


def test_80_columns_stay_where_they_are_when_the_terminal_is_wide() -> None:
    terminal = seated(10)
    narrow, _ = terminal.frame(80, 40)
    broad, _ = terminal.frame(120, 40)
    for row in range(2, 35):
        assert text_of(broad[row]).startswith(text_of(narrow[row]).rstrip())


def test_keys_that_terminals_keep_for_themselves_are_never_bound() -> None:
    bound = {part for action in actions.ACTIONS for part in action.key.split()}
    assert not bound & actions.NEVER_BOUND
    for kind in (TerminalApp, OneScreen, Sheet):
        assert not kind._merge_bindings().key_to_bindings, "textual binds nothing: every key comes through one table"
    assert App._merge_bindings().key_to_bindings, "the question above can be answered with no"


def test_every_action_has_one_key_and_every_key_one_action() -> None:
    assert len(actions.BY_ID) == len(actions.BY_KEY) == len(actions.ACTIONS)
    assert {action.key[-1] for action in actions.ACTIONS if action.key.startswith("f9 ")} == set("0123456789")
    assert {action.key[-1] for action in actions.ACTIONS if action.key.startswith("f4 ")} == set("0123456789")


def test_every_action_is_found_by_its_own_words() -> None:
    for action in actions.ACTIONS:
        for query in (action.name_ja, action.ja, *action.kana.split(), action.name_en, romaji(normal(action.kana))):
            assert matches(query, f"{action.ja} {action.name_ja}", action.kana, f"{action.en} {action.name_en}"), query


ACTS = [a for a in actions.ACTIONS if a.id not in actions.ALWAYS and not a.id.startswith("go_")]
"""What a page does itself: one key, another act on each page."""

QUEUE_PAGES = ("work", "visit")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_palette_calls_every_act_what_the_footer_and_the_help_of_the_page_call_it(language: str) -> None:
    terminal = seated(3, language)
    for name, page in terminal.pages.items():
        terminal.go(name)
        palette, helped = Palette(terminal), [text_of(row) for row in Help(terminal).rows()]
        footer = text_of(terminal.frame(80, 24)[0][-1])
        for action, row in zip(palette.found(), palette.body(120, 60, [])[2:], strict=True):
            key, words = (span.text.rstrip().removesuffix("..") for span in row[1:3])
            assert key == action.key_words
            assert any(one.startswith(f" {fit(key, 7)} {words}"[:60]) for one in helped), (name, row)
            if page.label(action.id):
                assert words == page.label(action.id), (name, row)
                assert action.id not in actions.FOOTER or key + words in footer


def test_palette_never_offers_the_queues_words_for_another_pages_act() -> None:
    terminal = seated(3)
    absent = actions.BY_ID["no_show"]
    for name, page in terminal.pages.items():
        terminal.go(name)
        palette = Palette(terminal)
        for query in (absent.ja, absent.name_ja, absent.kana, absent.name_en, romaji(absent.kana)):
            palette.field.text = query
            if hasattr(page, "do_no_show") and name != "work":
                assert page.label("no_show") and absent not in palette.found(), (name, query)


def test_every_word_that_a_page_has_of_its_own_is_found_by_its_kanji_reading_and_english() -> None:
    terminal = seated(3)
    for name, page in terminal.pages.items():
        terminal.go(name)
        palette = Palette(terminal)
        for action in ACTS:
            ja, en = terminal.tongue.both(lambda page=page, action=action: page.label(action.id))  # type: ignore[misc]
            kana = actions.LABEL_KANA.get(ja, action.kana)
            for query in (ja, en, *kana.split(), romaji(normal(kana.split()[0]))):
                palette.field.text = query
                assert action in palette.found(), (name, query)


def test_every_own_word_of_a_page_has_a_reading() -> None:
    """All that a page may call an act, in whatever state; what only makes the table's word longer is read by that."""
    said = set()
    for file in (Path(tui.__file__).parent).rglob("*page.py"):
        for method in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(method, ast.FunctionDef) and method.name == "label" and len(method.args.args) == 2:
                calls = (node for node in ast.walk(method) if isinstance(node, ast.Call) and len(node.args) == 2)
                said |= {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    assert said - {"発券"} == set(actions.LABEL_KANA)


@pytest.mark.parametrize(
    "query",
    ["さいいんさつ", "サイインサツ", "再印刷", "saiinsatsu", "saiinsatu", "ＳＡＩＩＮ", "print the ticket again"],
)
def test_reprint_is_found_however_it_is_written(query: str) -> None:
    action = actions.BY_ID["reprint"]
    assert matches(query, f"{action.ja} {action.name_ja}", action.kana, action.name_en)


def test_unrelated_words_find_nothing() -> None:
    action = actions.BY_ID["reprint"]
    assert not matches("ほりゅう", f"{action.ja} {action.name_ja}", action.kana, action.name_en)
    assert not matches("horyu", f"{action.ja} {action.name_ja}", action.kana, action.name_en)


@pytest.mark.parametrize(
    ("kana", "spelling"), [("はっけん", "hakken"), ("ちゅうしゃ", "tyusya"), ("じしょ", "zisyo"), ("ふういん", "huin")]
)
def test_hepburn_and_kunrei_become_one_spelling(kana: str, spelling: str) -> None:
    assert romaji(kana) == spelling


MIDNIGHT_MS = 1_754_406_000_000
"""The first moment of 6 August 2025 in Japan."""


@pytest.mark.parametrize(("text", "minute"), [("1130", 690), ("11:30", 690), ("905", 545), ("0000", 0), ("2359", 1439)])
def test_time_of_a_return_ticket_is_read(text: str, minute: int) -> None:
    assert back_by(text, MIDNIGHT_MS) == (minute or None)  # what is not later than now is none
    noon_ms = MIDNIGHT_MS + 12 * 3_600_000
    assert back_by(text, noon_ms) == (minute if minute > 720 else None)


@pytest.mark.parametrize("text", ["", "2400", "1260", "12", "abcd", "12345", "-100"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert back_by(text, MIDNIGHT_MS) is None


def test_typed_date_is_the_nearest_year() -> None:
    assert month_day("0806", dt.date(2025, 8, 6)) == dt.date(2025, 8, 6)
    assert month_day("0101", dt.date(2025, 12, 31)) == dt.date(2026, 1, 1)
    assert month_day("0229", dt.date(2025, 3, 1)) == dt.date(2024, 2, 29)
    assert month_day("1301", dt.date(2025, 3, 1)) is None


def test_typed_address_becomes_a_link() -> None:
    assert typed_url("192.168.10.1") == "ws://192.168.10.1:7420/link"
    assert typed_url("hub.local:9000") == "ws://hub.local:9000/link"
    assert typed_url("ws://a:1/link") == "ws://a:1/link"
    assert typed_url("wss://office.example") == typed_url("wss://office.example/") == "wss://office.example/link"


def test_day_page_has_words_for_every_invariant() -> None:
    from hub.domain.booth import Booth
    from hub.domain.reports.counts import invariants

    assert set(invariants(Booth())) == set(CLAIMS)


def test_every_ticket_state_has_a_shape_and_two_words_of_four_cells() -> None:
    from tui.work.queue_rows import TICKET

    assert set(TICKET) == set(q.TicketState)
    for _, ja, en, style in TICKET.values():
        assert width(ja) == width(en) == 4
        assert style in tokens.STYLES


def test_lock_screen_loads_neither_the_hub_client_nor_the_rules() -> None:
    code = (
        "import sys, tui.terminal.app\nfrom pathlib import Path\nfrom tui.terminal.terminal import StaffTerminal\n"
        "StaffTerminal(Path('.')).frame(80, 24)\n"
        "print(sorted({'aiohttp', 'nacl', 'msgspec', 'zeroconf', 'hub.domain.booth'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", "first paint waits for nothing but the screen library"
