"""demado office report: a contract's daily, monthly or final report, derived from all records that the office holds."""

import asyncio
import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sync.clock import real_ms
from tui.commands.console import Folder, refusing

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.contracts.duties import ReportForm
    from hub.domain.reports.counts import DayCounts
    from hub.domain.reports.event_picture import Pictures


@click.command()
@click.option("--home", type=Folder, required=True, help="事務局のフォルダー / the office's folder")
@click.option("--database", help="SQLAlchemy の URL（既定はフォルダー内の SQLite） / SQLAlchemy URL")
@click.option("--contract", help="様式を変えた契約ファイル / a contract file whose forms were changed")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="この日の報告 / of this day")
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="この月の報告 / of this month")
@click.option("--final", is_flag=True, help="契約全体の報告 / of the whole contract")
@click.option(
    "--check",
    is_flag=True,
    help="作らずに、前に作ったものが今も正しいか確かめる / only: are those made before current?",
)
@click.option("--pictures", "album", type=Folder, help="実施状況の写真のフォルダー / folder with the event's pictures")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="書き出すフォルダー / folder"
)
def report(
    home: Path,
    database: str | None,
    contract: str | None,
    day: datetime.datetime | None,
    month: datetime.datetime | None,
    final: bool,
    check: bool,
    album: Path | None,
    out: Path,
) -> None:
    """報告書を記録から作る（PDF・CSV・印刷用PDF） / derive reports from the records: PDF, CSV and a PDF to print."""
    if [day is not None, month is not None, final].count(True) != 1:
        raise click.UsageError("--date、--month、--final のどれか1つ / one of --date, --month, --final")
    period = "day" if day is not None else "month" if month is not None else "contract"
    named = f"{day:%Y-%m-%d}" if day is not None else f"{month:%Y-%m}" if month is not None else ""
    with refusing():
        profile, days, attached, training, where = asyncio.run(_held(home, database, contract))
    forms = [form for form in profile.report_forms if form.period == period]
    if not forms:
        raise click.ClickException("この契約にその報告の様式はありません / the contract has no such report form")
    with refusing():
        out.mkdir(parents=True, exist_ok=True)
        albums = {form.report: _pictures(form, attached, named, album) for form in forms if not check}
        stale = [
            form
            for form in forms
            if not _made(profile, form, days, named, out, training, where, albums.get(form.report, []), check=check)
        ]
    for form in stale:
        click.echo(
            f"※ {form.report} {named} は記録より古くなりました。作り直してください / stale: make it again", err=True
        )
    if stale:
        raise click.exceptions.Exit(1)


def _made(
    profile: "Profile",
    form: "ReportForm",
    days: "list[DayCounts]",
    named: str,
    out: Path,
    training: bool,
    where: str,
    pictures: "list[tuple[str, bytes]]",
    *,
    check: bool,
) -> bool:
    """Write one report, or with `check` say whether the one that is there has the numbers of now."""
    from hub.documents.period_report import period_report
    from hub.documents.setting import Made
    from hub.domain.reports import inquiry_list
    from hub.domain.reports import period_report as rules
    from sync.wholefile import write_whole

    try:
        rules.bound(profile, form, days, {path.stem for path in out.glob("*.csv")})
    except rules.Incomplete as lacking:
        raise click.ClickException(f"先に作る報告があります：{lacking} / missing: {lacking}") from lacking
    name = rules.file_name(form, named)
    found = rules.built(profile, form, days, named)
    table = out / f"{name}.csv"
    if check:
        return table.exists() and table.read_bytes() == rules.as_csv(found)
    made = period_report(found, profile.source.city, Made(where, training, {}, real_ms()), pictures)
    write_whole(out / f"{name}.pdf", made)
    write_whole(out / f"{name}-印刷用.pdf", made)
    if form.inquiries:
        asked = inquiry_list.lines(profile, rules.of_form(form, days), named)
        write_whole(out / f"{name}-問い合わせ.csv", inquiry_list.as_csv(asked))
    write_whole(table, rules.as_csv(found))  # last: that it is there says that the report was made
    click.echo(f"{out / name}.pdf：{len(found.rows)}回 / {len(found.rows)} sessions")
    for note in found.notes:
        click.echo(f"  {note}")
    if form.pictures:
        none = "" if pictures else f"（{form.pictures} は写真を求めています / the contract wants some）"
        click.echo(f"  実施状況の写真 {len(pictures)}枚 / pictures{none}")
    return True


def _pictures(form: "ReportForm", attached: "Pictures", named: str, album: Path | None) -> "list[tuple[str, bytes]]":
    """Caption and file of each picture of a report; refused while one is not confirmed, is absent or is another file."""
    import hashlib

    from hub.domain.reports import event_picture

    try:
        shown = event_picture.shown(form, attached, named)
    except event_picture.Unseen as unfinished:
        raise click.ClickException(
            f"写真 {len(unfinished.pictures)}枚を、だれも確かめていません：{unfinished}"
            f"\n  → 付けた人とべつの人が F4-7 の 9 で確かめるか、外してください"
            f" / {len(unfinished.pictures)} pictures are not confirmed by a second person"
        ) from unfinished
    found = []
    for one in shown:
        file = None if album is None else album / one.file_name
        data = file.read_bytes() if file is not None and file.is_file() else b""
        if hashlib.sha256(data).digest() != one.digest:
            raise click.ClickException(
                f"写真「{one.what}」（{one.file_name[:8]}…）がないか、記録と違います。--pictures で場所を指定"
                f" / a picture is absent, or is not the one of the record: say where with --pictures"
            )
        found.append((one.what, data))
    return found


async def _held(
    home: Path, database: str | None, contract: str | None
) -> "tuple[Profile, list[DayCounts], Pictures, bool, str]":
    """The contract, of every record the counts of its sessions and its pictures, whether it is practice, and the place."""
    from immutables import Map

    from hub.domain.contracts.reading import decode_profile, load_profile
    from hub.office.contents import PROFILE
    from hub.office.daycounts import counted
    from hub.office.store import FILE, OfficeStore
    from sync.keys.party import Party

    party = Party.load_of(home, {"office"})
    store = await OfficeStore.open(database or str(home / FILE))
    try:
        records = await counted(store, party.deployment)
        kept = [body for _, kind, body in await store.objects() if kind == PROFILE]
    finally:
        await store.close()
    profile = (
        load_profile(contract)
        if contract
        else decode_profile(kept[0] if kept else (home / "profile.toml").read_bytes(), "profile.toml")
    )
    days = [day.counts for record in records for day in record.days]
    # Numbered anew: two records can have a picture of the same entry.
    attached = Map(enumerate(one for record in records for one in record.pictures))
    return profile, days, attached, party.deployment.training, party.deployment.site
