"""Who somebody means by a number or a name, and what is said about a passphrase that does not open."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from sync.errors import SyncError
from sync.keys.lockbox import WrongPassphrase
from tui.words import Tongue

if TYPE_CHECKING:
    from hub.client.people.unlocking import Keyring
    from sync.keys.party import LockedPerson, Person
    from sync.keys.trust import TrustStore


class Fault(NamedTuple):
    """Why nobody was signed in: one sentence, what to do, and the code."""

    text: str
    todo: str
    code: str


async def open_key(keyring: Keyring, who: LockedPerson, passphrase: str, t: Tongue) -> Person | Fault:
    """The person, or why not. argon2 takes long on purpose: it runs in a thread, and the screen goes on."""
    try:
        return await asyncio.to_thread(keyring.unlock, who, passphrase)
    except SyncError as error:
        return fault_of(error, t)


def fault_of(error: SyncError, t: Tongue) -> Fault:
    """A fault in the words of the screen; a wrong passphrase says what it costs."""
    todo = wrong_words(error, t) if isinstance(error, WrongPassphrase) else t(error.todo_ja, error.todo_en)
    return Fault(t(error.ja, error.en), todo, error.code)


def wrong_words(error: WrongPassphrase, t: Tongue) -> str:
    """What a wrong passphrase costs: tries that are still free, or the pause that has begun."""
    left_s, free = error.data.get("left_s"), error.data.get("free")
    if isinstance(left_s, int) and left_s:
        return pause_words(left_s, t)
    if isinstance(free, int):
        return t(f"あと{free}回まちがえると、待ち時間がつきます", f"{free} more wrong ones, then a pause.")
    return t(error.todo_ja, error.todo_en)


def pause_words(left_s: int, t: Tongue) -> str:
    """How long nobody is let in: 待ち 4:30."""
    clock = f"{left_s // 60}:{left_s % 60:02}"
    return t(f"あと {clock} お待ちください", f"Wait {clock}")


def still_here(people: list[LockedPerson], trust: TrustStore | None) -> list[LockedPerson]:
    """Those of these people whose key is not revoked: the others' names are known still, and nobody signs in as them.

    Who waits only for another manager to certify them is here: they are told so when they sign.
    """
    return [one for one in people if not revoked(one, trust)]


def revoked(who: LockedPerson | Person, trust: TrustStore | None) -> bool:
    """Whether this person's key is on the newest list: nobody signs in with it, and whoever has, does not stay."""
    from sync.keys.introductions import withdrawn
    from sync.keys.trust import KeyRevoked

    try:
        return trust is not None and isinstance(withdrawn(who, trust), KeyRevoked)
    except SyncError:
        return False  # damaged: signing in says so, and the others are shown all the same


def number_of(one: LockedPerson, people: list[LockedPerson]) -> str:
    """What is typed for this person of a list: their number, or their whole id where somebody else has the number too."""
    number = _number(one)
    return one.person if sum(_number(other) == number for other in people) > 1 else number


def not_found(found: list[LockedPerson], t: Tongue) -> str:
    """Why what was typed means nobody, or more than one."""
    if not found:
        return t("その番号・名前の人はいません。一覧の番号を入れてください。", "Nobody of that number or name.")
    return t(
        f"あてはまる人が{len(found)}人：{found[0].person} のように入れてください。",
        f"That means {len(found)} people: type it like {found[0].person}",
    )


def _number(one: LockedPerson) -> str:
    return one.person.rpartition("-")[2]


def find_person(people: list[LockedPerson], text: str) -> list[LockedPerson]:
    """The people whom a staff number, a person id or the start of a name means."""
    if not text:
        return []
    exact = [one for one in people if text == one.person] or [one for one in people if text == _number(one)]
    return exact or [one for one in people if one.name.replace(" ", "").startswith(text.replace(" ", ""))]
