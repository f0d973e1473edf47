"""A record read through, for showing and counting: what each entry says, believed as it stands. verify is what checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from hub.audit.evidence import Evidence
from hub.audit.explain import Explainer
from hub.audit.words.identity import OUTCOMES
from hub.audit.words.said import Said
from hub.domain import codec
from hub.domain.booth import Booth, fold
from hub.domain.contracts.contract import Operation, Profile
from hub.domain.contracts.reading import ProfileError, decode_profile
from hub.domain.day import day
from hub.domain.people.pairing import PairingAccepted
from hub.domain.reports.absences import Absence, Watch
from hub.domain.reports.counts import DayCounts, count_day, invariants
from sync.errors import Malformed, SyncError, on_one_line
from sync.keys.certificate import Certificate, certificate_id, parse
from sync.keys.party import Deployment
from sync.record.command import read_command
from sync.record.entry import decode_entry


class NotReadable(SyncError):
    """An entry whose bytes say nothing: only verify can tell what is wrong."""

    code = "audit.not_readable"
    ja = "記録の項目を読めません。demado verify で確かめてください。"
    en = "An entry cannot be read; check the record with demado verify."


class Shown(msgspec.Struct, frozen=True):
    """One entry in words. Who signed is as the certificate beside it says, its chain not checked here."""

    index: int
    at_ms: int
    person: str
    kind: str
    """Kind of the signer's certificate; empty if the certificate is missing."""
    party: str
    command: str
    ja: tuple[str, ...]
    en: tuple[str, ...]


class Day(msgspec.Struct, frozen=True):
    """One day's counts and what must be true of a finished one; `opened_at` is the entry that opened it."""

    opened_at: int
    closed: bool
    counts: DayCounts
    invariants: dict[str, bool]
    software: tuple[str, ...]
    """The versions of the program that decided the day's entries, in the order in which they first did."""
    absences: tuple[Absence, ...] = ()
    """When nobody was there who has to be, as far as the record goes; one that has not ended yet is not among them."""


def purpose_words(evidence: Evidence | None = None) -> dict[str, str]:
    """For what personal data may be read, by its id, in Japanese: as the record's profile has it, else as usual."""
    profile = None if evidence is None else profile_of(evidence)
    return {one.id: one.ja for one in (Operation() if profile is None else profile.operation).purposes}


def profile_of(evidence: Evidence) -> Profile | None:
    """The contract profile that lies with the record, or None."""
    for one in evidence.objects:
        try:
            return decode_profile(one.body, "profile")
        except ProfileError:
            continue
    return None


def words(evidence: Evidence) -> dict[str, str]:
    """What the contract calls its methods, papers and kinds of event, and what an outcome is called: id to Japanese."""
    names = {outcome.value: said.ja for outcome, said in OUTCOMES.items()}
    profile = profile_of(evidence)
    if profile is not None:
        names |= {paper.id: paper.ja for paper in profile.known_papers()}
        names |= {method.id: method.ja for method in profile.methods}
        names |= {event.id: event.ja for event in profile.event_types}
    return names


def certificates_of(evidence: Evidence) -> dict[bytes, Certificate]:
    """The certificates that lie with the record, by id; their chains not checked here."""
    found: dict[bytes, Certificate] = {}
    for encoded in (*evidence.certificates, *evidence.beside):
        try:
            found[certificate_id(encoded)] = parse(encoded)
        except Malformed:
            continue
    return found


def show(evidence: Evidence) -> Iterator[Shown]:
    """Every entry in words, in order; NotReadable at the first that cannot be read."""
    people = certificates_of(evidence)
    explainer = Explainer(profile_of(evidence))
    for index, body in enumerate(evidence.entries):
        try:
            entry = decode_entry(body)
            context = codec.decode_context(bytes(entry.context))
            command = read_command(entry.command.payload)
            events = codec.decode_events(bytes(entry.events))
        except (Malformed, msgspec.MsgspecError, ValueError) as error:
            raise NotReadable(index=index, why=str(error)) from error
        by = people.get(command.certificate)
        said = [explainer.explain(event) for event in events] or [Said("（出来事なし）", "(no event)")]
        yield Shown(
            index,
            context.at_ms,
            on_one_line(by.person) if by else command.certificate.hex()[:16],
            by.kind if by else "",
            by.party if by else "",
            on_one_line(command.kind),
            tuple(on_one_line(one.ja) for one in said),
            tuple(on_one_line(one.en) for one in said),
        )


def acceptances(evidence: Evidence) -> list[PairingAccepted]:
    """The terminals that managers accepted at this booth, in order; NotReadable where an entry cannot be read."""
    found: list[PairingAccepted] = []
    for index, body in enumerate(evidence.entries):
        try:
            events = codec.decode_events(bytes(decode_entry(body).events))
        except (Malformed, msgspec.MsgspecError, ValueError) as error:
            raise NotReadable(index=index, why=str(error)) from error
        found += [event for event in events if isinstance(event, PairingAccepted)]
    return found


def days(evidence: Evidence) -> list[Day]:
    """The counts of every day in the record, from its events; NotReadable where they cannot be folded."""
    deployment = Deployment.decode(evidence.deployment) if evidence.deployment else None
    booth = (
        Booth(hub=deployment.record, profile=deployment.profile, training=deployment.training)
        if deployment
        else Booth()
    )
    found: list[Day] = []
    opened: int | None = None
    software: dict[str, None] = {}
    watch = Watch(profile_of(evidence))
    for index, body in enumerate(evidence.entries):
        try:
            entry = decode_entry(body)
            events = codec.decode_events(bytes(entry.events))
            context = codec.decode_context(bytes(entry.context))
            for event in events:
                # A date that is opened again goes on: its counts are one day's.
                if isinstance(event, day.DayOpened) and (opened is None or event.date != booth.day.date):
                    if opened is not None:
                        found.append(_day(booth, opened, software, watch))
                    opened, software = index, {}
            software[context.software] = None
            booth = fold(booth, events, index)
            watch.look(booth, context.at_ms)
        except (Malformed, msgspec.MsgspecError, ValueError, LookupError) as error:
            raise NotReadable(index=index, why=str(error)) from error
    if opened is not None:
        found.append(_day(booth, opened, software, watch))
    return found


def _day(booth: Booth, opened: int, software: Iterable[str], watch: Watch) -> Day:
    """The day that this state is the end of; its absences are taken from the watch."""
    absences, watch.over = tuple(watch.over), []
    closed = booth.day.phase is day.Phase.CLOSED
    return Day(opened, closed, count_day(booth), invariants(booth), tuple(software), absences)
