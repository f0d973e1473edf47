"""Real records for tests: a deployment with both roots, its parties and people, and a maker that runs real commands.

world = World()                      # keys are derived from a seed: the same world every time
maker = RecordMaker(world)
maker.day(tickets=3)                 # a whole day, from opening to the city's acceptance of the papers
store = await maker.write(path)      # the record as a hub would have written it
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from hub import VERSION
from hub.domain import codec
from hub.domain.booth import Booth, Command, Event, decide, fold
from hub.domain.contracts.procedure import Step
from hub.domain.contracts.reading import decode_profile, profile_bytes, profile_hash
from hub.domain.custody import custody, forms, transit
from hub.domain.day import day, readiness
from hub.domain.devices import effect
from hub.domain.identity import identity
from hub.domain.identity.city_check import DRAWN_BYTES, CityCheck
from hub.domain.moment import Context
from hub.domain.moment import Signer as By
from hub.domain.photo import photo
from hub.domain.queue import queue
from hub.domain.refusal import Refusal
from hub.domain.visit import answers, form_id, originals, visit
from hub.domain.visit import steps as visit_steps
from hub.domain.visit.shown_papers import enough
from hub.signer import signer_of
from sync.keys.certificate import Certificate, Kind, issue
from sync.keys.certificate import Party as Side
from sync.keys.keys import Signer
from sync.keys.party import Deployment, Party, Person
from sync.keys.trust import TrustStore
from sync.record import command as signed_commands
from sync.record.checkpoint import Checkpoint, sign
from sync.record.command import Signed, sign_command
from sync.record.entry import Entry, decode_entry, encode_entry
from sync.record.merkle import Frontier, leaf_hash
from sync.record.store import RecordStore

MORNING_MS = 1_754_438_400_000  # 2025-08-06 09:00 in Japan, a Wednesday on which Koganei's booth is open
YEAR_MS = 366 * 86_400_000
EPOCH = 1


class World:
    """One deployment: a root for each side, an issuer under each, machines and people with real certificates."""

    def __init__(
        self, contract: str = "koganei", *, seed: str = "world", training: bool = True, more: str = ""
    ) -> None:
        """`more`: tables that this deployment's profile says beyond the shipped one (TOML)."""
        self.seed = seed
        self.profile_raw = profile_bytes(contract) + more.encode()
        self.profile = decode_profile(self.profile_raw, contract)
        self.roots = {"contractor": self.signer("contractor-root"), "city": self.signer("city-root")}
        self.deployment = Deployment(
            id=sha256(f"{seed}/deployment".encode()).digest()[:16],
            contract=contract,
            profile=profile_hash(self.profile_raw),
            contractor_root=self.roots["contractor"].public,
            city_root=self.roots["city"].public,
            training=training,
            record="hub-1",
            site="site-1",
        )
        self.issuers = {
            "contractor": self._issuer(
                "contractor", ("hub", "standby_hub", "terminal", "office", "staff", "director"), ("*",)
            ),
            "city": self._issuer("city", ("desk", "officer"), ("*",)),
        }
        self.hub = self.machine("hub-1", "hub", "contractor")
        self.terminal = self.machine("terminal-1", "terminal", "contractor")
        self.office = self.machine("office-1", "office", "contractor")
        self.desk = self.machine("desk-1", "desk", "city")
        self.manager = self.person("staff-1", "staff", "contractor", ("site_manager", "manager", "worker"))
        self.clerks = [self.person(f"staff-{n}", "staff", "contractor", ("worker",)) for n in (2, 3, 4)]
        self.officers = [self.person(f"officer-{n}", "officer", "city", ("city_staff",)) for n in (1, 2)]

    def signer(self, name: str) -> Signer:
        """The key of that name in this world."""
        return Signer(sha256(f"{self.seed}/{name}".encode()).digest())

    def certify(self, name: str, kind: Kind, side: Side, roles: tuple[str, ...] = (), **more: object) -> bytes:
        """A certificate for the key of that name by its side's issuer; `more` overrides any field."""
        fields: dict[str, object] = {
            "deployment": self.deployment.id,
            "subject": self.signer(name).public,
            "person": name,
            "kind": kind,
            "party": side,
            "roles": roles,
            "not_before_ms": MORNING_MS - YEAR_MS,
            "not_after_ms": MORNING_MS + 30 * YEAR_MS,  # links check it against the real time of the test run
            "issuer": self.signer(f"{side}-issuer").public,
        }
        cert = Certificate(**{**fields, **more})  # type: ignore[arg-type]
        return issue(cert, self._key(cert.issuer))

    def person(self, name: str, kind: Kind, side: Side, roles: tuple[str, ...]) -> Person:
        """Somebody with an unlocked key."""
        return Person(
            self.signer(name), made := self.certify(name, kind, side, roles), name, [made, self.issuers[side]]
        )

    def machine(self, name: str, kind: Kind, side: Side) -> Party:
        """A machine that knows its own chain and nothing else."""
        trust = self.trust()
        return Party(self.deployment, self.signer(name), self.certify(name, kind, side), trust)

    def trust(self) -> TrustStore:
        """A store of certificates that holds the issuers only."""
        trust = self.deployment.trust()
        for issuer in self.issuers.values():
            trust.add(issuer)
        return trust

    def save_home(self, party: Party, home: Path) -> None:
        """Write a machine's home folder, as set-up does."""
        party.save(home)
        (home / "profile.toml").write_bytes(self.profile_raw)

    def _issuer(self, side: Side, kinds: tuple[Kind, ...], roles: tuple[str, ...]) -> bytes:
        return self.certify(
            f"{side}-issuer",
            "issuer",
            side,
            issuer=self.roots[side].public,
            may_issue_kinds=kinds,
            may_issue_roles=roles,
        )

    def _key(self, public: bytes) -> Signer:
        names = ("contractor-root", "city-root", "contractor-issuer", "city-issuer")
        return next(key for key in map(self.signer, names) if key.public == public)


