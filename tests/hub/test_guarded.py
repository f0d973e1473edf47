"""Whatever reaches a log or the console of a process has passed the guard; digits are replaced, never dropped."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.guard import MASK, check_digit, check_text
from hub.domain.refusal import refuse
from hub.guarded import _OBEYED, GuardedRecord, GuardedStream, PlainStream, without_controls
from sync.errors import OBEYED, SyncError, on_one_line

ROOT = Path(__file__).resolve().parents[2]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

bodies = st.text("0123456789", min_size=11, max_size=11).filter(lambda body: body.strip("0") != "")
numbers = bodies.map(lambda body: body + str(check_digit(body)))
separators = st.sampled_from(["", " ", "-", "－", "　", ",", "、", "・", "\u200b"])
prose = st.text("あいう山田ABCabc（）「」：", max_size=10)


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    """A valid number in any width, with any separator, inside other words; and the text around it."""
    number, between = draw(numbers), draw(separators)
    written = between.join((number[:4], number[4:8], number[8:]))
    if draw(st.booleans()):
        written = written.translate(FULL_WIDTH)
    before, after = draw(prose), draw(prose)
    return written, before + written + after


def logged(say: Callable[[logging.Logger], None]) -> str:
    """What a plain handler of the standard library writes, once records are guarded."""
    heard = io.StringIO()
    logger = logging.Logger("tests.guarded")
    logger.addHandler(logging.StreamHandler(heard))
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(GuardedRecord)
    try:
        say(logger)
    finally:
        logging.setLogRecordFactory(before)
    return heard.getvalue()


def test_a_number_in_kanji_reaches_no_log_line() -> None:
    assert "五六七八" not in logged(lambda logger: logger.warning("reason %s", "一二三四 五六七八 九〇一八"))


@given(texts())
def test_no_log_line_ever_carries_a_number(drawn: tuple[str, str]) -> None:
    written, text = drawn

    def say(logger: logging.Logger) -> None:
        logger.warning("command of %s: %s", "staff-2", text)
        logger.warning(text.replace("%", ""))
        try:
            raise SyncError(why=text)
        except SyncError as error:
            logger.exception("broke at %d: %s", 3, error)
        logger.warning("where", stack_info=True)

    heard = logged(say)
    assert written not in heard
    assert "staff-2" in heard and "SyncError" in heard and MASK in heard
    assert check_text(heard.replace("\n", " ; ")) is None


@given(texts(), st.integers(1, 9))
def test_no_line_on_stderr_ever_carries_a_number_however_it_is_cut_into_writes(
    drawn: tuple[str, str], cut: int
) -> None:
    written, text = drawn
    out = io.StringIO()
    stream = GuardedStream(out)
    said = f"Error: {text}\n"
    for at in range(0, len(said), cut):
        stream.write(said[at : at + cut])
    assert written not in out.getvalue() and MASK in out.getvalue() and out.getvalue().startswith("Error: ")


@given(texts())
def test_no_refusal_ever_carries_a_number(drawn: tuple[str, str]) -> None:
    written, text = drawn
    refusal = refuse("day.bad_date", date=text)
    assert written not in refusal.ja + refusal.en + str(refusal)
    assert MASK in refusal.data["date"]


def test_a_prompt_without_an_end_of_line_is_seen_at_once() -> None:
    out = io.StringIO()
    stream = GuardedStream(out)
    stream.write("合言葉: ")
    assert out.getvalue() == ""
    stream.flush()
    assert out.getvalue() == "合言葉: "


@given(st.text(st.characters(codec="utf-8")), st.integers(1, 9))
def test_nothing_that_is_said_moves_a_terminals_cursor_or_clears_its_screen(text: str, cut: int) -> None:
    for stream in (PlainStream(out := io.StringIO(newline="")), GuardedStream(err := io.StringIO(newline=""))):
        for at in range(0, len(text), cut):
            stream.write(text[at : at + cut])
        stream.flush()
    for heard in (out.getvalue(), err.getvalue()):
        assert not {one for one in heard if unicodedata.category(one) == "Cc"} - set("\t\n\r")
    plain = "".join(one for one in text if one.isprintable())
    assert without_controls(plain) == plain and on_one_line(plain) == plain
    assert len(on_one_line(text).splitlines()) <= 1


def test_what_a_screen_obeys_is_the_same_for_streams_and_for_sentences() -> None:
    assert _OBEYED.pattern == f"[{OBEYED}]"


def test_a_log_call_whose_arguments_do_not_fit_is_still_only_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert logged(lambda logger: logger.warning("%d entries", "many")) == ""


def test_log_lines_without_anything_to_hide_are_unchanged() -> None:
    heard = logged(lambda logger: logger.warning("ws://192.168.10.1:7420 from %s, %d entries", "terminal-1", 123_456))
    assert heard == "ws://192.168.10.1:7420 from terminal-1, 123456 entries\n"


PROGRAM = """
import click, logging, warnings
from tui.command import main

@main.command()
@click.argument("text")
def say(text):
    logging.getLogger("any.library").error("log %s", text)
    warnings.warn("warned " + text)
    click.echo("said " + text, err=True)
    raise ValueError("broke " + text)

import tui.command
tui.command.SUBCOMMANDS["say"] = tui.command.Subcommand("__main__:say", "")
main()
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_a_process_guards_logs_warnings_errors_and_its_last_traceback(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    ended = run(str(program), "say", "番号は 1234-5678-9018 です")
    assert ended.returncode == 1
    assert "9018" not in ended.stderr and "9018" not in ended.stdout
    for word in ("log", "warned", "said", "ValueError: broke"):
        assert f"{word} 番号は {MASK} です" in ended.stderr


def test_a_commands_usage_error_does_not_repeat_the_number() -> None:
    ended = run("-m", "tui", "contract", "check", "1234 5678 9018")
    assert ended.returncode != 0
    assert "9018" not in ended.stderr + ended.stdout and MASK in ended.stderr


def test_a_profile_with_a_number_in_any_text_is_refused_by_its_key(tmp_path: Path) -> None:
    raw = (ROOT / "hub/domain/contracts/profiles/koganei.toml").read_text(encoding="utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(raw.replace('id = "koganei"', 'id = "koganei"\nnote = "担当 123456789018"', 1), encoding="utf-8")
    ended = run("-m", "tui", "contract", "check", str(file))
    assert ended.returncode != 0
    said = ended.stderr + ended.stdout
    assert "note" in said and "マイナンバー" in said and "789018" not in said
