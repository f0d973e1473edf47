"""Renewing the day's certificates at opening: who runs out today, and one key that lets the manager renew them all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sync.errors import SyncError
from tui import tokens
from tui.cells import Line, Span, line

if TYPE_CHECKING:
    from hub.client.people.renewal import Due
    from tui.layer import Terminal, Why

NAMED = 4
"""Names in a row of 80 cells; the rest are counted."""


def due_today(terminal: Terminal) -> list[Due]:
    """Whose certificate ends before today does; nobody where no hub has told who there is."""
    from hub.client.people.renewal import due

    station, party = terminal.station, terminal.party
    if station is None or party is None:
        return []
    return due(station.client.people, party.trust, station.now_ms())


def rows(terminal: Terminal, found: list[Due]) -> list[Line]:
    """Up to four rows for the day's page: whom the manager can renew, and whom only the office can help."""
    from sync.keys.trust import KeyRevoked

    t = terminal.tongue
    shown: list[Line] = []
    if lost := [one for one in found if one.error is None and one.withdrawn]:
        words = t(
            f" 認証した人の鍵が失効 {len(lost)}人：{_names(lost)}　F6＝更新（別の管理者）",
            f" Certified by somebody revoked: {_names(lost)}. F6=renew (manager)",
        )
        shown.append([Span(f" {tokens.BAD}", "bad"), *line(words)])
    if can := [one for one in found if one.error is None and not one.withdrawn]:
        names = _names(can)
        words = t(
            f" 証明書が今日で切れる {len(can)}人：{names}　F6＝更新（管理者）",
            f" {len(can)} certificates end today: {names}. F6=renew (manager)",
        )
        shown.append([Span(f" {tokens.WARN}", "warn"), *line(words)])
    if waiting := [one for one in found if isinstance(one.error, KeyRevoked)]:
        words = t(
            f" 登録し直した鍵がまだ届いていない {len(waiting)}人：{_names(waiting)}　事務所へ",
            f" Their new key has not come yet: {_names(waiting)}. Ask the office.",
        )
        shown.append([Span(f" {tokens.BAD}", "bad"), *line(words)])
    if cannot := [one for one in found if one.error is not None and one not in waiting]:
        words = t(
            f" 名簿になく、今日は署名できない {len(cannot)}人：{_names(cannot)}　事務所へ",
            f" Not on the roster, cannot sign today: {_names(cannot)}. Ask the office.",
        )
        shown.append([Span(f" {tokens.BAD}", "bad"), *line(words)])
    return shown


def why_not(terminal: Terminal, found: list[Due]) -> Why:
    """Why nothing can be renewed here now, or empty."""
    from sync.keys.renewalkey import RenewalKey

    t, station = terminal.tongue, terminal.station
    assert station is not None
    if not any(one.error is None for one in found):
        return t("更新が要る証明書はありません", "no certificate needs renewing today")
    if not station.manages(station.person):
        return t("管理者がします（Ctrl+L で交代）", "the manager does this (Ctrl+L)")
    if isinstance(terminal.renewal, SyncError):
        return t(terminal.renewal.ja, terminal.renewal.en)
    if not isinstance(terminal.renewal, RenewalKey):
        return t("更新用の鍵を開いています", "the renewal key is being opened")
    return ""


def renew(terminal: Terminal) -> None:
    """Renew everybody who can be renewed, and hand it to the hub; the screen says whom it has taken."""
    from hub.client.link.connection import HubClient
    from hub.client.people.renewal import renewed
    from sync.keys.renewalkey import RenewalKey

    t, station, party, key = terminal.tongue, terminal.station, terminal.party, terminal.renewal
    assert station is not None and party is not None and isinstance(key, RenewalKey)
    client, now_ms = station.client, station.now_ms()
    assert isinstance(client, HubClient), "a demonstration has nobody whose certificate ends"
    wanted = [one.who for one in due_today(terminal) if one.error is None]

    async def work() -> None:
        made = await asyncio.to_thread(lambda: [renewed(key, party.trust, who, now_ms) for who in wanted])
        answer = await client.renew(made)
        if answer.refused:
            who = "、".join(station.name_of(person) for person in answer.refused)
            code = next(iter(answer.refused.values()))
            words = t(f"{len(answer.taken)}人を更新しました。できなかった人：{who}", f"Not renewed: {who}")
            station.warn(words, t("事務所に知らせてください", "Tell the office."), code)
        else:
            station.say(
                t(f"{len(answer.taken)}人の証明書を今日の分に更新しました。", f"{len(answer.taken)} renewed for today.")
            )

    station.begin(t("証明書を更新しています", "renewing certificates"), work)


def _names(found: list[Due]) -> str:
    names = [one.who.name.split()[0] for one in found[:NAMED]]
    return "、".join(names) + ("…" if len(found) > NAMED else "")
