"""Where a picture lives, with a real hub and libgphoto2's own virtual camera: what is taken is shown to one terminal, is
never a file, and is gone afterwards, whatever happened in between."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image
from skimage.data import astronaut

from hub.client.link.connection import HubClient
from hub.client.views.photoway import PhotoNotHere
from hub.domain.booth import Command
from hub.domain.photo import photo
from hub.domain.photo.photo import PhotoDestroyed, PhotoState
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import visit
from tests.hub.site.hubs import Site, site_at, soon

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="gphoto2 has wheels for Linux and macOS alone")

STEP, METHOD, LANE = "photo", "collect_in_person", "application_support"


class Studio:
    """A day at a booth with a camera, seen from one terminal."""

    def __init__(self, site: Site, terminal: HubClient) -> None:
        self.site = site
        self.terminal = terminal

    @property
    def living(self) -> photo.Living | None:
        return self.terminal.booth.photos.living

    async def do(self, command: Command) -> int:
        done = await soon(self.terminal.submit(command, self.site.world.clerks[0]))
        assert not isinstance(done, Refusal), done.code
        return done.index

    async def refused(self, command: Command) -> Refusal:
        answer = await soon(self.terminal.submit(command, self.site.world.clerks[1]))
        assert isinstance(answer, Refusal)
        return answer

    async def visit(self, window: str = "窓口1") -> int:
        """Somebody at a window, before the camera."""
        ticket = await self.do(queue.IssueTicket(LANE))
        await self.do(queue.CallTicket(ticket, window))
        await self.do(queue.StartService(ticket))
        return await self.do(visit.OpenVisit(ticket, METHOD))

    async def taken(self, opened: int) -> int:
        """A picture of this visit; the shot."""
        shot = await self.do(photo.Shoot(opened, STEP))
        await soon(self.terminal.until(lambda: self.living is not None and self.living.state is PhotoState.TAKEN))
        return shot

    async def gone(self) -> None:
        await soon(self.terminal.until(lambda: self.living is None))

    async def accept(self, opened: int, shot: int) -> None:
        """The applicant's word, the end of the step, and the picture's."""
        assert self.living is not None
        if self.living.blocked:
            await self.do(photo.Override(shot, "試験の写真"))
        await self.do(photo.Confirm(shot, self.living.commitment, True, True))
        await self.do(visit.DoStep(opened, STEP))
        await self.gone()


async def begun(site: Site) -> Studio:
    terminal = await site.terminal()
    await site.open_day(terminal)
    return Studio(site, terminal)


@pytest.fixture(scope="module")
def sitter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the virtual camera sees: one portrait."""
    folder = tmp_path_factory.mktemp("sitter")
    Image.fromarray(astronaut()).resize((1200, 1200)).save(folder / "face.jpg", quality=90)
    return folder


@pytest.fixture
async def site(tmp_path: Path, sitter: Path) -> AsyncIterator[Site]:
    async with site_at(tmp_path) as made:
        made.hub.environment["VCAMERADIR"] = str(sitter)
        yield made


@pytest.fixture
def cable(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], None]:
    """Says what is wrong with the camera's cable from now on; empty: nothing."""
    folder = tmp_path_factory.mktemp("iolibs")
    library, switch = folder / "faultusb.so", folder / "fault"
    source = Path(__file__).parents[3] / "drivers" / "faultusb.c"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    vusb = next(Path(sys.prefix).glob("lib/python*/site-packages/gphoto2/libgphoto2/vusb/vusb.so"))
    site.hub.environment |= {"DEMADO_IOLIBS": str(folder), "REAL_VUSB": str(vusb), "FAULTUSB": str(switch)}

    def suffer(what: str) -> None:
        switch.write_text(what + "\n")

    suffer("")
    return suffer


def pictures_in(folder: Path) -> list[Path]:
    """Files that hold a JPEG, whole or as a part of something."""
    return [path for path in folder.rglob("*") if path.is_file() and b"\xff\xd8\xff\xe0" in path.read_bytes()]


async def test_a_picture_is_shown_to_the_terminal_that_asked_for_it_is_no_file_and_ends_everywhere(site: Site) -> None:
    # AOMO-7.2-04
    await site.hub.start("--devices", "none", "--camera", "gphoto")
    studio = await begun(site)
    opened = await studio.visit()
    shot = await studio.taken(opened)

    shown = await soon(studio.terminal.photo.look(shot))
    preview = Image.open(io.BytesIO(shown.preview))
    assert max(preview.size) <= 480 and abs(preview.width / preview.height - 35 / 45) < 0.01

    other = site.world.machine("terminal-2", "terminal", "contractor")
    stranger = await soon(HubClient.open(site.hub.url, other, follow=False))
    site.clients.append(stranger)
    with pytest.raises(PhotoNotHere):
        await soon(stranger.photo.look(shot))
    assert pictures_in(site.folder) == []

    await studio.accept(opened, shot)
    assert studio.terminal.photo.shown is None
    with pytest.raises(PhotoNotHere):
        await soon(studio.terminal.photo.look(shot))
    assert await site.hub.stop() == 0
    ends = [event for _, events in await site.record() for event in events if isinstance(event, PhotoDestroyed)]
    places = (("camera", "verified"), ("hub", "erased"), ("spool", "unused"), ("terminal", "confirmed"))
    assert [(end.shot, end.why, end.places) for end in ends] == [(shot, "done", places)]


