"""`demado terminal`: the staff terminal."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="この端末のフォルダー（空なら会場に加わる） / this terminal's folder; an empty one joins a site",
)
@click.option("--hub", "url", default=None, help="ハブのアドレス（省くとさがす） / address of the hub, else mDNS")
@click.option("--person", default="", help="はじめに入れておく職員番号 / staff number to begin with")
@click.option("--window", default="", help="窓口の名前（例 窓口1） / name of the window")
@click.option("--language", type=click.Choice(["ja", "en"]), default="ja", show_default=True)
@click.option("--demo", type=int, default=0, hidden=True, help="番号札をこの数だけ作り、動かし続ける（測定用）")
def terminal(home: Path | None, url: str | None, person: str, window: str, language: str, demo: int) -> None:
    """受付端末を開く / Open the staff terminal."""
    import gc

    gc.disable()  # nothing that starting makes is garbage, and looking for it delays the first picture
    from tui.terminal.app import run
    from tui.terminal.terminal import StaffTerminal

    if demo:
        from tui.terminal.demo_booth import demo_terminal

        run(demo_terminal(demo, window=window or "窓口1", language=language))
        return
    if home is None:
        raise click.UsageError("--home がいります / --home is needed")
    if url is not None and "://" not in url:
        url = f"ws://{url if ':' in url else url + ':7420'}/link"
    run(StaffTerminal(home, url=url, person=person, window=window, language=language))
