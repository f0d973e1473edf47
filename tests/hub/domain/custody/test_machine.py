"""Papers under any order of visits, counts, seals, offers, disputes and days: none is lost, and all can be handed over."""

from __future__ import annotations

import copy
from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hub.domain.booth import Command
from hub.domain.codec import decode_booth, decode_events, encode_booth
from hub.domain.custody import custody, storage
from hub.domain.custody import rules as custody_rules
from hub.domain.custody.custody import ContainerState, TransferState
from hub.domain.day.day import Phase
from hub.domain.devices.effect import EffectOutcome, EffectState, ReportEffects
from hub.domain.identity.identity import Attend
from hub.domain.moment import Signer, iso_date
from hub.domain.queue.queue import FinishTicket
from hub.domain.refusal import Refusal
from hub.domain.reports.counts import count_day, invariants
from hub.domain.visit import visit
from tests.hub.domain.booths import CLERK, HUB, MANAGER, OFFICER, OTHER, SECOND_OFFICER, Site, replayed

PEOPLE = st.sampled_from([CLERK, OTHER, MANAGER])
BOXES = st.sampled_from(["KG-1", "KG-2", "KG-3"])
SEALS = st.integers(1, 12).map("SL-{}".format)
OFF = st.sampled_from([0, 0, 0, -1, 1])
"""By how many sheets somebody counts wrong, or a sheet is really missing."""
CLASS = "identity_copy"


