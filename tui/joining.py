"""Finding the hub, following it, and unlocking a person's key: what waits, beside a screen that goes on painting."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from functools import partial
from typing import TYPE_CHECKING

from sync.errors import SyncError
from sync.record.file import REPLICA
from tui.hub_address import remember, remembered
from tui.hub_lost import refused_us

if TYPE_CHECKING:
    from pathlib import Path

    from hub.client.link.connection import HubClient
    from hub.domain.queue.queue import Ticket
    from sync.keys.party import LockedPerson, Party, Person
    from tui.terminal.terminal import StaffTerminal
    from tui.unlocking import Fault
    from tui.words import Tongue

log = logging.getLogger(__name__)

BROWSE_S = 3.0
"""mDNS answers within a second where it works at all; after three a person reads the address off the hub."""

SETTLE_S = 0.7
"""One hub of ours found, and no other after this long: it is taken without asking."""

ANSWER_S = 10.0
"""A hub on the LAN is linked in a tenth of a second; one that has just been switched on needs some."""


async def seek(terminal: StaffTerminal, *typed: str) -> None:
    """Load this terminal's home, then find the hub: by the addresses that were typed or given, or by mDNS."""
    from sync.keys.party import Party
    from tui.unlocking import fault_of

    page, t = terminal.lock_page, terminal.tongue
    assert terminal.home is not None
    try:
        party = await asyncio.to_thread(Party.load_of, terminal.home, {"terminal"})
    except SyncError as error:
        page.refuse(fault_of(error, t))
        return
    terminal.party = party
    terminal.changed()
    if typed or terminal.url is not None:
        await join(terminal, *(typed or (str(terminal.url),)))
        return
    from hub.client.link.discovery import FoundHub, browse

    def found(hub: FoundHub) -> None:
        if hub.name not in [one.name for one in page.found]:
            page.found = sorted([*page.found, hub], key=lambda one: (not one.ours, one.name))
        terminal.changed()

    page.busy = ""
    await browse(BROWSE_S, terminal.party.deployment.id, found, settle_s=SETTLE_S)
    ours = [hub for hub in page.found if hub.ours]
    if terminal.station is None and not page.busy:
        if len(ours) == 1:
            await join(terminal, *ours[0].urls)
        elif not ours and (last := await asyncio.to_thread(remembered, terminal.home)):
            await join(terminal, last)
        elif not ours:
            page.note = t("ハブが見つかりません。アドレスを入れて Enter", "No hub found. Type its address, then Enter")


async def join(terminal: StaffTerminal, *urls: str) -> None:
    """Follow the hub at the first of these addresses that answers; returns when its record is here, or says why not."""
    page = terminal.lock_page
    if terminal.station is not None:
        return
    before, page.attempt = page.attempt, asyncio.current_task()
    if before is not None and before is not page.attempt:
        before.cancel()  # whoever types another address does not wait for the one before
        await asyncio.wait({before})  # but for our copy, which it has open
    if terminal.party is None or terminal.home is None:
        await seek(terminal, *urls)  # says again what is wrong with the folder, or finds it mended
        return
    page.hush()
    page.other = page.distrust = page.again = None
    try:
        for url in urls:
            if await _follow(terminal, terminal.party, terminal.home, url):
                return
    finally:
        if page.attempt is asyncio.current_task():
            page.attempt, page.busy = None, ""
            terminal.changed()


async def _follow(terminal: StaffTerminal, party: Party, home: Path, url: str) -> bool:
    """Whether the hub at this address is followed now; the lock screen says why not."""
    from hub.client.link.connection import HubClient
    from hub.client.link.connection_state import ConnectionState
    from hub.client.proof.keeper import CopyDamaged
    from sync.keys.certificate import parse
    from sync.link.link import OtherKey
    from tui.station import Station
    from tui.unlocking import fault_of

    page, t = terminal.lock_page, terminal.tongue
    page.busy = t(f"{url} へつないでいます", f"connecting to {url}")
    terminal.changed()
    try:
        client = await HubClient.open(url, party, keep=home / REPLICA, wait=False, on_other=terminal.heard)
    except SyncError as error:
        _say_of_copy(terminal, url, error)
        return False
    try:
        client.subscribe(terminal.changed)
        client.look_elsewhere(partial(_hubs_of_ours, party.deployment.id))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):  # not wait_for, which can lose a cancellation before Python 3.12
                await client.until(partial(_settled, client))
        await _wait_for_recovery(terminal, client)
        page.busy = ""
        if client.state is ConnectionState.LIVE and client.profile is not None:
            await asyncio.to_thread(remember, home, url)
            number = parse(party.certificate).person.rpartition("-")[2] or "1"
            window = terminal.window or t("窓口", "Window ") + number
            terminal.connected(client, party, Station(party.deployment, client, window, terminal.tongue))
            page.shown()
            return True
    finally:
        if terminal.client is not client:
            await client.close()
    problem = client.problem
    if isinstance(problem, OtherKey):
        page.other = problem
    if isinstance(problem, CopyDamaged):
        _say_of_copy(terminal, url, problem)
        return False
    refused = refused_us(problem)
    page.refuse(fault_of(refused, t) if refused is not None else _nobody_at(url, t))
    return False