class RecordMaker:
    """Makes a record by running signed commands through decide, exactly as a hub does, in memory."""

    def __init__(self, world: World, *, start_ms: int = MORNING_MS) -> None:
        self.world = world
        self.booth = Booth(
            hub=world.deployment.record, profile=world.deployment.profile, training=world.deployment.training
        )
        self.frontier = Frontier()
        self.entries: list[bytes] = []
        self.ids: list[bytes] = []
        self.certificates: dict[bytes, None] = {}
        self.now_ms = start_ms
        self.software = VERSION
        self._made = 0
        self._seal = 0

    @property
    def size(self) -> int:
        return len(self.entries)

    def branch(self, size: int) -> RecordMaker:
        """Another history from the first `size` entries on, under other command ids: a hub whose card was put back."""
        other = RecordMaker(self.world, start_ms=self.now_ms)
        other._made = self._made + 100_000
        for index, body in enumerate(self.entries[:size]):
            other.entries.append(body)
            other.ids.append(self.ids[index])
            other.frontier.append(leaf_hash(body))
            other.booth = fold(other.booth, codec.decode_events(bytes(decode_entry(body).events)), index)
        other.certificates.update(self.certificates)
        return other

    def sign(
        self,
        command: Command,
        by: Person | Party,
        *,
        version: int = 0,
        id: bytes | None = None,
        arguments: bytes | None = None,
    ) -> Signed:
        """A signed command to this record; ids count up unless one is given, `arguments` are its own unless given."""
        self._made += 1
        kind, own = codec.encode_command(command)
        payload = signed_commands.Command(
            deployment=self.world.deployment.id,
            record=self.world.deployment.record,
            epoch=EPOCH,
            id=id or sha256(f"{self.world.seed}/command/{self._made}".encode()).digest()[:16],
            certificate=by.certificate_id,
            made_ms=self.now_ms,
            kind=kind,
            args=msgspec.Raw(own if arguments is None else arguments),
            version=version,
        )
        return sign_command(payload, by.signer)

    def do(self, command: Command, by: Person | Party, *, version: int = 0) -> tuple[Event, ...]:
        """Append one entry and return its events; AssertionError if a rule refuses the command."""
        context = self.context()
        decided = decide(self.world.profile, self.booth, command, context, self.by(by), version)
        assert not isinstance(decided, Refusal), decided.en
        self.append(self.sign(command, by, version=version), context, decided)
        for encoded in by.chain if isinstance(by, Person) else [by.certificate, self.world.issuers["contractor"]]:
            self.certificates.setdefault(encoded)
        return decided

    def append(self, signed: Signed, context: Context, events: tuple[Event, ...]) -> bytes:
        """Append an entry as it is given, true or forged, fold its events, and let a second pass."""
        body = encode_entry(
            Entry(
                1,
                self.size,
                EPOCH,
                msgspec.Raw(codec.encode_context(context)),
                signed,
                msgspec.Raw(codec.encode_events(events)),
            )
        )
        self.booth = fold(self.booth, events, context.index)
        self.entries.append(body)
        self.ids.append(signed_commands.read_command(signed.payload).id)
        self.frontier.append(leaf_hash(body))
        self.now_ms += 1_000
        return body

    def context(self) -> Context:
        """The context of the next entry."""
        return Context(self.size, self.now_ms, "boot-1", self.now_ms - MORNING_MS, self.software)

    def by(self, who: Person | Party) -> By:
        """What the domain is told of a signer."""
        authority = _trust(self.world, who).authority(who.certificate_id, self.now_ms)
        return signer_of(authority, self.world.profile.managing)

    def note(self, size: int | None = None) -> str:
        """The hub's signed checkpoint over the first `size` entries (all by default)."""
        frontier = self.frontier
        if size is not None and size != self.size:
            frontier = Frontier()
            for body in self.entries[:size]:
                frontier.append(leaf_hash(body))
        origin = self.world.deployment.origin
        return sign(Checkpoint(origin, frontier.size, frontier.root()), origin, self.world.hub.signer)

    async def write(self, path: Path, first: int = 0) -> RecordStore:
        """The record store at this path, with every entry from `first` on appended to what it holds."""
        store = await RecordStore.open(path, origin=self.world.deployment.origin)
        await store.put_object("profile", self.world.profile_raw)
        await store.put_object("deployment", self.world.deployment.encode())
        await self.add(store)
        return store

    async def add(self, store: RecordStore, size: int | None = None) -> None:
        """Append what this store lacks, up to `size`, with the checkpoint over it."""
        end = self.size if size is None else size
        if end > store.size:
            outcomes = [(self.ids[index], index, None) for index in range(store.size, end)]
            entries = self.entries[store.size : end]
            await store.append(entries, outcomes, self.note(end), list(self.certificates))

    # ------------------------------------------------------------------ a day

    def open(self) -> None:
        """The manager opens the day with the profile's first event type, and the officers come on duty."""
        event_type = self.world.profile.event_types[0].id
        profile = self.world.deployment.profile
        opened = day.OpenDay(day.iso_date(self.now_ms), event_type, "会場", profile, True)
        if "city_staff" in readiness.minimums(self.world.profile, event_type):
            self.do(identity.Attend(True), self.world.officers[0])
        self.do(opened, self.world.manager)
        for officer in self.world.officers:
            self.do(identity.Attend(True), officer)

    def ticket(self, *, lane: str = "", window: str = "窓口1", clerk: int = 0) -> int:
        """Issue, call and serve one ticket to its end; its id."""
        who = self.world.clerks[clerk % len(self.world.clerks)]
        method = next(m for m in self.world.profile.methods if m.id in self.world.profile.event_types[0].methods)
        (issued,) = self.do(queue.IssueTicket(lane or method.lane or self.world.profile.lanes[0].id), who)
        assert isinstance(issued, queue.TicketIssued)
        self.report(issued.ticket, "ticket")
        called = self.size
        self.do(queue.CallTicket(issued.ticket, window), who)
        self.report(called, "display", "voice")
        self.do(queue.StartService(issued.ticket), who)
        opened = self.size
        self.do(visit.OpenVisit(issued.ticket, method.id), who)
        for step in visit_steps.booth_steps(method):
            self._step(opened, step, who)
        if opened in self.booth.originals:
            self.do(originals.ReturnOriginals(opened), who)
        self.do(visit.FinishVisit(opened), who)
        self.do(queue.FinishTicket(issued.ticket), who)
        return issued.ticket

    def no_show(self, window: str = "窓口1") -> int:
        """A ticket whose holder never comes: few entries, and an end; its id."""
        who = self.world.clerks[0]
        (issued,) = self.do(queue.IssueTicket(self.world.profile.lanes[0].id), who)
        assert isinstance(issued, queue.TicketIssued)
        self.do(queue.CallTicket(issued.ticket, window), who)
        for _ in range(self.world.profile.operation.calls_before_no_show - 1):
            self.do(queue.RecallTicket(issued.ticket), who)
        self.do(queue.MarkNoShow(issued.ticket), who)
        return issued.ticket

    def report(self, entry: int, *kinds: str) -> None:
        """The hub reports these effects of an entry as done."""
        outcomes = tuple(effect.EffectOutcome(entry, kind, effect.EffectState.DONE) for kind in kinds)
        self.do(effect.ReportEffects(outcomes), self.world.hub)

    def _count_blanks(self) -> None:
        held, blanks = self.booth.forms.held, self.world.profile.blanks()
        there = {one.id: forms.remaining(held[one.id]) if one.id in held else 100 for one in blanks}
        if there:
            self.do(forms.CountForms(there), self.world.clerks[0])

    def close(self) -> None:
        """Reception stops, two people count and seal what was collected, the day closes, the city accepts."""
        clerk, other = self.world.clerks[:2]
        self._count_blanks()
        self.do(day.StopReception(), self.world.manager)
        self._count_blanks()
        loose = dict(custody.loose_by_class(self.booth.custody))
        if loose:
            self._seal += 1
            box, seal = f"箱{self._seal}", f"S-{self._seal:04}"
            sheets = {paper.id: loose.get(paper.id, 0) for paper in self.world.profile.handed_over()}
            for who in (clerk, other):
                self.do(custody.CountPapers(box, sheets), who)
            for who in (clerk, other):
                self.do(custody.SealContainer(box, seal), who)
            (offered,) = self.do(custody.OfferTransfer((box,)), self.world.manager)
            assert isinstance(offered, custody.TransferOffered)
            if self.world.profile.custody.named_carriers:
                due_ms = self.now_ms + 900_000
                self.do(
                    transit.Depart(offered.transfer, (box,), ("高橋",), "車", due_ms, self.now_ms), self.world.manager
                )
                self.do(transit.Arrive(offered.transfer, (box,), True, self.now_ms), self.world.manager)
            accepted = custody.AcceptTransfer(offered.transfer, offered.manifest, offered.seals, dict(offered.sheets))
            self.do(accepted, self.world.officers[0])
        self.do(day.CloseDay(), self.world.manager)

    def day(self, tickets: int = 2) -> None:
        """A whole day."""
        self.open()
        for number in range(tickets):
            self.ticket(clerk=number)
        self.close()
        self.now_ms += 86_400_000

    def _answer(self, opened: int, step: Step, who: Person) -> None:
        """What the contract asks before a step: the first choice that it takes, with its first reason."""
        method = self.world.profile.method(self.booth.visits.visits[opened].method)
        while question := answers.unanswered(self.booth.visits.visits[opened], method, self.world.profile, step.id):
            choice = next(choice for choice in question.choices if choice.accepted)
            reason = choice.reasons[0].id if choice.reasons else ""
            self.do(answers.AnswerQuestion(opened, question.id, choice.id, reason), who)

    def _step(self, opened: int, step: Step, who: Person) -> None:
        held = self.booth.visits.visits[opened]
        method = self.world.profile.method(held.method)
        self._answer(opened, step, who)
        if step.form_id:
            self.do(form_id.ReadForm(opened, step.id, opened.to_bytes(form_id.TAG_BYTES, "big")), who)
        if step.kind in visit_steps.CITY_KINDS:
            (asked,) = self.do(identity.RequestIdentity(opened, step.id, ("運転免許証",)), who)
            assert isinstance(asked, identity.IdentityRequested)
            officer = next(one for one in self.world.officers if one.person == asked.officer)
            self.do(self.decision(asked), officer)
        elif step.kind == "count":
            papers = [paper for paper in method.documents if paper.keep == "hand_over"]
            sheets = {paper.id: 1 if paper.required == "yes" else 0 for paper in papers}
            self.do(visit.CountSheets(opened, step.id, sheets), who)
        elif step.kind == "photo":
            self._photograph(opened, step, who)
        else:
            shown = enough(step, method)
            second = next(one for one in self.world.clerks if one.person != who.person) if step.checks else who
            signer = self.world.officers[0] if step.roles == ("city_staff",) else second
            self.do(visit.DoStep(opened, step.id, shown), signer)

    def _photograph(self, opened: int, step: Step, who: Person) -> None:
        shot = self.size
        self.do(photo.Shoot(opened, step.id), who)
        self.do(photo.ReportTaken(shot, b"c" * 32, True, ()), self.world.hub)
        self.do(photo.Confirm(shot, b"c" * 32, True, True), who)
        self.do(visit.DoStep(opened, step.id), who)
        places = {"camera": "verified", "hub": "erased", "spool": "unused", "terminal": "confirmed"}
        self.do(photo.ReportDestroyed(shot, places), self.world.hub)

    def decision(self, asked: identity.IdentityRequested) -> identity.DecideIdentity:
        """The confirming decision that fits a request."""
        return identity.DecideIdentity(
            request=asked.request,
            visit=asked.visit,
            hub=self.world.deployment.record,
            profile=self.world.deployment.profile,
            checkpoint_size=self.size,
            checkpoint_root=self.frontier.root(),
            outcome=identity.Outcome.CONFIRMED,
            checklist=CityCheck().every_point(),
            drawn=bytes(DRAWN_BYTES),
            sealed=bytes(identity.SEALED_BYTES),
        )


def _trust(world: World, who: Person | Party) -> TrustStore:
    if isinstance(who, Party):
        return who.trust if len(who.trust) > 2 else _with(world, [who.certificate])
    return _with(world, who.chain)


def _with(world: World, chain: list[bytes]) -> TrustStore:
    trust = world.trust()
    for encoded in chain:
        trust.add(encoded)
    return trust
