"""`demado hub`: run the booth's daemon."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tui.commands.console import refusing, say_refused
from tui.commands.hub_pair import pair

NOT_STARTED = 2
"""Exit status of a hub that could not start: a person has to change something. 1 is a hub that had to stop."""


@click.group(invoke_without_command=True)
@click.option("--home", type=click.Path(path_type=Path), help="ハブのフォルダー / the hub's folder")
@click.option("--listen", default="0.0.0.0:7420", show_default=True, help="待ち受けるアドレス HOST:PORT")
@click.option("--office", default=None, help="事務所のアドレス ws://HOST:PORT/link")
@click.option(
    "--devices", type=click.Choice(["emulated", "none"]), default="emulated", show_default=True,
    help="名前を書かなかった機器 / devices that are not named below",
)  # fmt: skip
@click.option(
    "--ticket-printer",
    metavar="ADDRESS",
    help="番号札プリンター / ticket printer: tcp:HOST[:PORT], serial:PORT[:BAUD], usb:/dev/usb/lp0",
)
@click.option(
    "--display",
    nargs=2,
    type=(click.Choice(["epson-dm", "cd5220", "ad7sgpr"]), str),
    metavar="機種 PORT",
    help="呼出表示器 / queue display: epson-dm, cd5220, ad7sgpr; PORT: /dev/serial/by-id/...",
)
@click.option(
    "--document-camera",
    help="書類の静止画のカメラ（なければ --camera で撮る）/ camera for stills of papers: as --camera, or emulated (training)",
)
@click.option(
    "--camera",
    metavar="どれ",
    help="カメラ / camera: gphoto (USB), gphoto:ptpip:HOST, folder:PATH (RAM disk), picamera",
)
@click.option(
    "--display-brightness",
    type=click.IntRange(1, 4),
    default=4,
    show_default=True,
    help="表示器の明るさ / its brightness",
)
@click.option("--speaker", metavar="出力", help="音声 / sound output as ALSA names it: default, plughw:CARD=...")
@click.option(
    "--photo-printer", metavar="どれ", help="写真プリンター / photo printer: ipp://HOST/ipp/print, CUPSの列 / queue"
)
@click.option(
    "--status-url",
    metavar="URL",
    help="番号札のQRコードが開く、事務所の案内ページ / the office's public page that tickets' QR codes open: https://HOST",
)
@click.option("--announce/--no-announce", default=True, help="mDNS で知らせる")
@click.option(
    "--take-over", is_flag=True, help="--home の端末がハブを引き継ぐ / the terminal of --home becomes the hub"
)
@click.option(
    "--from", "sources", type=click.Path(path_type=Path, exists=True), multiple=True, metavar="TERMINAL_HOME",
    help="引継ぎ：もっと長い控えを持つ端末 / take-over: a terminal with a longer copy",
)  # fmt: skip
@click.option("--manager", default="", help="引継ぎ：管理者の職員番号 / take-over: the manager's number")
@click.option("--second", default="", help="引継ぎ：もう1人の職員番号 / take-over: the second person's number")
@click.option("--manager-passphrase-file", type=click.Path(path_type=Path), default=None)
@click.option("--second-passphrase-file", type=click.Path(path_type=Path), default=None)
@click.option(
    "--switched-off", is_flag=True, help="引継ぎ：前のハブが切れていることを2人で見た / two people have seen it"
)
@click.option("--simulated-start", type=int, default=None, hidden=True)
@click.option("--watch-loop", is_flag=True, hidden=True)
@click.option(
    "--log",
    "log_level",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
    default="WARNING",
    show_default=True,
)
@click.pass_context
def hub(
    context: click.Context,
    home: Path | None,
    listen: str,
    office: str | None,
    devices: str,
    ticket_printer: str | None,
    display: tuple[str, str] | None,
    camera: str | None,
    document_camera: str | None,
    display_brightness: int,
    speaker: str | None,
    photo_printer: str | None,
    status_url: str | None,
    announce: bool,
    take_over: bool,
    sources: tuple[Path, ...],
    manager: str,
    second: str,
    manager_passphrase_file: Path | None,
    second_passphrase_file: Path | None,
    switched_off: bool,
    simulated_start: int | None,
    watch_loop: bool,
    log_level: str,
) -> None:
    """ハブを動かす / Run the hub of a site (SIGTERM stops it cleanly)."""
    if context.invoked_subcommand is not None:
        return
    if home is None:
        raise click.UsageError("--home がいります / --home is needed")
    import logging

    from hub.event_loop import run_on_it
    from hub.site.address import listen_address
    from hub.site.devices.choice import DeviceChoice
    from hub.site.options import Options
    from hub.site.process import run
    from sync.errors import SyncError
    from sync.wholefile import FileFault

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=log_level.upper(), handlers=[handler])
    try:
        host, port = listen_address(listen)
        if take_over:
            from tui.commands.takeover import take_over as lead

            files = (manager_passphrase_file, second_passphrase_file)
            with refusing():
                home = lead(home, sources, (manager, second), files, switched_off)
        chosen = DeviceChoice(
            ticket_printer=ticket_printer,
            display=display,
            display_brightness=display_brightness,
            camera=camera,
            document_camera=document_camera,
            speaker=speaker,
            photo_printer=photo_printer,
        )
        options = Options(home, host, port, office, devices, announce, simulated_start, chosen, status_url, watch_loop)
        sys.exit(run_on_it(run(options)))
    except SyncError as error:
        say_refused(error)
        sys.exit(NOT_STARTED)
    except OSError as error:
        say_refused(FileFault(why=error.strerror or str(error), path=error.filename or ""))
        sys.exit(NOT_STARTED)


hub.add_command(pair)
