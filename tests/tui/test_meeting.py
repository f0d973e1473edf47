"""The meeting's link: as text, as a code, and in the browser of this machine, which no shell is asked to find."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from hub.domain.identity.city_check import CityCheck
from tui.cells import text_of
from tui.meeting import MeetingCard, open_link
from tui.terminal.terminal import StaffTerminal

LINK = "https://meet.example/koganei-1?x=1&y=$(id)"


@pytest.mark.skipif(sys.platform != "linux", reason="xdg-open is how a Linux desktop finds its browser")
def test_the_link_reaches_the_browser_as_one_word(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "xdg-open"
    browser.write_text(f'#!/bin/sh\nprintf "%s|%s" "$#" "$1" > {opened}.part\nmv {opened}.part {opened}\n')
    browser.chmod(0o755)
    path = os.environ["PATH"]
    os.environ["PATH"] = f"{tmp_path}{os.pathsep}{path}"
    try:
        assert open_link(LINK)
    finally:
        os.environ["PATH"] = path
    end = time.monotonic() + 60
    while not opened.exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert opened.read_text() == f"1|{LINK}"


@pytest.mark.parametrize(("link", "height", "code"), [("https://meet.example/1", 18, True), (LINK * 2, 18, False)])
def test_the_code_stands_beside_the_link_where_it_fits(link: str, height: int, code: bool) -> None:
    card = MeetingCard(StaffTerminal(None), CityCheck(meetings={"窓口1": link}), "窓口1")
    rows = [text_of(row) for row in card.body(80, height, [])]
    assert len(rows) <= height
    assert any("█" in row for row in rows) is code
    assert link[:20] in "".join(rows)
    assert any("画面を大きく" in row for row in rows) is not code
