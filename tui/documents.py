"""Documents made at a terminal: into its own folder, and the screen says where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.documents.setting import Made
    from tui.layer import Terminal

FOLDER = "documents"


def path_of(terminal: Terminal, name: str) -> Path:
    """Where the document of that name lies on this terminal, made or not."""
    assert terminal.home is not None, "a demonstration has no folder"
    return terminal.home / FOLDER / f"{name}.pdf"


def make(terminal: Terminal, name: str, ja: str, en: str, render: Callable[[Made], bytes]) -> None:
    """Make it beside the screen (typst takes a second the first time) and say where it is, or why there is none."""
    assert terminal.station is not None
    words = terminal.tongue(f"{ja}をつくっています", f"making {en}")
    terminal.station.begin(words, lambda: made(terminal, name, ja, en, render))


async def made(terminal: Terminal, name: str, ja: str, en: str, render: Callable[[Made], bytes]) -> None:
    """The same within what has begun already: a paper that an entry comes before."""
    from hub.documents.pdf import Unprintable

    station, t = terminal.station, terminal.tongue
    assert station is not None
    try:
        path = await asyncio.to_thread(_write, terminal, name, render)
    except (Unprintable, OSError) as error:
        station.warn(
            t(f"{ja}をつくれません。記録は無事です。", f"{en} cannot be made; the record is safe."),
            t(f"紙の様式に書き、管理者へ（{error}）"[:60], f"use the paper form, tell the manager ({error})"),
            "document.unprintable",
        )
    else:
        station.say(
            t(f"{ja}をつくりました。", f"{en} is made."), t(f"印刷する：{path}", f"print it: {path}"), stays=True
        )


def _write(terminal: Terminal, name: str, render: Callable[[Made], bytes]) -> Path:
    from hub.documents.setting import Made
    from sync.wholefile import write_whole

    station = terminal.station
    assert station is not None
    made = Made(
        station.booth.day.venue or station.deployment.site,
        station.deployment.training,
        {person.person: person.name for person in station.client.people},
        station.now_ms(),
    )
    path = path_of(terminal, name)
    path.parent.mkdir(exist_ok=True)
    write_whole(path, render(made))
    return path
