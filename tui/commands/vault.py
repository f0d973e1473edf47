"""`demado vault`: what is left of people's data on a machine, and for how long."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.vault_end import end

if TYPE_CHECKING:
    from hub.audit.evidence import Evidence
    from hub.audit.personal_account import Account, VaultErasure

SHOWN = 20
"""People listed one by one; --json has all."""


@click.group()
def vault() -> None:
    """個人情報の残りと閲覧の記録 / what is left of people's data, and who read it."""


vault.add_command(end)


@vault.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="ハブ・端末・事務局のフォルダー / the folder of a hub, a terminal or an office",
)
@click.option("--record", "name", default=None, help="事務局の記録の名前 / which record of an office")
@click.option(
    "--at",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="この日の終わりの時点で（省くと今、訓練では記録の最後）/ as of the end of this day",
)
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / print JSON")
def audit(home: Path, name: str | None, day: datetime.datetime | None, as_json: bool) -> None:
    """残っている個人情報と、その期限を示す / show what is left, and until when it may be.

    終了コード 0: 消すべきものは残っていない。1: 期限を過ぎたものか、消したはずの鍵が残っている。2: 読めない。
    0: nothing is left that ought to be gone. 1: something is. 2: it cannot be read.
    """
    import msgspec

    from hub.audit.evidence import Unreadable
    from hub.audit.personal_account import account
    from hub.audit.reading import NotReadable
    from tui.commands.record import one_record
    from tui.commands.verify import fail_unreadable

    evidence = one_record(home, name)
    try:
        found = account(evidence, home, moment(evidence, day))
    except Unreadable as error:
        fail_unreadable(home, error)
    except NotReadable as error:
        click.echo(f"{home}: {error.ja} / {error}", err=True)
        sys.exit(2)
    if as_json:
        shown = {
            **{field: getattr(found, field) for field in found.__struct_fields__},
            "overdue": len(found.overdue),
            "clean": found.clean,
        }
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=1).decode())
    else:
        _print(found)
    sys.exit(0 if found.clean else 1)


def moment(evidence: Evidence, day: datetime.datetime | None) -> int | None:
    """The time (ms) the account is for; None: the last of the record, since a practice day is not today."""
    from hub.domain.moment import DAY_MS, JAPAN_MS
    from sync.keys.party import Deployment

    if day is not None:
        return (day.date() - datetime.date(1970, 1, 1)).days * DAY_MS + DAY_MS - JAPAN_MS
    training = evidence.deployment is not None and Deployment.decode(evidence.deployment).training
    return None if training else real_ms()


def _print(found: Account) -> None:
    from hub.audit.reading import purpose_words
    from hub.audit.words.said import when
    from hub.domain.contracts.consent import FIELDS
    from hub.domain.personal.personal import ITEMS_JA, MEDIUM_JA, METHOD_JA

    click.echo(f"{found.path}  記録 / record {found.record}  {when(found.at_ms)} の時点 / as of")
    for words, held in (
        ("記録 / record", found.consents.record),
        ("送信 / send", found.consents.send),
        ("複写 / copy", found.consents.copy),
        ("消去 / erase", found.consents.erase),
    ):
        said = f"{held.reference}（{held.date}、{held.scope}）" if held else "なし / none"
        click.echo(f"  市の同意 / consent  {words}: {said}")
    keys = sum(one.key for one in found.left)
    file = (
        f"鍵 {keys}件、開けられる責任者 {found.managers}人 / {keys} keys, {found.managers} managers can open it"
        if found.vault
        else "この機械に鍵はありません / no keys on this machine"
    )
    click.echo(f"  {file}")
    click.echo(
        f"  残り {len(found.left)}人分、消去ずみ {found.erased}人分 / {len(found.left)} left, {found.erased} erased"
    )
    standing = {
        "kept": "期限内 / in time",
        "waiting": "市の承諾待ち / waits for the city",
        "overdue": "期限切れ / OVERDUE",
    }
    for one in found.left[:SHOWN]:
        click.echo(
            f"    予約 {one.reservation}  {one.date}  {when(one.until_ms)} まで / until  {standing[one.standing]}"
            f"{'' if one.key or not found.vault else '  鍵なし / no key'}"
        )
    if len(found.left) > SHOWN:
        click.echo(f"    ほか {len(found.left) - SHOWN}人分 / {len(found.left) - SHOWN} more (--json)")
    for subject in found.stray:
        click.echo(f"  × 消したはずの鍵 / a key that ought to be gone: {subject}")
    if found.erased and found.log_bytes:
        click.echo(f"  × 消去が終わっていません（ログ {found.log_bytes} バイト）/ erasing is not finished")
    click.echo(
        f"  写真 残り {len(found.pictures)}枚、消去ずみ {found.pictures_destroyed}枚"
        f" / {len(found.pictures)} pictures alive, {found.pictures_destroyed} destroyed"
    )
    for said in found.pictures:
        click.echo(f"  × 残っている写真 / a picture that is alive: {said}")
    for said in found.picture_files:
        click.echo(f"  × 写真のファイル / a file that is a photo: {said}")
    if found.event_pictures:
        many = len(found.event_pictures)
        click.echo(
            f"  報告書に使う催しの写真 {many}枚（人は写っていない）/ {many} pictures of events for reports, of nobody"
        )
    for shown in found.event_pictures:
        if not shown.seen:
            click.echo(
                f"  × 人が写っていないか未確認 / nobody has looked whether it shows people: {shown.date} {shown.what}"
            )
    if found.erasures:
        click.echo("  消去の申請と報告 / erasures requested and done")
        click.echo(f"    項目 {ITEMS_JA}\n    媒体 {MEDIUM_JA}\n    方法 {METHOD_JA}")
    for done in found.erasures:
        _print_erasure(done)
    click.echo(f"  閲覧 {len(found.readings)}回 / {len(found.readings)} readings")
    purposes = purpose_words()
    for read in found.readings[-SHOWN:]:
        field = FIELDS.get(read.field, (read.field, read.field))[0]
        click.echo(
            f"    {read.index:>6}  {when(read.at_ms)}  {read.person}  予約 {read.reservation}"
            f"{f'（{read.number}）' if read.number else ''}  {field}  {purposes.get(read.purpose, read.purpose)}"
        )
    click.echo(
        "○ 消すべきものは残っていません / nothing is left that ought to be gone"
        if found.clean
        else "× 残っています / something is left"
    )


def _print_erasure(done: VaultErasure) -> None:
    from hub.audit.words.said import when

    if done.planned:
        said = f"申請 {done.request}  {done.people}人分  予定日 {done.planned}  申請者 {done.asked_by}"
        if done.reference:
            how = "市の署名" if done.by_city else "書面"
            said += f"  承諾 {done.reference}（{done.consented}、{how}）"
        else:
            said += "  承諾待ち / waits for the city"
        click.echo(f"    {said}")
    if done.erased:
        click.echo(f"    {when(done.erased_ms)}  {done.erased_by}  {done.erased}人分を消去 / erased")
