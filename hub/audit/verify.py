"""verify: whether a record holds, from its files alone.

It trusts nothing it reads. Signatures lead to certificates, certificates to the two roots, and the roots are compared
with those that the reader gives; commands are replayed, so that the hub's own statements follow from what people
signed; the tree binds order and completeness, and the cosignatures say who else has seen it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec

from hub.audit import agreed as agreements
from hub.audit import apart, bundle_file, certificates, office_file, record_file, rootlists, signers
from hub.audit import memory as memories
from hub.audit.agreed import Agreed
from hub.audit.entries import Entries, Progress
from hub.audit.evidence import Evidence, Unreadable
from hub.audit.memory import Memory
from hub.audit.problem import Problem, finding
from hub.audit.witness import Witnesses
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import ProfileError, decode_profile
from hub.replay.cosigners import Witness
from sync.keys.certificate import Certificate, parse
from sync.keys.party import Deployment
from sync.keys.trust import TrustStore


class RootsUsed(msgspec.Struct, frozen=True):
    """The two roots (hexadecimal) that everything was led back to, and whether the reader gave them."""

    contractor: str
    city: str
    contractor_given: bool
    city_given: bool


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What an examination of one record found. Hashes and keys are hexadecimal; sizes count entries."""

    path: str
    form: str
    origin: str = ""
    training: bool = False
    contract: str = ""
    profile: str = ""
    """Hash of the contract profile by which every rule was applied."""
    agreed: bool = False
    """Whether the deployment was held against the agreement that both organisations have signed."""
    record: str = ""
    site: str = ""
    size: int = 0
    root: str = ""
    hub: str = ""
    """The key that signed the largest checkpoint that holds."""
    roots: RootsUsed = RootsUsed("", "", False, False)
    attested: int = 0
    """What the contractor attests: the largest size over which the hub's signature holds."""
    city_witnessed: int = 0
    """What the city has witnessed: entries from here on are attested by the contractor only."""
    office_cosigned: int = 0
    witnesses: tuple[Witness, ...] = ()
    replayed: int = 0
    """Entries that follow from their commands; less than `size` only where something is wrong."""
    signatures: int = 0
    commands: dict[str, dict[str, int]] = {}
    """Commands by kind, and in each by the signer's party."""
    unproven: tuple[int, ...] = ()
    """Entries by keys that were revoked before anybody but the hub had seen them, and that nobody has confirmed."""
    role_history: tuple[rootlists.RoleChange, ...] = ()
    """Who had which roles from which entry on, as the root-signed lists say that the record took over."""
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(
    path: Path | str,
    *,
    contractor_root: bytes | None = None,
    city_root: bytes | None = None,
    progress: Progress | None = None,
) -> Report:
    """The report on the record at this path; Unreadable if there is none. Runs long: call it outside of event loops."""
    return examine(load(Path(path)), contractor_root=contractor_root, city_root=city_root, progress=progress)


def load(path: Path) -> Evidence:
    """The one record at this path (see load_all); Unreadable if there are several."""
    found = load_all(path)
    if len(found) != 1:
        raise Unreadable(path=str(path), records=[one.path for one in found])
    return found[0]


def load_all(path: Path) -> list[Evidence]:
    """The records at this path (a bundle, a database, or a machine's folder), nothing checked; Unreadable."""
    try:
        if not path.is_dir():
            return _in_file(path)
        databases = _databases(path)
        if not databases:
            inside = [folder.name for folder in sorted(path.iterdir()) if folder.is_dir() and _databases(folder)]
            where = f"no record here, but in {', '.join(inside)}" if inside else "no record here"
            raise Unreadable(path=str(path), reason=where)
        return [one for file in databases for one in _in_file(file)]
    except OSError as error:
        raise Unreadable(path=str(path), reason=error.strerror) from error


