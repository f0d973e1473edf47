"""A terminal that the hub does not let in says why and what to do: no talk of a network that is well."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub.client.sites import Site, soon
from tests.hub.site.people.test_renewals import WORLD, site
from tests.lists import revocations
from tests.ports import own_port
from tests.tui.test_renewing import at_the_day_page, home, shown, until
from tui import joining, station
from tui.terminal import facts_page
from tui.terminal.terminal import StaffTerminal

__all__ = ["home", "site"]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder of terminal-1, as enrolment leaves it."""
    made = tmp_path / "terminal-1"
    WORLD.save_home(WORLD.machine("terminal-1", "terminal", "contractor"), made)
    return made


def withdraw(site: Site) -> None:
    site.running.party.take_list(revocations(WORLD, 1, "terminal-1"))


async def test_a_terminal_that_is_revoked_while_it_runs_says_so_and_sends_nobody_to_take_over(
    site: Site, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station, "AWAY_S", 0.0)
    monkeypatch.setattr(facts_page, "AWAY_S", 0.0)
    terminal = await at_the_day_page(site, home)
    assert "trust.key_revoked" not in shown(terminal)
    withdraw(site)
    await until(terminal, lambda: "trust.key_revoked" in shown(terminal))
    assert "この鍵は失効しています。つぎにすることは F4-8" in shown(terminal) and "ハブに届きません" not in shown(
        terminal
    )
    terminal.go("facts")
    lines = shown(terminal).splitlines()
    said = next(at for at, words in enumerate(lines) if "trust.key_revoked" in words and "つぎにすること" not in words)
    assert "つぎにすること：この鍵では作業できません。責任者に連絡し" in lines[said + 1]
    assert said < 8, "before what a full screen of 24 rows has no room for"
    assert "take-over" not in shown(terminal)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_revoked_terminal_that_is_started_again_says_what_to_do(site: Site, own: Path, language: str) -> None:
    withdraw(site)
    terminal = StaffTerminal(own, url=site.url, language=language)
    await soon(joining.seek(terminal))
    todo = {"ja": "責任者に連絡し、新しい鍵で登録し直してください。", "en": "enrol again with a new key."}[language]
    assert "trust.key_revoked" in shown(terminal) and todo in shown(terminal)
    await terminal.stop()


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_an_address_at_which_nothing_listens_is_said_with_what_to_look_at(
    own: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "ANSWER_S", 0.2)
    address = f"127.0.0.1:{own_port()}"
    terminal = StaffTerminal(own, url=f"ws://{address}/link", language=language)
    await soon(joining.seek(terminal))
    assert address in shown(terminal) and "link.hub_away" in shown(terminal) and "link.closed" not in shown(terminal)
    assert {"ja": "もう一度入れる", "en": "type it again"}[language] in shown(terminal)
    await terminal.stop()
