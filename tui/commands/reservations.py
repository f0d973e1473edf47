"""`demado reservations`: sample lists for practice, and a list tried before the day."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hub.domain.contract import Profile
    from hub.domain.reservation import Import


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
    from hub.domain.reservation import header_map
    from hub.domain.reservation_samples import Sample, sample_bytes

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
    try:
        out.write_bytes(sample_bytes(wanted, mapping, encoding))
    except OSError as wrong:
        raise click.ClickException(f"{out}に書けません / cannot write: {wrong.strerror}") from wrong
    click.echo(f"{out}：{people}件、誤り{bad}行、{encoding} / {people} reservations, {bad} bad rows")


@reservations.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--contract", "contract_id", help="契約の識別子又はファイル / id or file of the contract")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="来場日 / day the list is for")
@click.option("--json", "as_json", is_flag=True, help="JSONで出す / print JSON")
@click.pass_context
def check(
    context: click.Context, file: Path, contract_id: str | None, day: datetime.datetime | None, as_json: bool
) -> None:
    """予約名簿を読み、取れない行を行番号・列・理由で示す。あれば1で終わる / list refused rows; exit 1 if there are any."""
    from hub.domain.csv_records import LARGEST
    from hub.domain.reservation import HeaderMap, header_map, read_reservations

    mapping = HeaderMap() if contract_id is None else header_map(_profile(contract_id))
    with file.open("rb") as opened:
        data = opened.read(LARGEST + 1)  # one byte over the limit is enough to refuse it
    found = read_reservations(data, mapping, date=None if day is None else day.date())
    if as_json:
        _print_json(found)
    else:
        _print_table(found)
    context.exit(1 if found.problems else 0)


def _profile(contract_id: str) -> "Profile":
    from hub.domain.contract import ProfileError, load_profile

    try:
        return load_profile(contract_id)
    except ProfileError as wrong:
        raise click.ClickException(str(wrong)) from wrong


def _hours(profile: "Profile", day: datetime.date) -> tuple[int, int]:
    """Minutes since midnight between which the booth is open; 9:00 to 13:00 where the contract does not say."""
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]
    rules = [rule for rule in profile.session_rules if rule.channel == "counter" and rule.open and rule.close]
    rules.sort(key=lambda rule: weekday not in rule.weekdays)
    for rule in rules:
        if rule.open and rule.close:
            return _minutes(rule.open), _minutes(rule.close)
    return 9 * 60, 13 * 60


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _print_json(found: "Import") -> None:
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
        "problems": found.problems,
    }
    click.echo(msgspec.json.format(msgspec.json.encode(summary), indent=2).decode())


def _print_table(found: "Import") -> None:
    from rich.cells import cell_len, set_cell_size

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
    if found.unused:
        click.echo(f"使わない列（保存しません）/ columns not kept: {'、'.join(found.unused)}")
    refused = len({problem.line for problem in found.problems})
    click.echo(
        f"{found.records}行：取込{len(found.rows)}、不可{refused}、空行{found.blank}（{found.encoding}）"
        f" / {found.records} rows: {len(found.rows)} taken, {refused} refused, {found.blank} blank"
    )