def _databases(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.sqlite")) if holds_records(file)]


def holds_records(file: Path) -> bool:
    """Whether a file is a database that has a record in it, a hub's, a terminal's or an office's."""
    return record_file.is_record_file(file) or (record_file.is_database(file) and office_file.is_office_file(file))


def _in_file(file: Path) -> list[Evidence]:
    if record_file.is_record_file(file):
        return [record_file.read(file)]
    if not record_file.is_database(file):
        return [bundle_file.read(file)]
    if office_file.is_office_file(file):
        return office_file.read(file)
    raise Unreadable(path=str(file), reason="a database without a record")


def examine(
    evidence: Evidence,
    *,
    contractor_root: bytes | None = None,
    city_root: bytes | None = None,
    progress: Progress | None = None,
    memory: Memory | None = None,
    agreed: Agreed | None = None,
) -> Report:
    """The report on this evidence. Where the roots are not those given, nothing else is examined."""
    problems, remarks = list(evidence.problems), list[Problem]()
    report = Report(path=evidence.path, form=evidence.form, size=len(evidence.entries))
    read = _deployment(evidence.deployment)
    if isinstance(read, Problem):
        return msgspec.structs.replace(report, problems=(*problems, read))
    deployment, trust = read
    roots = RootsUsed(
        deployment.contractor_root.hex(),
        deployment.city_root.hex(),
        contractor_root is not None,
        city_root is not None,
    )
    report = msgspec.structs.replace(
        report,
        origin=deployment.origin,
        training=deployment.training,
        contract=deployment.contract,
        profile=deployment.profile.hex(),
        agreed=agreed is not None,
        record=deployment.record,
        site=deployment.site,
        roots=roots,
    )
    others = list(_other_roots(deployment, contractor_root, city_root))
    if others:
        return msgspec.structs.replace(report, problems=(*problems, *others))
    if contractor_root is None or city_root is None:
        remarks.append(finding("remark.roots_as_stated", object="deployment"))

    problems.extend(_other_names(evidence, deployment))
    if agreed is not None:
        problems.extend(agreements.check(deployment, agreed))
        problems.extend(agreements.check_certificates(certificates.well_formed(evidence.certificates), agreed))
    problems.extend(rootlists.take(trust, evidence.objects, evidence.lists))
    problems.extend(certificates.take(trust, evidence.certificates, evidence.beside))
    profiles, wrong = _profiles(evidence, deployment)
    problems.extend(wrong)
    entries = Entries(deployment, trust, profiles)
    problems.extend(entries.take(evidence.entries, progress, evidence.leaves))
    remarks.extend(entries.remarks())
    if evidence.copy:
        remarks.append(finding("remark.terminals_copy", object=evidence.name))
    if not evidence.entries:
        remarks.append(finding("remark.empty", object=evidence.name))
    witnesses = Witnesses(deployment, trust, entries.tree, entries.at_ms, entries.continuity, entries.revoked)
    problems.extend(witnesses.take(evidence.checkpoints))
    remarks.extend(witnesses.remarks(entries.at_ms))
    people = signers.signed(trust, entries.used)
    problems.extend(signers.check(people, entries.keys))
    remarks.extend(signers.remarks(people, entries.keys, entries.history.listed))
    if agreed is not None:
        remarks.extend(agreements.remarks(len(evidence.entries), entries.at_ms, agreed))
    if memory is not None:
        held = (entries.tree, entries.at_ms, entries.continuity, entries.revoked)
        problems.extend(memories.check_notes(memory.notes, deployment, trust, *held))
        problems.extend(memories.check_reports(memory.reports, trust, evidence.entries, entries.ids))
    problems.extend(apart.check(evidence))
    writer = entries.continuity.writer()
    since = writer.since if writer else 0
    about = rootlists.check(entries.takings, evidence.entries, trust, witnesses.found, since, copy=evidence.copy)
    for one in (*about, *_site(deployment, trust, witnesses.hub)):
        (remarks if one.code.startswith("remark.") else problems).append(one)
    remarks.extend(rootlists.remarks(entries.keys, trust))
    return msgspec.structs.replace(
        report,
        root=entries.tree.root().hex(),
        hub=witnesses.hub.hex(),
        attested=witnesses.attested,
        city_witnessed=witnesses.largest("desk"),
        office_cosigned=witnesses.largest("office"),
        witnesses=tuple(witnesses.found),
        replayed=entries.replayed,
        signatures=entries.signatures + witnesses.signatures + len(trust),
        commands={kind: dict(sorted(entries.commands[kind].items())) for kind in sorted(entries.commands)},
        unproven=tuple(sorted(entries.keys.unproven)),
        role_history=tuple(entries.history.changes),
        problems=tuple(problems),
        remarks=tuple(remarks),
    )


def _deployment(body: bytes | None) -> tuple[Deployment, TrustStore] | Problem:
    if body is None:
        return finding("deployment.missing", object="deployment")
    try:
        deployment = Deployment.decode(body)
        if deployment.encode() != body or len(deployment.profile) != 32:
            raise ValueError("not in its one form")
        return deployment, deployment.trust()
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        return finding("deployment.malformed", object="deployment", reason=error)


def _other_roots(deployment: Deployment, contractor: bytes | None, city: bytes | None) -> Iterator[Problem]:
    if contractor is not None and contractor != deployment.contractor_root:
        yield finding(
            "roots.contractor_differs", object="deployment", given=contractor, found=deployment.contractor_root
        )
    if city is not None and city != deployment.city_root:
        yield finding("roots.city_differs", object="deployment", given=city, found=deployment.city_root)


def _other_names(evidence: Evidence, deployment: Deployment) -> Iterator[Problem]:
    """Whether what is signed agrees on another name than the deployment states: then it is the deployment that is wrong.

    The deployment is signed by nobody; these of its words are bound by what others have signed, the rest by the agreement.
    """
    ids = {cert.deployment for cert in _readable(evidence.certificates)}
    if ids and deployment.id not in ids:
        yield finding("deployment.other_id", object="deployment", signed=",".join(sorted(one.hex() for one in ids)))
    origins = {one.note.partition("\n")[0] for one in evidence.checkpoints}
    if origins and deployment.origin not in origins:
        yield finding("deployment.other_record", object="deployment", signed=",".join(sorted(origins)))


def _readable(encoded: Iterable[bytes]) -> Iterator[Certificate]:
    return map(parse, certificates.well_formed(encoded))


def _profiles(evidence: Evidence, deployment: Deployment) -> tuple[dict[bytes, Profile], list[Problem]]:
    """The profile that the deployment pins. An object that nothing names could be changed unseen: it is refused."""
    problems: list[Problem] = []
    profiles: dict[bytes, Profile] = {}
    for one in evidence.objects:
        if one.kind in rootlists.KINDS:
            continue  # a root has signed it: rootlists looks at it
        where = f"object {one.hash.hex()[:16]} ({one.kind})"
        if one.kind != "profile" or one.hash != deployment.profile:
            problems.append(finding("object.unknown", object=where))
            continue
        try:
            profile = profiles[one.hash] = _profile(one.body)
        except ProfileError as error:
            problems.append(finding("profile.unusable", object=where, key=error.key, reason=error.reason))
            continue
        if profile.id != deployment.contract:
            problems.append(
                finding("deployment.other_contract", object="deployment", found=deployment.contract, profile=profile.id)
            )
    if all(sha256(one.body).digest() != deployment.profile for one in evidence.objects):
        problems.append(finding("profile.missing", object="deployment", profile=deployment.profile))
    return profiles, problems


@lru_cache(maxsize=8)  # one reader sees many records of few contracts, and reading a profile takes 20 ms
def _profile(raw: bytes) -> Profile:
    return decode_profile(raw, "profile")


def _site(deployment: Deployment, trust: TrustStore, hub: bytes) -> Iterator[Problem]:
    """Whether the hub's certificate is for the deployment's site: nothing else that is signed names it."""
    sites = {site for encoded in trust if parse(encoded).subject == hub for site in parse(encoded).sites}
    if hub and not sites:
        yield finding("remark.site_unproven", object="deployment", site=deployment.site)
    elif hub and deployment.site not in sites:
        yield finding("deployment.other_site", object="deployment", site=deployment.site, hub=",".join(sorted(sites)))
