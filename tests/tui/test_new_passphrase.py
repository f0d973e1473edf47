"""A new passphrase at the lock screen of a real terminal: changed by its owner, or reset by the manager."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.client.link.connection import HubClient
from hub.domain.people.newkey import KeySucceeded
from sync.keys.lockbox import Cost
from sync.keys.renewalkey import load_renewals, save_renewals
from tests.hub.client.sites import soon
from tests.hub.site.people.test_new_keys import NEW_WORDS, OLD_WORDS, SECRET, Keyed
from tui.cells import text_of, width
from tui.station import Station
from tui.terminal.terminal import StaffTerminal

RESET_WORDS = "midori no isu 7"


class Keys:
    """Somebody at the lock screen of a terminal; what they see are its rows."""

    def __init__(self, site: Keyed, home: Path) -> None:
        self.site = site
        self.terminal = StaffTerminal(home)

    async def sit(self) -> None:
        client = await self.site.begin()
        station = Station(client.party.deployment, client, "窓口1", self.terminal.tongue)
        self.terminal.connected(client, client.party, station)
        await soon(client.until(lambda: client.status is not None))
        self.terminal.lock_page.shown()

    @property
    def picture(self) -> str:
        rows, _ = self.terminal.frame(80, 24)
        lines = [text_of(row) for row in rows]
        assert all(width(line) == 80 for line in lines)
        return "\n".join(lines)

    def locked(self, person: str) -> bytes:
        """Their locked key, as this terminal has it."""
        assert self.terminal.client is not None
        return next(one.locked for one in self.terminal.client.people if one.person == person)

    async def replaced(self, person: str, before: bytes) -> None:
        """Wait until the hub has told this terminal of their new key: a moment after it was recorded."""
        client = self.terminal.client
        assert isinstance(client, HubClient)
        await soon(client.until(lambda: self.locked(person) != before))

    async def answer(self, *texts: str) -> None:
        """Type each text and Enter; then wait until the terminal has done what it does."""
        for text in texts:
            for char in text:
                self.terminal.press(char, char)
            self.terminal.press("enter", "")
            await soon(self._quiet())

    async def _quiet(self) -> None:
        while tasks := list(self.terminal._tasks):
            assert self.picture, "painted all the while"
            await asyncio.wait(tasks, timeout=0.05)


@pytest.fixture
async def keys(tmp_path: Path) -> AsyncIterator[Keys]:
    site = Keyed(tmp_path / "site")
    home = tmp_path / "terminal"
    home.mkdir()
    (home / "secret").write_bytes(SECRET)
    save_renewals(home, [site.renewal.lock(OLD_WORDS, SECRET, cost=Cost.TRAINING)])
    made = Keys(site, home)
    await made.sit()
    try:
        yield made
    finally:
        await site.stop()


async def test_a_clerk_changes_the_passphrase_with_the_managers_word_and_the_old_one_opens_nothing(keys: Keys) -> None:
    await keys.answer("2")
    assert "F6 合言葉を変える  F7 忘れた（管理者）" in keys.picture
    keys.terminal.press("f6", "")
    assert "いまの合言葉を入れてください" in keys.picture
    await keys.answer(OLD_WORDS)
    assert "8文字から。英字・数字・記号" in keys.picture
    await keys.answer(NEW_WORDS, NEW_WORDS)
    assert "新しい鍵を認める管理者の番号" in keys.picture
    before = keys.locked("staff-2")
    await keys.answer("1", OLD_WORDS)
    assert "さんの合言葉を変えました。" in keys.picture and "前の合言葉は使えません" in keys.picture
    assert NEW_WORDS not in keys.picture
    (event,) = [one for _, events in keys.terminal.station.history for one in events if isinstance(one, KeySucceeded)]
    assert (event.person, event.reset) == ("staff-2", False)
    await keys.replaced("staff-2", before)
    await keys.answer("2", OLD_WORDS)
    assert "lockbox.wrong_passphrase" in keys.picture
    await keys.answer(NEW_WORDS)
    assert keys.terminal.station.person is not None and keys.terminal.station.person.person == "staff-2"


async def test_a_manager_resets_a_forgotten_passphrase_and_the_record_says_so(keys: Keys) -> None:
    await keys.answer("3")
    keys.terminal.press("f7", "")
    assert "合言葉の再設定" in keys.picture
    before = keys.locked("staff-3")
    await keys.answer("1", OLD_WORDS, RESET_WORDS, RESET_WORDS)
    assert "さんの合言葉を再設定しました。" in keys.picture
    (event,) = [one for _, events in keys.terminal.station.history for one in events if getattr(one, "reset", False)]
    assert (event.person, event.by) == ("staff-3", "staff-1")
    await keys.replaced("staff-3", before)
    await keys.answer("3", RESET_WORDS)
    assert keys.terminal.station.person is not None and keys.terminal.station.person.person == "staff-3"


async def test_a_managers_own_change_locks_their_renewal_key_here_anew(keys: Keys) -> None:
    await keys.answer("1")
    keys.terminal.press("f6", "")
    await keys.answer(OLD_WORDS, NEW_WORDS, NEW_WORDS)
    assert "さんの合言葉を変えました。" in keys.picture
    (held,) = load_renewals(keys.terminal.home).values()
    assert held.unlock(NEW_WORDS, SECRET).signer.public == keys.site.renewal.signer.public


@pytest.mark.parametrize(
    ("words", "code"), [("12345678", "guessable"), ("kawa", "too_short"), ("staff-2-tsukue", "names_person")]
)
async def test_a_weak_passphrase_is_refused_with_the_reason_and_asked_again(keys: Keys, words: str, code: str) -> None:
    await keys.answer("2")
    keys.terminal.press("f6", "")
    await keys.answer(OLD_WORDS, words)
    assert f"passphrase.{code}" in keys.picture and "新しい合言葉を入れてください" in keys.picture
    keys.terminal.press("f9", "")
    assert "types the new passphrase" in keys.picture


async def test_two_that_differ_are_both_asked_again(keys: Keys) -> None:
    await keys.answer("2")
    keys.terminal.press("f6", "")
    await keys.answer(OLD_WORDS, NEW_WORDS, RESET_WORDS)
    assert "2回の合言葉がちがいます" in keys.picture and "新しい合言葉を入れてください" in keys.picture


async def test_a_wrong_present_passphrase_is_asked_again_where_it_was_asked_and_counts(keys: Keys) -> None:
    before = keys.site.held("staff-2")
    await keys.answer("2")
    keys.terminal.press("f6", "")
    await keys.answer("wrong")
    assert "lockbox.wrong_passphrase" in keys.picture and "あと4回まちがえると" in keys.picture
    assert "いまの合言葉を入れてください" in keys.picture and keys.terminal.lock_page.asked.secret
    assert keys.site.held("staff-2") == before


@pytest.mark.parametrize(
    ("who", "key", "answers"), [("2", "f6", (OLD_WORDS, NEW_WORDS, NEW_WORDS, "1")), ("3", "f7", ("1",))]
)
async def test_a_managers_next_try_after_a_wrong_passphrase_is_not_shown_and_does(
    keys: Keys, who: str, key: str, answers: tuple[str, ...]
) -> None:
    person = f"staff-{who}"
    before = keys.site.held(person)
    await keys.answer(who)
    keys.terminal.press(key, "")
    await keys.answer(*answers, "wrong")
    assert "lockbox.wrong_passphrase" in keys.picture and "あと4回まちがえると" in keys.picture
    assert "さんが、自分の合言葉を入れてください" in keys.picture
    assert keys.site.held(person) == before
    for char in OLD_WORDS:
        keys.terminal.press(char, char)
    assert f"合言葉> {'*' * len(OLD_WORDS)}_" in keys.picture and OLD_WORDS not in keys.picture
    await keys.answer("", *(() if key == "f6" else (NEW_WORDS, NEW_WORDS)))
    assert "しました。" in keys.picture or "変えました。" in keys.picture
    assert keys.site.held(person) != before


async def test_escape_changes_nothing_and_forgets_what_was_typed(keys: Keys) -> None:
    await keys.answer("2")
    keys.terminal.press("f6", "")
    await keys.answer(OLD_WORDS, NEW_WORDS)
    keys.terminal.press("escape", "")
    assert keys.terminal.lock_page.new is None and "だれですか" in keys.picture


async def test_without_a_managers_key_on_this_terminal_it_says_where_to_go(keys: Keys) -> None:
    (keys.terminal.home / "renewal.locked").unlink()
    await keys.answer("2")
    keys.terminal.press("f7", "")
    assert "renewal.no_key" in keys.picture
