"""Whatever people, camera and hub do in whatever order: one picture at most, its own visit's, and gone in the end."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.domain.booth import Command
from hub.domain.moment import Signer
from hub.domain.photo import photo
from hub.domain.photo.photo import Level, PhotoState, Point
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import visit
from hub.domain.visit.visit import VisitState
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OTHER, Site, replayed

PICK = st.integers(0, 5)
SEEN = b"c" * 32
HOW = {
    "camera": st.sampled_from(["verified", "none", "by_hand"]),
    "hub": st.sampled_from(["erased", "restarted"]),
    "spool": st.sampled_from(["empty", "unused"]),
    "terminal": st.sampled_from(["confirmed", "unused", "gone"]),
}


class Photographs(RuleBasedStateMachine):
    """Three windows and a household, one camera. The pictures that exist in the world are kept beside the record."""

    @initialize()
    def booth(self) -> None:
        self.site = Site("koganei")
        self.exist: set[int] = set()
        """Shots whose picture is somewhere: taken by the camera, not yet destroyed."""
        self.bound: dict[int, int] = {}
        """Shot to the visit that was named when the shutter was asked for."""
        self.visits: list[int] = []
        for window, people in (("窓口1", 0), ("窓口2", 2), ("窓口3", 0)):
            ticket = self.site.serve("application_support", people, window)
            for _ in range(max(people, 1)):
                self.visits.append(self.site.do(visit.OpenVisit(ticket, "collect_in_person")))

    def attempt(self, command: Command, by: Signer = CLERK) -> int | None:
        """The entry, or None where a rule refuses it."""
        if isinstance(self.site.decide(command, by), Refusal):
            return None
        return self.site.do(command, by)

    @property
    def living(self) -> photo.Living | None:
        return self.site.booth.photos.living

    @rule(pick=PICK, by=st.sampled_from([CLERK, OTHER]))
    def shoot(self, pick: int, by: Signer) -> None:
        opened = self.visits[pick % len(self.visits)]
        shot = self.attempt(photo.Shoot(opened, "photo"), by)
        if shot is not None:
            assert not self.exist, "the shutter was released while a picture of somebody lived"
            self.exist.add(shot)
            self.bound[shot] = opened

    @precondition(lambda self: self.bound)
    @rule(pick=PICK, block=st.booleans(), data=st.data())
    def camera_answers(self, pick: int, block: bool, data: st.DataObject) -> None:
        """The answer to any shot there ever was, also one that nobody waits for any more."""
        shot = data.draw(st.sampled_from(sorted(self.bound)))
        points = (Point("tilt.left", Level.BLOCK),) if block else ()
        before = self.living
        done = self.attempt(photo.ReportTaken(shot, SEEN, True, points), HUB)
        if done is not None and before is not None and before.state is PhotoState.ASKED:
            assert self.living is not None and self.living.visit == self.bound[shot]

    @rule(data=st.data(), code=st.sampled_from(["camera.absent", "hub.restarted"]))
    def camera_fails(self, data: st.DataObject, code: str) -> None:
        shot = data.draw(st.sampled_from(sorted(self.bound) or [0]))
        self.attempt(photo.ReportFailed(shot, code), HUB)

    @precondition(lambda self: self.bound)
    @rule(data=st.data(), what=st.sampled_from(["retake", "override", "confirm", "cropped"]))
    def people_say(self, data: st.DataObject, what: str) -> None:
        shot = data.draw(st.sampled_from(sorted(self.bound)))
        if what == "retake":
            self.attempt(photo.Retake(shot))
        elif what == "override":
            self.attempt(photo.Override(shot, "ご本人の事情"))
        elif what == "cropped":
            self.attempt(photo.ReportCropped(shot, SEEN), HUB)
        else:
            self.attempt(photo.Confirm(shot, SEEN, True, True))

    @rule(pick=PICK)
    def end_step(self, pick: int) -> None:
        opened = self.visits[pick % len(self.visits)]
        before = self.living
        if self.attempt(visit.DoStep(opened, "photo")) is not None:
            assert before is not None and before.state is PhotoState.CONFIRMED and self.bound[before.shot] == opened

    @rule(pick=PICK, why=st.sampled_from(["under_one", "own_photo", "shy"]))
    def exempt(self, pick: int, why: str) -> None:
        self.attempt(photo.Exempt(self.visits[pick % len(self.visits)], "photo", why))

    @rule(pick=PICK, give_up=st.booleans())
    def end_visit(self, pick: int, give_up: bool) -> None:
        opened = self.visits[pick % len(self.visits)]
        living = self.living
        if give_up:
            self.attempt(visit.AbandonVisit(opened, "帰られた"))
        elif self.attempt(visit.DoStep(opened, "notices")) is not None:
            if self.attempt(visit.FinishVisit(opened)) is not None:
                assert living is None or living.visit != opened

    @rule(pick=PICK)
    def hold(self, pick: int) -> None:
        ticket = self.site.booth.visits.visits[self.visits[pick % len(self.visits)]].ticket
        living = self.living
        if self.attempt(queue.HoldTicket(ticket)) is not None:
            assert living is None or living.ticket != ticket
            self.site.do(queue.ResumeTicket(ticket))
            self.site.do(queue.CallTicket(ticket, f"窓口{len(self.site.entries)}"))
            self.site.do(queue.StartService(ticket))

    @precondition(lambda self: self.bound)
    @rule(data=st.data(), places=st.fixed_dictionaries(HOW))
    def destroy(self, data: st.DataObject, places: dict[str, str]) -> None:
        shot = data.draw(st.sampled_from(sorted(self.bound)))
        before = self.living
        if self.attempt(photo.ReportDestroyed(shot, places), HUB) is not None:
            assert before is not None and before.state is PhotoState.DOOMED
            assert places["camera"] != "by_hand" or before.vouched
            self.exist.discard(shot)

    @precondition(lambda self: self.living is not None)
    @rule()
    def look_into_the_camera(self) -> None:
        assert self.living is not None
        self.attempt(photo.VouchEmpty(self.living.shot, "カードを抜いて消した"), MANAGER)

    @invariant()
    def one_picture_and_it_is_the_records(self) -> None:
        assert len(self.exist) <= 1
        living = self.living
        assert self.exist == (set() if living is None else {living.shot})
        if living is not None:
            held = self.site.booth.visits.visits[living.visit]
            assert self.bound[living.shot] == living.visit
            assert held.state is VisitState.OPEN or living.state is PhotoState.DOOMED
            assert "photo" not in held.done or living.state is PhotoState.DOOMED

    def teardown(self) -> None:
        """Whatever was going on: everybody leaves, and no picture is left."""
        for opened in self.visits:
            self.attempt(visit.AbandonVisit(opened, "閉場"))
        living = self.living
        if living is not None:
            places = {"camera": "verified", "hub": "erased", "spool": "unused", "terminal": "gone"}
            self.site.do(photo.ReportDestroyed(living.shot, places), HUB)
        assert self.living is None
        assert replayed(self.site) == self.site.booth


Photographs.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestPhotographs = Photographs.TestCase
