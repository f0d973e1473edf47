"""The day's page at opening: who runs out today, and the one key with which the manager renews them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.client.link.connection import HubClient
from hub.client.people.renewal import due
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from sync.keys.lockbox import Cost
from sync.keys.party import Person
from sync.keys.renewalkey import NoRenewalKey, RenewalKey, save_renewals
from sync.wholefile import write_whole
from tests.hub.client.sites import Site, soon
from tests.hub.site.people.test_renewals import HOUR_MS, KEY, PEOPLE, SECRET, WORDS, WORLD, renewal_key, site
from tests.lists import revocations
from tests.records import MORNING_MS
from tui.cells import text_of, width
from tui.joining import unlock
from tui.station import Station
from tui.terminal.terminal import StaffTerminal
from tui.words import Tongue

__all__ = ["site"]  # the fixture: a hub whose clerk's certificate ends within the hour


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A terminal's folder with the secret, and with the manager's renewal key."""
    made = tmp_path / "terminal-home"
    made.mkdir()
    write_whole(made / "secret", SECRET, secret=True)
    save_renewals(made, [KEY.lock(WORDS, SECRET, cost=Cost.TRAINING)])
    return made


OTHER_KEY = RenewalKey("staff-1", WORLD.signer("renewal-2"), (renewal_key("renewal-2"),))


def clerk(client: HubClient) -> Person:
    """The clerk under the certificate that the hub has for them now."""
    return next(one for one in client.people if one.person == "staff-2").unlock(WORDS, SECRET)


async def at_the_day_page(site: Site, home: Path, person: int = 0, language: str = "ja") -> StaffTerminal:
    client = site.terminal
    assert client is not None
    terminal = StaffTerminal(home, language=language)
    station = Station(client.party.deployment, client, "窓口1", Tongue(language))
    terminal.connected(client, client.party, station)
    await soon(client.until(lambda: station.now_ms() < MORNING_MS + HOUR_MS))  # the hub has told it the time
    await unlock(terminal, PEOPLE[person], WORDS)
    terminal.go("day")
    return terminal


def shown(terminal: StaffTerminal) -> str:
    rows, _ = terminal.frame(80, 24)
    lines = [text_of(row) for row in rows]
    assert all(width(line) == 80 for line in lines)
    return "\n".join(lines)


async def until(terminal: StaffTerminal, condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; it is looked at whenever the screen would be drawn again."""
    drawn = asyncio.Event()
    assert terminal.station is not None
    terminal.station.changed = terminal.changed = drawn.set

    async def look() -> None:
        while not condition():
            drawn.clear()
            await drawn.wait()

    await soon(look())


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_manager_sees_who_runs_out_today_and_renews_them_with_one_key(
    site: Site, home: Path, language: str
) -> None:
    terminal = await at_the_day_page(site, home, language=language)
    assert ("証明書が今日で切れる 1人：staff-2" if language == "ja" else "1 certificates end today: staff-2") in shown(
        terminal
    )
    terminal.press("f6", "")
    client = site.terminal
    assert client is not None
    await until(terminal, lambda: not due(client.people, client.party.trust, MORNING_MS))
    await until(
        terminal,
        lambda: (
            ("1人の証明書を今日の分に更新しました" if language == "ja" else "1 renewed for today") in shown(terminal)
        ),
    )
    assert "staff-2" not in shown(terminal)
    assert terminal.why_not("recall")
    terminal.sign_out()
    assert terminal.renewal is None  # the key left with the manager


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_whom_a_revoked_manager_had_certified_another_manager_renews_though_no_certificate_ends_today(
    site: Site, home: Path, language: str
) -> None:
    terminal = await at_the_day_page(site, home, language=language)
    client = site.terminal
    assert client is not None
    terminal.press("f6", "")
    await until(terminal, lambda: not due(client.people, client.party.trust, MORNING_MS))
    save_renewals(home, [OTHER_KEY.lock(WORDS, SECRET, cost=Cost.TRAINING)])
    terminal.sign_out()
    site.running.party.take_list(revocations(WORLD, 1, "renewal-1"))
    await until(terminal, lambda: bool(client.booth.keys.revoked))
    refused = await soon(client.submit(queue.IssueTicket("x"), clerk(client)))
    assert isinstance(refused, Refusal) and "certified" in refused.en and "F6" in refused.todo_en
    await unlock(terminal, PEOPLE[0], WORDS)
    terminal.go("day")
    told = {
        "ja": "認証した人の鍵が失効 1人：staff-2",
        "en": "Certified by somebody revoked: staff-2. F6=renew",
    }
    assert told[language] in shown(terminal)
    terminal.press("f6", "")
    await until(terminal, lambda: not due(client.people, client.party.trust, MORNING_MS))
    done = await soon(client.submit(queue.IssueTicket("x"), clerk(client)))
    assert isinstance(done, Refusal) and done.code == "day.not_open"  # a rule answered, not the certificate


async def test_a_clerk_sees_it_and_is_told_whose_key_it_is(site: Site, home: Path) -> None:
    terminal = await at_the_day_page(site, home, person=1)
    assert "証明書が今日で切れる" in shown(terminal)
    assert "管理者がします" in str(terminal.why_not("recall")) and terminal.renewal is None


async def test_a_terminal_without_the_managers_renewal_key_says_so(site: Site, home: Path) -> None:
    (home / "renewal.locked").unlink()
    terminal = await at_the_day_page(site, home)
    assert isinstance(terminal.renewal, NoRenewalKey)
    terminal.press("f6", "")
    assert "更新用の鍵はありません" in shown(terminal)


async def test_a_manager_who_changed_the_passphrase_elsewhere_is_told_where_to_renew(site: Site, home: Path) -> None:
    save_renewals(home, [KEY.lock("fuyu yuki kori", SECRET, cost=Cost.TRAINING)])
    terminal = await at_the_day_page(site, home)
    assert terminal.station is not None and terminal.station.person is not None  # they are signed in all the same
    assert "前の合言葉のまま" in str(terminal.why_not("recall"))


async def test_who_works_while_the_manager_renews_signs_under_the_new_certificate_at_once(
    site: Site, home: Path
) -> None:
    manager, clerk = await at_the_day_page(site, home), await at_the_day_page(site, home, person=1)
    assert clerk.station is not None and clerk.station.person is not None
    before = clerk.station.person.certificate
    manager.press("f6", "")
    await until(
        clerk,
        lambda: (
            clerk.station is not None
            and clerk.station.person is not None
            and clerk.station.person.certificate != before
        ),
    )
    assert clerk.station.person.signer.public == PEOPLE[1].unlock(WORDS, SECRET).signer.public
