"""A terminal becomes the site's hub: from its own copy of the record, by the word of two people, at the next epoch.

    draft = await TakeOverDraft.open(terminal_home, copies, now_ms)     # everything is replayed; nothing is written
    draft.sign(manager); draft.sign(second)                             # both confirm that the old hub is switched off
    home = await draft.finish(now_ms)                                   # terminal_home/hub: a hub's home, whole or not there

terminal_home/standby is a hub's home in waiting: a key, a certificate of kind standby_hub, and the people's locked keys.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from hub.domain.continuity.continuity import CONFIRMERS, ConfirmSwitchedOff, FirstNumber, TakenOver, TakeOver
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import decode_profile
from hub.replay.faults import ReplayError
from hub.site.continuity import succeeded
from hub.site.continuity.continuation import Continuation, chains, signed_by
from hub.site.continuity.copies import Copy, Judged, NoCopy, epoch_of, judge, read_copy, witnessed
from sync.errors import Malformed, SyncError
from sync.keys.certificate import certificate_id, parse
from sync.keys.owntime import OutsideOwnTime, own_authority
from sync.keys.party import HomeIncomplete, Party, Person, read_lists, write_list
from sync.record.command import Signed
from sync.record.faults import RecordInUse
from sync.record.file import RECORD
from sync.record.store import RecordStore
from sync.vault import vault
from sync.wholefile import EVIDENCE, WouldOverwrite, need_free, new_folder, write_whole

log = logging.getLogger(__name__)

STANDBY = "standby"
HUB = "hub"
"""Folders in a terminal's home: the hub's home in waiting, and the one that it becomes."""

AT_ONCE = 2_000
"""Entries in one transaction while the record is written: a few MB, 30 ms here."""


class TakeOverError(SyncError):
    """This terminal cannot become the hub; nothing was written."""

    code = "takeover"
    ja = "この端末はハブを引き継げません。何も書いていません。"
    en = "This terminal cannot take the hub over; nothing was written."
    todo_ja = "予備証明書のある別の端末で行うか、管理者に知らせてください。"
    todo_en = "Use another terminal with a standby certificate, or tell the manager."


class NoStandby(TakeOverError):
    """The terminal has no standby certificate, or one that does not hold."""

    code = "takeover.no_standby"
    ja = "この端末には予備ハブの証明書がありません。"
    en = "This terminal has no standby-hub certificate."


class StandbyOutsideTime(TakeOverError):
    """The terminal's standby certificate does not hold at its clock's time; `clock`, `starts` and `ends` say why."""

    code = "takeover.standby_time"
    ja = "この端末の予備ハブの証明書は期間の外です（終わったか、時計が違います）。"
    en = "This terminal's standby-hub certificate has ended (or the clock is wrong)."
    todo_ja = (
        "端末の時計を確かめてください。正しければ、予備証明書のある別の端末で行うか、受託者に出し直してもらいます。"
    )
    todo_en = "Check this terminal's clock; if it is right, use another standby terminal, or have one enrolled again."


class CopyUnusable(TakeOverError):
    """The terminal's own copy of the record does not hold."""

    code = "takeover.copy_unusable"
    ja = "この端末の控えは使えません（署名や規則に合わない）。"
    en = "This terminal's copy of the record does not hold."


class Apart(TakeOverError):
    """Two copies contradict each other: which one is true must be settled first."""

    code = "takeover.apart"
    ja = "端末の控えどうしが食い違っています。"
    en = "The terminals' copies contradict each other."


class NotConfirmed(TakeOverError):
    """Two people must confirm that the old hub is switched off, one of them a manager."""

    code = "takeover.not_confirmed"
    ja = "管理者を含む2人の確認がそろっていません。"
    en = "Two people must confirm, one of them a manager."
    todo_ja = "管理者ともう1人が、職員番号と合言葉を入れてください。"
    todo_en = "Have the manager and one more person enter their passphrases."


