"""`demado hub --take-over`: this terminal becomes the site's hub. Steps that two people follow, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import passphrase, unlock

if TYPE_CHECKING:
    from hub.domain.continuity.continuity import FirstNumber
    from hub.site.continuity.takeover import TakeOverDraft
    from sync.keys.party import LockedPerson, Person


def take_over(
    home: Path,
    sources: Sequence[Path],
    people: tuple[str, str],
    files: tuple[Path | None, Path | None],
    switched_off: bool,
) -> Path:
    """Lead two people through the take-over; the new hub's home. A SyncError says why not; then nothing was written."""
    from hub.domain.moment import when
    from hub.site.continuity.takeover import HUB, is_hub

    if asyncio.run(is_hub(home, sources)):
        click.echo("この端末はすでにハブを引き継いでいます。/ This terminal has taken over already.", err=True)
        return home / HUB
    say("ハブの引継ぎ 1/4　控えを調べています", "Taking over, 1/4: checking this terminal's copy")
    draft = asyncio.run(_draft(home, sources))
    shown = when(draft.last_ms)
    say(f"　控えは {draft.size} 項目、最後は {shown} です。", f"  {draft.size} entries, the last at {shown}.")
    say(
        "　ほかの端末の項目数のほうが多いときは、いま中止して --from でその端末の控えを足してください。",
        "  If another terminal shows more, stop here and add its copy with --from.",
    )
    say("ハブの引継ぎ 2/4　前のハブの電源を切り、コードを抜いてください", "2/4: switch the old hub off, unplug it")
    if not switched_off:
        click.confirm("　2人で見て、切れていますか / Have two people seen that it is off?", abort=True, err=True)
    steps = (("3/4　管理者", "3/4: the manager"), ("4/4　もう1人", "4/4: a second person"))
    for (ja, en), asked, file in zip(steps, people, files, strict=True):
        say(f"ハブの引継ぎ {ja}が確かめて署名します", f"{en} confirms and signs")
        draft.sign(_person(home, asked, file))
    folder, numbers = asyncio.run(draft.finish(real_ms()))
    say("引き継ぎました。この端末がハブです。", "Done: this terminal is the hub now.")
    for one in numbers:
        _say_numbers(one)
    if draft.deposed is not None:
        more = "".join(f" --from {one}" for one in sources)
        say(
            f"この端末が前にハブだったときのフォルダーは {draft.deposed} に移しました。\n　→ 閉場後にハブを止め、"
            f"demado recover --home {folder}{more} --old-hub {draft.deposed} で、書いた分と鍵を取り込んでください。",
            f"What this terminal was as an earlier hub is in {draft.deposed}. After closing, stop the hub:\n"
            f"  → demado recover --home {folder}{more} --old-hub {draft.deposed} takes in what it wrote, and keys.",
        )
    if draft.keys_lost:
        say(
            f"個人情報の鍵の控えがこわれていて、開けません。受付・呼出はできます。\n　→ 閉場後にハブを止め、"
            f"demado recover --home {folder} --from ほかの端末のフォルダー で取り戻してください。",
            f"The copy of the keys of people's data is damaged; the queue works without. After closing, stop the hub:"
            f"\n  → demado recover --home {folder} --from ANOTHER_TERMINAL takes them back.\n  [{draft.keys_lost}]",
        )
    say("前のハブは二度と使わないでください。", "Never use the old hub again.")
    return folder


def say(ja: str, en: str) -> None:
    """A step, on stderr: the line of JSON that a starter reads has stdout for itself."""
    click.echo(f"{ja}\n　{en}", err=True)


async def _draft(home: Path, sources: Sequence[Path]) -> TakeOverDraft:
    from hub.site.continuity.copies import read_copy
    from hub.site.continuity.takeover import STANDBY, TakeOverDraft
    from sync.keys.party import Party

    origin = Party.load(home / STANDBY).deployment.origin if sources else ""
    copies = [await read_copy(one, origin) for one in sources]
    return await TakeOverDraft.open(home, copies, real_ms())


def _person(home: Path, asked: str, file: Path | None) -> Person:
    from hub.site.continuity.takeover import STANDBY
    from sync.keys.party import load_people

    known = {one.person: one for one in load_people(home / STANDBY)}
    while asked not in known:
        if asked:
            say(f"　{asked} という職員番号はありません。", f"  There is nobody with the number {asked}.")
        asked = click.prompt("　職員番号 / staff number", err=True).strip()
    who: LockedPerson = known[asked]
    words = passphrase(file, f"　{who.name} さんの合言葉", f"passphrase of {who.person}")
    return unlock(home, who, words)


def _say_numbers(one: FirstNumber) -> None:
    lost = f"{one.prefix}-{one.known + 1:03}～{one.prefix}-{one.first - 1:03}"
    say(
        f"　{one.date}：{lost} は前のハブが出したかもしれません。札を持つ方に聞いてください。つぎは {one.prefix}-{one.first:03}。",
        f"  {one.date}: {lost} may have been printed: ask whoever holds one. Next is {one.prefix}-{one.first:03}.",
    )
