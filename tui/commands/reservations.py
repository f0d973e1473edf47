"""`demado reservations`: sample lists for practice, and a list tried before the day."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.console import REFUSED, Folder, passphrase, passphrase_file, refusing

if TYPE_CHECKING:
    from hub.domain.contracts.contract import Profile
    from hub.domain.refusal import Refusal
    from hub.domain.reservations.reservation import Import


@click.group()
def reservations() -> None:
    """予約名簿の見本を作る・確かめる / make sample reservation lists, check real ones."""


@reservations.command()
@click.option("--contract", "contract_id", required=True, help="契約の識別子又はファイル / id or file of the contract")
@click.option("--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="来場日 / day of the visit")
@click.option("--people", default=30, show_default=True, type=click.IntRange(0, 2000), help="予約の数 / reservations")
@click.option("--seed", default=1, show_default=True, help="同じ種なら同じ見本 / the same seed, the same sample")
@click.option(
    "--encoding",
    default="utf-8",
    show_default=True,
    type=click.Choice(["utf-8", "utf-8-sig", "cp932"]),
    help="文字コード / encoding",
)
@click.option(
    "--bad", default=0, show_default=True, type=click.IntRange(0, 1000), help="誤りのある行を加える数 / bad rows"
)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="書き出し先 / file to write"
)
def sample(
    contract_id: str, day: datetime.datetime, people: int, seed: int, encoding: str, bad: int, out: Path
) -> None:
    """予約名簿の見本を書き出す（氏名・電話はすべて架空）/ write a sample list; every person in it is made up."""
    from hub.domain.reservations.reservation import header_map
    from hub.domain.reservations.samples import Sample, sample_bytes
    from sync.wholefile import write_whole

    profile = _profile(contract_id)
    mapping = header_map(profile)
    opens, closes = _hours(profile, day.date())
    wanted = Sample(
        date=day.date(),
        people=people,
        seed=seed,
        prefix=profile.id[:2].upper(),
        lanes=tuple(lane.ja for lane in profile.lanes if mapping.lanes.get(lane.ja)),
        opens=opens,
        closes=closes,
        bad=bad,
    )
    with refusing():
        write_whole(out, sample_bytes(wanted, mapping, encoding))
    click.echo(f"{out}：{people}件、誤り{bad}行、{encoding} / {people} reservations, {bad} bad rows")


@reservations.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--contract", "contract_id", help="契約の識別子又はファイル / id or file of the contract")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="来場日 / day the list is for")
@click.option("--made", type=click.DateTime(["%Y-%m-%d"]), help="申し込んだ日 / day on which these were asked for")
@click.option("--json", "as_json", is_flag=True, help="JSONで出す / print JSON")
@click.pass_context
def check(
    context: click.Context,
    file: Path,
    contract_id: str | None,
    day: datetime.datetime | None,
    made: datetime.datetime | None,
    as_json: bool,
) -> None:
    """予約名簿を読み、取れない行を行番号・列・理由で示す。あれば1で終わる / list refused rows; exit 1 if there are any."""
    from hub.domain.reservations import slots
    from hub.domain.reservations.csv_records import LARGEST
    from hub.domain.reservations.reservation import HeaderMap, header_map, read_reservations

    profile = None if contract_id is None else _profile(contract_id)
    mapping = HeaderMap() if profile is None else header_map(profile)
    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)  # one byte over the limit is enough to refuse it
    found = read_reservations(data, mapping, date=None if day is None else day.date())
    said: list[str] = []
    if profile is not None and day is not None:
        if made is not None and not slots.bookable(profile, made.date(), day.date()):
            window = profile.reservation.window_days
            raise click.ClickException(
                f"{day:%Y-%m-%d} の予約は{window}日前から受けます / reservations open {window} days before"
            )
        found, said = _fitted(found, profile, day.date())
    if as_json:
        _print_json(found, mapping.guided)
    else:
        _print_table(found)
        for words in said:
            click.echo(f"※ {words}")
        _print_untold(found, mapping.guided)
    context.exit(1 if found.problems else 0)


@reservations.command()
@click.option("--contract", "contract_id", required=True, help="契約の識別子又はファイル / id or file of the contract")
@click.option("--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="来場日 / day of the visit")
@click.option("--taken", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="予約名簿 / list so far")
@click.option("--made", type=click.DateTime(["%Y-%m-%d"]), help="申し込む日 / day on which visits are asked for")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="書き出し先 / file to write"
)
def seats(
    contract_id: str, day: datetime.datetime, taken: Path | None, made: datetime.datetime | None, out: Path
) -> None:
    """時間ごとの空席をCSVに書き出す（予約システム用）/ write the free seats per hour for the reservation system."""
    import csv
    import io

    from hub.client.views.booking import default_lane
    from hub.domain.reservations import slots
    from hub.domain.reservations.reservation import Import, header_map, read_reservations
    from sync.wholefile import write_whole

    profile, on = _profile(contract_id), day.date()
    event, hours = _event(profile, on)
    if made is not None and not slots.bookable(profile, made.date(), on):
        window = profile.reservation.window_days
        raise click.ClickException(f"{on} の予約は{window}日前から受けます / reservations open {window} days before")
    found = Import([], []) if taken is None else read_reservations(taken.read_bytes(), header_map(profile), date=on)
    lane = default_lane(profile, event)
    held = [slots.Slot(row.lane or lane, row.slot, row.people) for row in found.rows]
    lines = io.StringIO(newline="")
    table = csv.writer(lines)
    table.writerow(("日付", "受付区分", "時間", "席数", "予約済", "空席"))
    for row in slots.free_seats(profile, event, hours, held):
        hour = f"{slots.clock(row.hour * slots.HOUR)}-{slots.clock((row.hour + 1) * slots.HOUR)}"
        number = ("定めなし" if count is None else count for count in (row.seats, row.taken, row.free))
        table.writerow((on.isoformat(), profile.lane(row.lane).ja, hour, *number))
    with refusing():
        write_whole(out, lines.getvalue().encode("utf-8-sig"))  # with its mark, or Excel takes it for Shift_JIS
    _print_table(found)
    click.echo(f"{out}")


@reservations.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--home", type=Folder, required=True, help="管理者の端末のフォルダー / the manager's terminal's folder")
@click.option("--hub", "address", required=True, help="ハブのアドレス / address of the hub")
@click.option("--person", required=True, help="管理者の職員番号 例 staff-1 / the manager")
@passphrase_file
@click.pass_context
def bring_in(
    context: click.Context, file: Path, home: Path, address: str, person: str, passphrase_file: Path | None
) -> None:
    """名簿を開場中の日に取り込む。個人の欄は封をし、鍵は金庫へ / bring a list in: what names a person is sealed.

    取れない行は示し、ほかの行を取り込む（終了コード 1）。市の同意がなければ番号だけを取り込む。
    Refused rows are shown and the others taken (exit 1). Without the city's consent the numbers alone go in.
    """
    import asyncio

    from hub.domain.refusal import Refusal

    with refusing():
        words = passphrase(passphrase_file, f"{person} の合言葉", f"passphrase of {person}")
        found, kept, refusal = asyncio.run(_bring_in(file.read_bytes(), home, address, person, words))
    _print_table(found)
    if isinstance(refusal, Refusal):
        click.echo(
            f"{refusal.ja}\n  → {refusal.todo_ja}\n{refusal.en}\n  → {refusal.todo_en}\n[{refusal.code}]", err=True
        )
        context.exit(REFUSED)
    if found.refused:
        context.exit(1)
    click.echo(
        "個人の欄は封をして取り込みました。鍵はハブの金庫にあります / sealed; the keys are in the hub's vault"
        if kept
        else "市の同意（記録・送信）がないため、番号だけを取り込みました / number-only: the city has not consented"
    )
    context.exit(1 if found.problems else 0)


async def _bring_in(
    data: bytes, home: Path, address: str, person: str, words: str
) -> "tuple[Import, bool, Refusal | None]":
    """What was read, whether personal fields were kept, and the rule that refused it."""
    import datetime

    from hub.client.views import booking
    from hub.domain.contracts import consent
    from hub.domain.day import session_day
    from hub.domain.day.day import Phase
    from hub.domain.refusal import refuse
    from hub.domain.reservations import slots
    from hub.domain.reservations.reservation import Import, header_map, read_reservations
    from tui.commands.at_the_hub import at_the_hub, unlocked

    async with at_the_hub(home, address) as client:
        assert client.profile is not None
        booth = client.booth
        if booth.day.phase is Phase.CLOSED:
            return Import([], []), False, refuse("day.not_open")
        day = datetime.date.fromisoformat(booth.day.date)
        found = read_reservations(data, header_map(client.profile), date=day)
        manager = await unlocked(client, home, person, words)
        event, agreed = booth.day.event_type, booth.agreed
        hours = session_day.hours(client.profile, agreed, event, booth.day.date)
        found = slots.fit(found, client.profile, booking.default_lane(client.profile, event), hours)
        if not found.rows:
            return found, False, None
        kept = consent.may_keep(client.profile, booth.training, booth.day.date)
        return found, kept, await booking.bring_in(client, manager, found.rows)


def _profile(contract_id: str) -> "Profile":
    from hub.domain.contracts.reading import ProfileError, load_profile

    try:
        return load_profile(contract_id)
    except ProfileError as wrong:
        raise click.ClickException(str(wrong)) from wrong


def _fitted(found: "Import", profile: "Profile", on: datetime.date) -> "tuple[Import, list[str]]":
    """The list without what that day has no place for, and what is more than the contract expects."""
    from hub.client.views.booking import default_lane
    from hub.domain.reservations import slots

    event, hours = _event(profile, on)
    lane = default_lane(profile, event)
    fitted = slots.fit(found, profile, lane, hours)
    return fitted, slots.warnings(profile, [slots.Slot(row.lane or lane, row.slot, row.people) for row in fitted.rows])


def _event(profile: "Profile", on: datetime.date) -> "tuple[str, tuple[int, int]]":
    """The event that takes reservations on that day, and its hours; refused where the contract holds none."""
    from immutables import Map

    from hub.domain.contracts import calendar
    from hub.domain.day import session_day
    from hub.domain.reservations import slots

    for event in profile.event_types:
        if slots.booked_lanes(profile, event.id) and calendar.session_on(profile, event.id, on) is not None:
            hours = session_day.hours(profile, Map(), event.id, on.isoformat())
            return event.id, hours or _hours(profile, on)
    raise click.ClickException(f"{on} は予約を取る開催日ではありません / no session with reservations on {on}")


def _hours(profile: "Profile", day: datetime.date) -> tuple[int, int]:
    """Minutes since midnight between which the booth is open; 9:00 to 13:00 where the contract does not say."""
    from hub.domain.moment import minute_of

    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]
    rules = [rule for rule in profile.session_rules if rule.channel == "counter" and rule.open and rule.close]
    rules.sort(key=lambda rule: weekday not in rule.weekdays)
    for rule in rules:
        opens, closes = minute_of(rule.open or ""), minute_of(rule.close or "")
        if opens is not None and closes is not None:
            return opens, closes
    return 9 * 60, 13 * 60


def _print_json(found: "Import", guided: bool) -> None:
    """Counts and problems; never the reservations themselves, which are personal data."""
    import msgspec

    summary = {
        "records": found.records,
        "taken": len(found.rows),
        "refused": len({problem.line for problem in found.problems}),
        "blank": found.blank,
        "encoding": found.encoding,
        "file_refused": found.refused,
        "unused_columns": found.unused,
        "untold": [row.number for row in found.rows if not row.told] if guided else [],
        "problems": found.problems,
    }
    click.echo(msgspec.json.format(msgspec.json.encode(summary), indent=2).decode())


def _print_untold(found: "Import", guided: bool) -> None:
    """Whose reservation has no 案内済, by number, where the contract wants everybody told what to bring."""
    numbers = [row.number for row in found.rows if not row.told]
    if guided and not found.refused:
        click.echo(f"未案内 {len(numbers)}件 / {len(numbers)} not told yet" + "".join(f"\n  {one}" for one in numbers))


def _print_table(found: "Import") -> None:
    from rich.cells import cell_len, set_cell_size

    from hub.domain.visit.mixup import namesakes

    if found.problems:
        columns = [problem.column or "—" for problem in found.problems]
        width = max(4, *map(cell_len, columns))
        click.echo(f"{'行':>5} {set_cell_size('列', width)} 理由 / reason")
        for problem, column in zip(found.problems, columns, strict=True):
            line = str(problem.line) if problem.line else "—"
            click.echo(f"{line:>6} {set_cell_size(column, width)} {problem.ja}")
            click.echo(f"{'':6} {'':{width}} {problem.en}")
    if found.refused:
        return
    for numbers in namesakes(found.rows):
        alike = "、".join(numbers)
        click.echo(f"！同じ名前の予約：{alike}（番号で呼ぶ） / the same name: {alike} (call by number)")
    if found.unused:
        click.echo(f"使わない列（保存しません）/ columns not kept: {'、'.join(found.unused)}")
    refused = len({problem.line for problem in found.problems})
    click.echo(
        f"{found.records}行：取込{len(found.rows)}、不可{refused}、空行{found.blank}（{found.encoding}）"
        f" / {found.records} rows: {len(found.rows)} taken, {refused} refused, {found.blank} blank"
    )
