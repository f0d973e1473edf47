"""demado paper-numbers: numbers to print before a day, for the hour when no printer works."""

from __future__ import annotations

from pathlib import Path

import click

from sync.clock import real_ms
from tui.commands.console import refusing

LAST = 40
"""Five pages: as many as come in two hours, which is longer than a printer takes to be replaced."""


@click.command("paper-numbers")
@click.argument("contract")
@click.option("--date", required=True, help="開催日 YYYY-MM-DD / the day")
@click.option("--from", "first", type=click.IntRange(1, 99), default=1, show_default=True)
@click.option("--to", "last", type=click.IntRange(1, 99), default=LAST, show_default=True)
@click.option("--training", is_flag=True, help="訓練用 / for practice: marked on every number")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="PDF を書く / the PDF")
def paper_numbers(contract: str, date: str, first: int, last: int, training: bool, out: Path) -> None:
    """紙の番号札（P-01…）をPDFにする / Numbers on paper as a PDF; CONTRACT is a shipped contract or a profile's file."""
    from hub.documents import paper_numbers as paper
    from hub.domain.contracts.reading import load_profile
    from hub.domain.moment import as_date
    from sync.wholefile import write_whole

    if as_date(date) is None or last < first:
        raise click.BadParameter("YYYY-MM-DD、--from は --to まで / and --from not above --to")
    with refusing():
        profile = load_profile(contract)
        made = paper.paper_numbers(profile, date, first, last, training=training, at_ms=real_ms())
        write_whole(out, made)
    click.echo(f"{out}: P-{first:02} - P-{last:02}  {date}")