class PapersMachine(RuleBasedStateMachine):
    """Commands whether or not they are possible; the events alone are what the invariants are checked against."""

    @initialize(copies=st.lists(st.integers(1, 3), max_size=2))
    def open_the_day(self, copies: list[int]) -> None:
        self.site = Site()
        self.disputed: set[int] = set()
        self.seen: tuple[custody.CustodyCommand, int, Signer, custody.Custody] | None = None
        for number in copies:
            self.collect_one(number, give_up=False)

    def attempt(self, command: Command, by: Signer) -> bool:
        if isinstance(self.site.decide(command, by), Refusal):
            return False
        self.site.do(command, by)
        return True

    @precondition(lambda self: self.site.booth.day.phase is Phase.OPEN)
    @rule(copies=st.integers(1, 3), give_up=st.sampled_from([False, False, False, True]))
    def collect(self, copies: int, give_up: bool) -> None:
        self.collect_one(copies, give_up)

    def collect_one(self, copies: int, give_up: bool) -> None:
        site = self.site
        if not site.booth.identity.officers:
            site.do(Attend(True), OFFICER)
        opened = site.open_visit()
        site.steps(opened, until="collect_store")
        papers = {paper.id: 1 for paper in site.profile.method(site.method).documents if paper.keep == "hand_over"}
        site.do(visit.CountSheets(opened, "collect_store", papers | {CLASS: copies}))
        site.do(visit.AbandonVisit(opened, "帰られた") if give_up else visit.FinishVisit(opened))
        site.do(FinishTicket(site.booth.visits.visits[opened].ticket))

    @rule(box=BOXES, by=PEOPLE, off=st.integers(0, 1))
    def count(self, box: str, by: Signer, off: int) -> None:
        self.attempt(custody.CountPapers(box, self.site.found(**{CLASS: off})), by)

    @precondition(lambda self: custody.loose_sheets(self.site.booth.custody) > 0)
    @rule(box=BOXES, off=OFF, seal=SEALS, admit=st.booleans())
    def count_and_seal(self, box: str, off: int, seal: str, admit: bool) -> None:
        for person in (CLERK, OTHER):
            self.attempt(custody.CountPapers(box, self.site.found(**{CLASS: off})), person)
        if admit:
            self.admit_difference(box)
        for person in (CLERK, OTHER):
            self.attempt(custody.SealContainer(box, seal), person)

    @rule(box=BOXES, seal=SEALS, by=PEOPLE)
    def sign_seal(self, box: str, seal: str, by: Signer) -> None:
        known = self.site.booth.custody.containers.get(box)
        if known is not None and known.signed_by and seal > "SL-6":
            seal = known.seal  # mostly the second reads what the first read
        signed = () if known is None else known.signed_by
        if self.attempt(custody.SealContainer(box, seal), by):
            assert by.person not in signed

    @rule(box=BOXES)
    def admit_something(self, box: str) -> None:
        self.admit_difference(box)

    def admit_difference(self, box: str) -> None:
        self.attempt(custody.RecordDifference(box, "2人でさがした"), MANAGER)

    @precondition(lambda self: bool(self.site.booth.custody.containers))
    @rule(box=BOXES)
    def unseal(self, box: str) -> None:
        self.attempt(custody.UnsealContainer(box, "封印がこわれた"), MANAGER)

    @precondition(lambda self: bool(storage.boxes(self.site.booth.custody) or self.site.booth.stores))
    @rule(box=BOXES, by=PEOPLE, out=st.booleans())
    def store(self, box: str, by: Signer, out: bool) -> None:
        kept = self.site.booth.stores.get(box)
        command = storage.TakeOut(box) if out else storage.PutAway(box, "locked_store")
        if self.attempt(command, by) and kept is not None and not out:
            assert by.person not in kept.by

    @rule(boxes=st.lists(BOXES, max_size=2))
    def offer(self, boxes: list[str]) -> None:
        """Some boxes as they come, or all that are sealed."""
        containers = self.site.booth.custody.containers
        sealed = sorted(box.id for box in containers.values() if box.state is ContainerState.SEALED)
        if self.attempt(custody.OfferTransfer(tuple(boxes or sealed)), MANAGER):
            transfer = len(self.site.entries) - 1
            self.site.take_out()
            self.site.carry(transfer)

    def transfer(self, pick: int) -> custody.Transfer:
        transfers = self.site.booth.custody.transfers
        live = [number for number in sorted(transfers) if transfers[number].state in custody_rules.UNSIGNED]
        among = live or sorted(transfers)
        return transfers[among[pick % len(among)]]

    @precondition(lambda self: bool(self.site.booth.custody.transfers))
    @rule(pick=st.integers(0, 5), off=OFF, reason=st.sampled_from(["", "1枚ちがう"]), times=st.integers(1, 2))
    def accept(self, pick: int, off: int, reason: str, times: int) -> None:
        offered = self.transfer(pick)
        if dict(offered.sheets).get(CLASS, 0) + off < 0:
            return
        for _ in range(times):
            if self.attempt(self.site.acceptance(offered.id, reason, **{CLASS: off}), OFFICER):
                assert offered.offered_by != OFFICER.person
                if self.site.booth.custody.transfers[offered.id].state is TransferState.DISPUTED:
                    self.disputed.add(offered.id)

    @precondition(lambda self: bool(self.site.booth.custody.transfers))
    @rule(pick=st.integers(0, 5))
    def withdraw(self, pick: int) -> None:
        self.attempt(custody.WithdrawTransfer(self.transfer(pick).id, "箱ちがい"), MANAGER)

    @rule(
        box=BOXES,
        boxes=st.lists(BOXES, min_size=1, max_size=2, unique=True),
        pick=st.integers(0, 5),
        kind=st.sampled_from(["seal", "difference", "unseal", "offer", "withdraw"]),
        meanwhile=st.sampled_from(["", "count", "collect", "open", "seal", "dispute"]),
        seals=st.tuples(SEALS, SEALS),
        off=st.integers(-1, 1),
    )
    def look(
        self, box: str, boxes: list[str], pick: int, kind: str, meanwhile: str, seals: tuple[str, str], off: int
    ) -> None:
        """A screen asks, and whoever is asked thinks about it while others go on."""
        command: custody.CustodyCommand
        by = MANAGER
        match kind:
            case "seal":
                self.count_by_two(box, 0)
                command, by = custody.SealContainer(box, seals[0]), CLERK
            case "difference":
                self.count_by_two(box, off)
                command = custody.RecordDifference(box, "2人でさがした")
            case "unseal":
                command = custody.UnsealContainer(box, "封印がこわれた")
            case "withdraw" if self.site.booth.custody.transfers:
                command = custody.WithdrawTransfer(self.transfer(pick).id, "箱ちがい")
            case _:
                command = custody.OfferTransfer(tuple(boxes))
        if isinstance(self.site.decide(command, by), Refusal):
            return
        self.seen = (*self.site.as_shown(command), by, self.site.booth.custody)
        match meanwhile:
            case "count":
                self.count_by_two(box, off)
            case "collect" if self.site.booth.day.phase is Phase.OPEN:
                self.collect_one(1, give_up=False)
                self.count_by_two(box, 0)
            case "open" if self.attempt(custody.UnsealContainer(box, "封印がこわれた"), MANAGER):
                self.count_by_two(box, 0)
            case "dispute" if self.site.booth.custody.transfers:
                self.attempt(self.site.acceptance(self.transfer(pick).id, other=1), OFFICER)
        if meanwhile in ("open", "seal"):
            for person in (CLERK, OTHER):
                self.attempt(custody.SealContainer(box, seals[1]), person)

    def count_by_two(self, box: str, off: int) -> None:
        for person in (CLERK, OTHER):
            if self.site.booth.custody.loose.get(CLASS, 0) + off >= 0:
                self.attempt(custody.CountPapers(box, self.site.found(**{CLASS: off})), person)

    @precondition(lambda self: self.seen is not None)
    @rule()
    def say_yes(self) -> None:
        """What is signed is what was shown, whatever others did in between; what nobody touched is not refused."""
        assert self.seen is not None
        (command, version, by, before), now, self.seen = self.seen, self.site.booth.custody, None
        decided = self.site.decide(command, by, version)
        if isinstance(decided, Refusal):
            assert decided.code != "custody.changed" or before != now
            return
        match command, decided:
            case custody.SealContainer(container=box), _:
                assert custody.loose_by_class(before) == custody.loose_by_class(now)
                assert custody.open_container(before, box).signed_by == custody.open_container(now, box).signed_by
            case custody.RecordDifference(), (custody.DifferenceRecorded() as made, *_):
                assert made.difference == command.difference != ()
            case custody.UnsealContainer(container=box), _:
                assert before.containers[box].seal == now.containers[box].seal
            case custody.OfferTransfer(containers=boxes), _:
                assert [before.containers[box].seal for box in boxes] == [now.containers[box].seal for box in boxes]
            case custody.WithdrawTransfer(transfer=transfer), _:
                assert before.transfers[transfer] == now.transfers[transfer]
        done = self.site.do(command, by, version)
        if isinstance(command, custody.OfferTransfer):
            self.site.carry(done)

    @rule(days=st.integers(0, 2))
    def next_day(self, days: int) -> None:
        """Close if all is sealed, and open again: the same date, or a later one."""
        if custody.loose_sheets(self.site.booth.custody) or self.site.booth.day.phase is not Phase.OPEN:
            return
        self.site.close()
        self.site.wait(days * 86_400)
        self.site.do(self.site.opening(iso_date(self.site.at_ms)), MANAGER)

    # -------------------------------------------------------------- what always holds

    @invariant()
    def collected_is_loose_and_sealed_and_what_was_admitted(self) -> None:
        held = self.site.booth.custody
        owed = Counter(dict(held.collected))
        for difference in held.differences:
            if difference.where == "container":
                owed.update(dict(difference.sheets))
        there = Counter(dict(held.loose))
        there.update(custody.sealed(held))
        assert +owed == +there
        assert all(count >= 0 for count in held.loose.values())

    @invariant()
    def today_adds_up_too(self) -> None:
        held = self.site.booth.custody
        owed = Counter(dict(held.today.collected))
        for difference in held.differences:
            if difference.where == "container" and difference.day == held.day:
                owed.update(dict(difference.sheets))
        there = Counter(dict(held.loose))
        there.update(dict(held.today.sealed))
        assert +owed == +there

    @invariant()
    def accepted_is_what_was_offered_and_what_was_admitted(self) -> None:
        held = self.site.booth.custody
        expected: Counter[str] = Counter()
        for transfer in held.transfers.values():
            if transfer.state is TransferState.ACCEPTED:
                expected.update(dict(transfer.sheets))
        for difference in held.differences:
            if difference.where == "transfer":
                expected.update(dict(difference.sheets))
        assert +expected == +Counter(custody.received(held))

    @invariant()
    def every_box_has_one_custodian_and_lies_in_one_transfer(self) -> None:
        held = self.site.booth.custody
        for box in held.containers.values():
            assert (box.custodian != "") == (box.state is not ContainerState.OPEN)
            if box.state is ContainerState.ACCEPTED:
                assert box.custodian in (OFFICER.person, SECOND_OFFICER.person)
            elif box.state is not ContainerState.OPEN:
                assert box.custodian in (CLERK.person, OTHER.person, MANAGER.person)
        for transfer in held.transfers.values():
            if transfer.state in custody_rules.UNSIGNED:
                boxes = [held.containers[number] for number in transfer.containers]
                assert all((box.state, box.transfer) == (ContainerState.OFFERED, transfer.id) for box in boxes)
                assert tuple(box.seal for box in boxes) == transfer.seals
                assert custody.manifest_hash(tuple(boxes)) == transfer.manifest
        offered = [box for box in held.containers.values() if box.state is ContainerState.OFFERED]
        live = [number for t in held.transfers.values() if t.state in custody_rules.UNSIGNED for number in t.containers]
        assert sorted(live) == sorted(box.id for box in offered)

    @invariant()
    def each_difference_that_stayed_has_an_owner_and_a_day(self) -> None:
        known = self.site.booth.discrepancies
        assert known.counted == len(known.open) == len(self.site.booth.custody.differences)
        assert all(one.owner and one.due > iso_date(one.at_ms) for one in known.open.values())

    @invariant()
    def what_stands_in_a_place_is_a_sealed_box_that_is_here(self) -> None:
        assert set(self.site.booth.stores) <= set(storage.boxes(self.site.booth.custody))

    @invariant()
    def seals_are_used_once_and_two_people_sign(self) -> None:
        used: set[str] = set()
        half: dict[str, tuple[str, str]] = {}
        for entry in self.site.entries:
            for event in decode_events(entry.events):
                match event:
                    case custody.SealSigned() if half.get(event.container, ("", ""))[0] == event.seal:
                        assert half.pop(event.container)[1] != event.by
                    case custody.SealSigned():
                        assert event.seal not in used
                        used.add(event.seal)
                        half[event.container] = (event.seal, event.by)
                    case custody.ContainerSealed():
                        assert event.with_ and event.by != event.with_
                        half.clear()
                    case custody.PapersCounted():
                        half.pop(event.container, None)
                    case _:
                        pass
        assert used == set(self.site.booth.custody.seals)

    @invariant()
    def what_was_disputed_ends_admitted_agreed_or_taken_back(self) -> None:
        held = self.site.booth.custody
        admitted = {difference.id for difference in held.differences if difference.where == "transfer"}
        for number in self.disputed:
            transfer = held.transfers[number]
            if transfer.state is TransferState.ACCEPTED:
                assert (transfer.received != transfer.sheets) == (str(number) in admitted)
            else:
                assert transfer.state is not TransferState.OFFERED

    @invariant()
    def bytes_of_the_state_are_the_state(self) -> None:
        assert decode_booth(encode_booth(self.site.booth)) == self.site.booth

    def teardown(self) -> None:
        if not hasattr(self, "site"):
            return
        assert replayed(self.site) == self.site.booth
        site = copy.copy(self.site)
        site.entries = list(self.site.entries)
        hand_all_over(site)