async def test_a_hub_that_is_killed_takes_the_picture_along_says_so_and_only_another_can_be_taken(site: Site) -> None:
    await site.hub.start("--devices", "none", "--camera", "gphoto")
    studio = await begun(site)
    opened = await studio.visit()
    shot = await studio.taken(opened)
    commitment = studio.living.commitment if studio.living is not None else b""
    await site.hub.kill()
    assert pictures_in(site.folder) == []
    await site.hub.start("--devices", "none", "--camera", "gphoto")
    await soon(studio.terminal.until(lambda: studio.terminal.connected))
    await studio.gone()
    gone = studio.terminal.booth.photos.gone
    assert gone is not None and gone.why == "hub.restarted"
    assert (await studio.refused(photo.Confirm(shot, commitment, True, True))).code == "photo.unknown_shot"
    assert (await studio.refused(visit.DoStep(opened, STEP))).code == "photo.none"
    await studio.accept(opened, await studio.taken(opened))


@pytest.mark.needs("gcc")
async def test_incident_3_a_cable_pulled_in_the_middle_of_a_shot_leaves_no_picture_and_the_next_one_is_whole(
    site: Site, cable: Callable[[str], None]
) -> None:
    await site.hub.start("--devices", "none", "--camera", "gphoto")
    studio = await begun(site)
    opened = await studio.visit()
    cable("yank-download 0")
    shot = await studio.do(photo.Shoot(opened, STEP))
    await soon(studio.terminal.until(lambda: studio.living is None or studio.living.state is PhotoState.DOOMED))
    cable("")
    await studio.gone()
    gone = studio.terminal.booth.photos.gone
    assert gone is not None and gone.why == "camera.absent" and gone.visit == opened
    again = await studio.taken(opened)
    assert again != shot
    await studio.accept(opened, again)


async def test_a_picture_that_comes_after_its_visit_was_given_up_is_nobodys(site: Site) -> None:
    await site.hub.start()  # with the emulated camera, which hangs when it is told to
    studio = await begun(site)
    opened, other = await studio.visit(), await studio.visit("窓口2")
    hang = site.devices / "camera.fault"
    hang.write_text("camera.hang")
    shot = await studio.do(photo.Shoot(opened, STEP))
    await studio.do(visit.AbandonVisit(opened, "帰られた"))
    assert (await studio.refused(photo.Shoot(other, STEP))).code == "photo.previous_alive"
    hang.unlink()
    await studio.gone()
    again = await studio.taken(other)
    await soon(studio.terminal.photo.look(again))
    await studio.terminal.close()  # the link ends with the picture on its screen
    studio.terminal = await site.terminal()
    await studio.do(photo.Retake(again))
    await studio.gone()
    await studio.accept(other, await studio.taken(other))
    assert await site.hub.stop() == 0
    found = [event for _, events in await site.record() for event in events]
    assert [event.shot for event in found if isinstance(event, photo.PhotoLate)] == [shot]
    ends = [(event.why, dict(event.places)["terminal"]) for event in found if isinstance(event, PhotoDestroyed)]
    assert ends == [("abandoned", "unused"), ("retake", "gone"), ("done", "unused")]


async def test_the_live_picture_is_for_the_terminal_and_the_visit_at_the_camera_and_is_over_before_any_shutter(
    site: Site,
) -> None:
    await site.hub.start()
    studio = await begun(site)
    stranger = await soon(
        HubClient.open(site.hub.url, site.world.machine("terminal-2", "terminal", "contractor"), follow=False)
    )
    site.clients.append(stranger)
    ticket = await studio.do(queue.IssueTicket(LANE, people=2))
    await studio.do(queue.CallTicket(ticket, "窓口1"))
    await studio.do(queue.StartService(ticket))
    first = await studio.do(visit.OpenVisit(ticket, METHOD))
    second = await studio.do(visit.OpenVisit(ticket, METHOD))

    async def why(terminal: HubClient, opened: int) -> str:
        """Why nothing is seen; empty where a frame came."""
        frame = await soon(terminal.live.look(opened))
        assert bool(frame.jpeg) != bool(frame.why) and terminal.live.frame is (frame if frame.jpeg else None)
        return frame.why

    assert await why(stranger, first) == await why(studio.terminal, second) == "photo.not_here"
    frame = await soon(studio.terminal.live.look(first))
    assert 0 < max(Image.open(io.BytesIO(frame.jpeg)).size) <= 480
    assert await why(stranger, first) == await why(stranger, second) == "photo.not_here"
    assert await why(studio.terminal, first) == ""
    assert pictures_in(site.folder) == []

    shot = await studio.taken(first)  # the hub has the terminal let go of the frame before the camera is asked
    assert studio.terminal.live.frame is None
    assert await why(studio.terminal, first) == await why(studio.terminal, second) == "photo.not_here"
    await studio.accept(first, shot)
    assert await why(studio.terminal, first) == "photo.not_here"
    assert await why(studio.terminal, second) == ""
    await studio.do(visit.AbandonVisit(second, "帰られた"))
    await soon(studio.terminal.until(lambda: studio.terminal.live.frame is None))
    assert await site.hub.stop() == 0
    ends = [event for _, events in await site.record() for event in events if isinstance(event, PhotoDestroyed)]
    assert [end.shot for end in ends] == [shot] and pictures_in(site.folder) == []


async def test_a_terminal_that_no_longer_asks_for_the_live_picture_is_told_to_let_go_of_its_last_frame(
    site: Site,
) -> None:
    await site.hub.start()
    studio = await begun(site)
    opened = await studio.visit()
    assert (await soon(studio.terminal.live.look(opened))).jpeg
    await soon(studio.terminal.until(lambda: studio.terminal.live.frame is None))
    again = await soon(studio.terminal.live.look(opened))
    while again.why == "photo.not_here":  # our question and our word that we have let go may cross: screens ask on
        again = await soon(studio.terminal.live.look(opened))
    assert again.jpeg
