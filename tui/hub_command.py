"""`demado hub`: run the booth's daemon."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.option("--home", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--listen", default="0.0.0.0:7420", show_default=True, help="待ち受けるアドレス HOST:PORT")
@click.option("--office", default=None, help="事務所のアドレス ws://HOST:PORT/link")
@click.option("--devices", type=click.Choice(["emulated", "none"]), default="emulated", show_default=True)
@click.option("--announce/--no-announce", default=True, help="mDNS で知らせる")
@click.option("--simulated-start", type=int, default=None, hidden=True)
@click.option("--log", "log_level", default="WARNING", show_default=True)
def hub(
    home: Path,
    listen: str,
    office: str | None,
    devices: str,
    announce: bool,
    simulated_start: int | None,
    log_level: str,
) -> None:
    """ハブを動かす / Run the hub of a site (SIGTERM stops it cleanly)."""
    import asyncio
    import logging

    from hub.site.daemon import Options, run

    logging.basicConfig(level=log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    host, _, port = listen.rpartition(":")
    options = Options(home, host, int(port), office, devices, announce, simulated_start)
    sys.exit(asyncio.run(run(options)))