def hand_all_over(site: Site) -> None:
    """From wherever the papers are: seal what is loose, close, offer, accept; and the day adds up."""
    clean = not site.booth.custody.differences
    if custody.loose_sheets(site.booth.custody):
        free = (f"KG-{n}" for n in range(4, 9))
        site.seal(next(free), "SL-last")
    due = tuple(EffectOutcome(entry, kind, EffectState.DONE) for entry, kind in site.booth.effects.open)
    if due:
        site.do(ReportEffects(due), HUB)
    site.close()
    site.take_out()
    sealed = [box.id for box in site.booth.custody.containers.values() if box.state is ContainerState.SEALED]
    if sealed:
        site.offer(*sorted(sealed))
    for transfer in sorted(site.booth.custody.transfers):
        if site.booth.custody.transfers[transfer].state in custody_rules.UNSIGNED:
            site.do(site.acceptance(transfer), OFFICER)
    held = site.booth.custody
    # Counted for, perhaps, but nothing in it: every other box is the city's.
    assert {box.state for box in held.containers.values()} <= {ContainerState.ACCEPTED, ContainerState.OPEN}
    if clean:
        assert custody.received(held) == {paper: count for paper, count in held.collected.items() if count}
        assert invariants(site.booth) == dict.fromkeys(invariants(site.booth), True)
        counts = count_day(site.booth).custody
        assert counts.counted == counts.sealed == counts.accepted


TestPapers = PapersMachine.TestCase
TestPapers.settings = settings(stateful_step_count=50)