def _say_of_copy(terminal: StaffTerminal, url: str, error: SyncError) -> None:
    """Our own copy of the record keeps us from following the hub at this address; Enter is what can be done about it."""
    from hub.client.proof.keeper import CopyDamaged
    from tui.unlocking import fault_of

    page = terminal.lock_page
    begin_anew = isinstance(error, CopyDamaged)
    page.again = partial(replace_copy if begin_anew else join, terminal, url)
    page.refuse(fault_of(error, terminal.tongue))


async def replace_copy(terminal: StaffTerminal, url: str) -> None:
    """Put the copy that cannot be read aside, and begin a new one from the hub at this address."""
    from sync.wholefile import EVIDENCE, set_aside

    if terminal.home is None:
        return
    kept = await asyncio.to_thread(set_aside, terminal.home / REPLICA, terminal.home / EVIDENCE)
    log.warning("the copy of the record could not be read; it is in %s now", kept)
    await join(terminal, url)


async def _wait_for_recovery(terminal: StaffTerminal, client: HubClient) -> None:
    """A hub whose record does not continue ours is explained; our copy is offered to it, until people have mended it."""
    from hub.client.link.connection_state import ConnectionState
    from hub.client.proof.divergence import RecordDiverges

    page, t = terminal.lock_page, terminal.tongue
    if client.state is not ConnectionState.REFUSED or client.problem is None:
        return
    page.distrust = client.problem
    if isinstance(client.problem, RecordDiverges):
        page.busy = t("ハブの記録が直るのを待っています（Ctrl+X＝終了）", "waiting until the hub's record is mended")
        terminal.changed()
        await client.until(lambda: client.state is ConnectionState.LIVE)
        page.distrust = None


async def _hubs_of_ours(deployment: bytes) -> list[str]:
    """Addresses of hubs that announce themselves for our deployment, by mDNS."""
    from hub.client.link.discovery import browse

    hubs = await browse(BROWSE_S, deployment, lambda hub: None, settle_s=SETTLE_S)
    return [url for hub in hubs if hub.ours for url in hub.urls]


def _nobody_at(url: str, t: Tongue) -> Fault:
    """An address at which nothing answers: of the line that was never there it says nothing."""
    from tui.unlocking import Fault

    host = url.partition("://")[2].partition("/")[0]
    return Fault(
        t(f"{host} に、答えるハブがありません。", f"No hub answers at {host}."),
        t(
            "アドレスと、ハブの電源・LANを見て、もう一度入れる",
            "Check the address, the hub's power and LAN; type it again",
        ),
        "link.hub_away",
    )


def _settled(client: HubClient) -> bool:
    """Whether waiting longer would tell us nothing new: we are live, or whoever answers is no hub of ours."""
    from hub.client.link.succession import GoneOver

    if client.state.value in ("live", "refused"):
        return True
    # Of a take-over we hear once, at the first link after it: the next one follows the new hub.
    return refused_us(client.problem) is not None and not isinstance(client.problem, GoneOver)


async def unlock(terminal: StaffTerminal, who: LockedPerson, passphrase: str) -> None:
    """Open a person's key and sign them in, or say on the lock screen why not."""
    from tui.unlocking import Fault, open_key

    page, t = terminal.lock_page, terminal.tongue
    page.busy = t("合言葉を確かめています", "checking the passphrase")
    terminal.changed()
    opened = await open_key(terminal.keyring, who, passphrase, t)
    page.busy = ""
    if isinstance(opened, Fault):
        page.refuse(opened)
    else:
        terminal.admit(opened)
        await open_renewal(terminal, opened, passphrase)


async def open_renewal(terminal: StaffTerminal, person: Person, passphrase: str) -> None:
    """Open the manager's renewal key where this terminal has one of theirs; they work already while it opens."""
    from sync.keys.renewalkey import RenewalKey
    from sync.keys.renewalkey import open_renewal as opened

    station, home = terminal.station, terminal.home
    if station is None or home is None or not station.manages(person):
        return
    found: RenewalKey | SyncError
    try:
        secret = await asyncio.to_thread(terminal.keyring.secret)
        found = await asyncio.to_thread(opened, home, person.person, passphrase, secret)
    except SyncError as error:
        found = error  # the page that needs the key says it
    if station.person is person:  # they may have left again
        terminal.renewal = found
        terminal.changed()


async def take_over(terminal: StaffTerminal, person: Person, ticket: Ticket) -> None:
    """A colleague's ticket at this window becomes this person's, by an entry; then they are signed in."""
    from hub.domain.queue.queue import TakeOverTicket
    from hub.domain.refusal import Refusal
    from tui.unlocking import Fault

    page, t = terminal.lock_page, terminal.tongue
    assert terminal.client is not None
    page.busy = t("引継ぎを記録しています", "recording the take-over")
    terminal.changed()
    try:
        answer: object = await terminal.client.submit(TakeOverTicket(ticket.id), person)
    except SyncError as error:
        answer = error
    page.busy = ""
    if isinstance(answer, Refusal | SyncError):
        page.shown()
        page.refuse(Fault(t(answer.ja, answer.en), t(answer.todo_ja, answer.todo_en), answer.code))
    else:
        terminal.sign_in(person)