async def is_hub(home: Path, sources: Sequence[Path]) -> bool:
    """Whether this terminal has taken over and neither its own copy nor these know of a later hub. Raises as read_copy."""
    own = home / HUB
    if not (own / RECORD).is_file():
        return False
    origin = Party.load(own).deployment.origin
    epoch = await epoch_of(own, origin)
    known: list[int] = []
    for one in sources:
        with suppress(NoCopy, RecordInUse):  # pulled out, or open in its terminal: no witness of a later hub
            known.append(await epoch_of(one, origin))
    with suppress(SyncError):  # its own copy may be in use, or gone: it took over, and is no witness that it must have
        known.append(await epoch_of(home, origin))
    return succeeded.load(own) is None and max(known, default=0) <= epoch


class TakeOverDraft:
    """A take-over that is being prepared; `whole` is the record that it goes on from."""

    def __init__(self, home: Path, party: Party, profile: Profile, whole: Judged, now_ms: int) -> None:
        """Use open()."""
        self.home = home
        self.party = party
        self.whole = whole
        self.size = whole.size
        self.deposed: Path | None = None
        """Where the hub is now that this terminal was once and another machine has succeeded since, once finished."""
        self.keys_lost = ""
        """What is wrong with this terminal's copy of the vault, once finished: the new hub has no keys then."""
        self._copies: Sequence[Copy] = (whole.copy,)
        """All that were read: what one of them shows of cosignatures may lack in the longest."""
        self._profile = profile
        self._now_ms = now_ms
        self._own_epoch: int | None = None
        """Of the hub that this terminal has been once; None if it never was one."""
        self._signed: dict[str, tuple[Signed, Person]] = {}

    @classmethod
    async def open(cls, home: Path, copies: Sequence[Copy], now_ms: int) -> TakeOverDraft:
        """Read and replay this terminal's copy, and longer ones of other terminals. A TakeOverError, HomeIncomplete."""
        try:
            party = Party.load(home / STANDBY)
            party.take_lists(read_lists(home))  # the terminal linked until yesterday: it knows newer ones
            authority = own_authority(party, now_ms)
            party.trust.need_unrevoked(authority)
            authority.need_site(party.deployment.site)
        except HomeIncomplete as error:
            raise NoStandby(path=error.data.get("path", "")) from error
        except OutsideOwnTime as error:
            raise StandbyOutsideTime(**error.data) from error
        except SyncError as error:
            raise NoStandby(why=error.code, path=error.data.get("path", "")) from error
        if authority.kind != "standby_hub":
            raise NoStandby(kind=authority.kind)
        profile = decode_profile(_profile(home), "profile.toml")
        own = await read_copy(home, party.deployment.origin)
        judged: list[Judged] = []
        for copy in (own, *copies):
            try:
                judged.append(await asyncio.to_thread(judge, copy, party, profile))
            except ReplayError as error:
                raise CopyUnusable(copy=copy.name, why=str(error)) from error
        judged.sort(key=lambda one: one.size)
        whole = judged[-1]
        for other in judged[:-1]:
            if whole.leaves[: other.size] != other.leaves:
                raise Apart(first=other.copy.name, second=whole.copy.name)
        party.take_lists(whole.copy.lists)
        whole.replay.trust.add(party.certificate)
        draft = cls(home, party, profile, whole, now_ms)
        draft._copies = (own, *copies)
        if (home / HUB / RECORD).is_file():
            draft._own_epoch = await epoch_of(home / HUB, party.deployment.origin)
            gone = succeeded.load(home / HUB)
            if gone is not None and draft._own_epoch >= draft.statement.epoch - 1:
                raise gone.fault()  # before anybody signs: none of these copies is its successor's
        return draft

    @property
    def last_ms(self) -> int:
        """The old hub's time at the last entry that is known here."""
        return self.whole.replay.booth.latest_ms

    @property
    def statement(self) -> ConfirmSwitchedOff:
        """What each of the two people signs."""
        epoch, root = self.whole.replay.booth.continuity.epoch, self.whole.replay.frontier.root()
        return ConfirmSwitchedOff(self.party.signer.public, epoch + 1, self.size, root)

    @property
    def confirmed_by(self) -> tuple[str, ...]:
        return tuple(self._signed)

    def sign(self, person: Person) -> None:
        """A person has seen that the old hub is switched off, and signs it. NotConfirmed if this is nobody new, TrustError."""
        if person.person in self._signed or len(self._signed) == CONFIRMERS:
            raise NotConfirmed(person=person.person, why="another person is needed")
        known = [one for _, one in self._signed.values()]
        if len(known) == CONFIRMERS - 1 and all(
            self._profile.managing.isdisjoint(one.roles) for one in (*known, person)
        ):
            raise NotConfirmed(person=person.person, why="a manager is needed")
        trust = self.whole.replay.trust
        for encoded in person.chain:
            trust.add(encoded)
        trust.need_unrevoked(trust.authority(person.certificate_id, self._now_ms))
        replay, statement = self.whole.replay, self.statement
        signed = signed_by(person.signer, person.certificate_id, replay, statement, self._now_ms, statement.epoch)
        self._signed[person.person] = (signed, person)

    async def finish(self, now_ms: int) -> tuple[Path, tuple[FirstNumber, ...]]:
        """Write the hub's home; its folder, and where numbers go on. NotConfirmed, ContinuationRefused; all or nothing."""
        if len(self._signed) != CONFIRMERS:
            raise NotConfirmed(confirmed=len(self._signed))
        made = Continuation(self.whole.replay, self._profile, now_ms)
        for signed, _ in self._signed.values():
            made.add(signed)
        (event,) = made.do(TakeOver(self.statement.epoch), self.party, self.statement.epoch)
        assert isinstance(event, TakenOver)
        self.deposed = await asyncio.to_thread(self._put_deposed_aside)
        try:
            await self._make(made)
        except BaseException:
            if self.deposed is not None:
                self.deposed.rename(self.home / HUB)
            raise
        return self.home / HUB, event.numbers

    async def _make(self, made: Continuation) -> None:
        with new_folder(self.home / HUB) as folder:
            await asyncio.to_thread(self._copy, folder)
            await self._write(folder / RECORD, made)
            # The keys of people's data, still locked: the same manager opens them at the new hub.
            self.keys_lost = await asyncio.to_thread(vault.carry, self.home / vault.FILE, folder / vault.FILE)

    def _put_deposed_aside(self) -> Path | None:
        """The home of a lower epoch gives its name up; WouldOverwrite for one that is the record's hub still."""
        own = self.home / HUB
        if self._own_epoch is None or not own.exists():
            return None
        if self._own_epoch >= self.statement.epoch - 1:
            raise WouldOverwrite(path=str(own))
        evidence = self.home / EVIDENCE
        evidence.mkdir(mode=0o700, exist_ok=True)
        kept = evidence / f"{HUB}-epoch-{self._own_epoch}"
        need_free(kept)
        own.rename(kept)
        return kept

    def _copy(self, folder: Path) -> None:
        """The hub's home in waiting, and what the terminal has that is newer: root-signed lists, certificates.

        Those are a help. One that is damaged stays behind: it would stop the take-over, or keep the new hub from starting.
        """
        shutil.copytree(self.home / STANDBY, folder, dirs_exist_ok=True)
        for encoded in read_lists(self.home):
            write_list(folder, encoded)
        for file in sorted((self.home / "certificates").glob("*")):
            try:
                encoded = file.read_bytes()
                parse(encoded)
            except (OSError, Malformed) as error:
                log.warning("a certificate of this terminal is not taken along: %s: %s", file, error)
            else:
                write_whole(folder / "certificates" / certificate_id(encoded).hex(), encoded)

    async def _write(self, path: Path, made: Continuation) -> None:
        deployment = self.party.deployment
        async with await RecordStore.open(path, origin=deployment.origin) as store:
            await store.put_object("profile", _profile(self.home))
            await store.put_object("deployment", deployment.encode())
            entries, ids = self.whole.copy.entries, list(self.whole.replay.ids)
            for first in range(0, len(entries), AT_ONCE):
                part = entries[first : first + AT_ONCE]
                outcomes = [(ids[first + at], first + at, None) for at in range(len(part))]
                await store.append(part, outcomes, None)
            cosigned, certificates = await asyncio.to_thread(witnessed, self.whole, self._copies)
            await store.put_certificates(certificates)
            await store.put_cosigned(cosigned)
            await store.append(made.entries, made.outcomes, made.note(self.party), chains(made.replay))


def _profile(home: Path) -> bytes:
    try:
        return (home / STANDBY / "profile.toml").read_bytes()
    except FileNotFoundError as error:
        raise NoStandby(path=str(error.filename)) from error
