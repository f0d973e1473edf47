"""The lists that only a root signs: who takes part, and which keys are used no more. Numbered, each replacing the last."""

from __future__ import annotations

from collections.abc import Sequence, Set
from pathlib import Path
from typing import NamedTuple

import msgspec

from hub.setup.agreement import Site
from hub.setup.names import need_name
from hub.setup.registry import Registry, named
from hub.setup.root import Root, need_root
from sync import canonical
from sync.errors import SyncError
from sync.keys.party import LockedPerson
from sync.keys.revocation import Revocations, Revoked, sign_revocations
from sync.keys.roster import Member, Roster, sign_roster
from sync.keys.trust import NotOnRoster
from sync.wholefile import write_whole


class NobodyOfThatName(SyncError):
    """The registry has issued nothing under this name."""

    code = "registry.unknown_name"
    ja = "その名前の鍵はありません。"
    en = "No key of that name was issued here."
    todo_ja = "`demado keys list` で名前を確かめてください。会場で加わった端末は、先に `demado keys paired` で登録簿に書きます。"
    todo_en = "`demado keys list` shows the names; a terminal that joined at the booth is written down by `demado keys paired`."


class NothingToSign(SyncError):
    """The newest roster lists exactly these people."""

    code = "roster.unchanged"
    ja = "名簿は前と同じです。新しい署名は要りません。"
    en = "The roster is as it was; nothing needs a signature."
    todo_ja = "人を登録または失効させたあとで行ってください。"
    todo_en = "Sign it after enrolling or revoking somebody."


class ChangedMeanwhile(SyncError):
    """Somebody was enrolled or revoked between what was shown to whoever signs, and their signature."""

    code = "roster.changed_meanwhile"
    ja = "見せたあとに、名簿の下書きが変わりました。署名していません。"
    en = "The draft of the roster has changed since it was shown; nothing was signed."
    todo_ja = "もう一度 `demado roster sign` を行い、変わった内容を確かめてください。"
    todo_en = "Run `demado roster sign` again and look at what has changed."


class Changes(NamedTuple):
    """What the next roster says otherwise than the newest: shown to whoever signs it."""

    added: tuple[Member, ...]
    removed: tuple[Member, ...]
    changed: tuple[Member, ...]


def draft(registry: Registry) -> list[Member]:
    """Who the next roster will list, by person id; nobody whose enrolment was cut off before it counted. RegistryDamaged.

    Where the file is gone, the newest signed roster stands for it: nobody is struck off because of a lost file.
    """
    try:
        with named(_draft_path(registry)):
            members = canonical.decode(_draft_path(registry).read_bytes(), tuple[Member, ...])
    except FileNotFoundError:
        newest = registry.trust().roster(registry.side)
        return [] if newest is None else list(newest.members)
    issued = {held.subject for _, held in registry.certificates()}
    return [member for member in members if member.key in issued]


def set_draft(registry: Registry, members: Sequence[Member]) -> None:
    """Replace the draft."""
    ordered = tuple(sorted(members, key=lambda member: member.person))
    write_whole(_draft_path(registry), canonical.encode(ordered), secret=True)


def changes(registry: Registry) -> Changes:
    """How the draft differs from the newest signed roster."""
    newest = registry.trust().roster(registry.side)
    before = {member.person: member for member in (newest.members if newest is not None else ())}
    after = {member.person: member for member in draft(registry)}
    return Changes(
        tuple(member for name, member in after.items() if name not in before),
        tuple(member for name, member in before.items() if name not in after),
        tuple(member for name, member in after.items() if name in before and before[name] != member),
    )


def sign_next_roster(registry: Registry, root: Root, now_ms: int, shown: Changes | None = None) -> bytes:
    """Have the root sign the draft under the next number; NotThisRoot, NothingToSign.

    `shown`: what whoever signs has looked at; ChangedMeanwhile if it is that no more.
    """
    _need_our_root(registry, root)
    with registry.alone():
        found = changes(registry)
        if not any(found):
            raise NothingToSign(party=registry.side)
        if shown is not None and found != shown:
            raise ChangedMeanwhile(party=registry.side)
        return _sign_draft(registry, root, now_ms)


def _sign_draft(registry: Registry, root: Root, now_ms: int) -> bytes:
    """The draft as the next roster, signed and kept; for who is `alone`."""
    newest = registry.trust().roster(registry.side)
    number = 1 if newest is None else newest.number + 1
    members = tuple(draft(registry))
    encoded = sign_roster(Roster(registry.terms.deployment, registry.side, number, now_ms, members), root.signer)
    registry.keep_list(encoded)
    return encoded


def take_reset(registry: Registry, site: Site, who: LockedPerson, now_ms: int) -> Member:
    """Put the key that a manager has made at a site for a listed person on the next roster; the member as it will be.

    TrustError leaves if no manager of ours made it; NotOnRoster if the person is listed no more.
    """
    trust = registry.trust()
    for above in who.chain:
        trust.add(above)
    found = trust.authority(trust.add(who.certificate), now_ms)
    trust.need_unrevoked(found)
    with registry.alone():
        members = {member.person: member for member in draft(registry)}
        before = members.get(found.person)
        if before is None or found.person != who.person:
            raise NotOnRoster(person=found.person, number=0)
        after = msgspec.structs.replace(before, key=found.key)
        registry.keep(who.certificate)
        who.save(registry.place(site))  # a hub that is enrolled anew gets the key that its person can open
        set_draft(registry, [*(member for member in members.values() if member is not before), after])
    return after


def revoke(
    registry: Registry, root: Root, name: str, reason: str, *, since_ms: int, now_ms: int, key: bytes | None = None
) -> list[bytes]:
    """Revoke every key that was issued under a name, and take a person off the roster; the signed lists.

    `key`: that of a terminal which a manager let in at the booth: the registry has no certificate of it.
    NobodyOfThatName, NotThisRoot, NameUnusable (of the reason). The list of revoked keys is signed and kept first: if
    the second step is interrupted, `roster sign` does the rest.
    """
    _need_our_root(registry, root)
    why = need_name(reason)
    with registry.alone():
        keys = need_issued(registry, name) if key is None else {key}
        newest = registry.trust().revocations(registry.side)
        before = () if newest is None else newest.revoked
        fresh = tuple(
            Revoked(key, name, why, since_ms) for key in sorted(keys) if newest is None or newest.of(key) is None
        )
        made: list[bytes] = []
        set_draft(registry, [member for member in draft(registry) if member.person != name])
        if fresh:
            number = 1 if newest is None else newest.number + 1
            listed = Revocations(registry.terms.deployment, registry.side, number, now_ms, before + fresh)
            made.append(sign_revocations(listed, root.signer))
            registry.keep_list(made[0])
        if any(member.person == name for member in changes(registry).removed):
            made.append(_sign_draft(registry, root, now_ms))
    return made


def need_issued(registry: Registry, name: str) -> set[bytes]:
    """Every key that was issued under a name; NobodyOfThatName."""
    keys = {held.subject for _, held in registry.certificates() if held.person == name}
    if not keys:
        raise NobodyOfThatName(name=name)
    return keys


class Stopped(NamedTuple):
    """What a revocation stops beside the keys that it names."""

    known: tuple[str, ...]
    """People and machines whom the registry knows to be certified with those keys alone."""
    renews: bool
    """One of the keys renews: whom it has certified at a booth, the registry learns late or never."""


def stopped_with(registry: Registry, keys: Set[bytes]) -> Stopped:
    """What else a revocation of these keys will stop, as far as the registry knows."""
    newest = registry.trust().revocations(registry.side)
    gone = keys | {one.key for one in (() if newest is None else newest.revoked)}
    issuers: dict[tuple[str, bytes], set[bytes]] = {}
    renews = False
    for _, held in registry.certificates():
        renews = renews or (held.renews and held.subject in keys)
        if held.subject not in gone:
            issuers.setdefault((held.person, held.subject), set()).add(held.issuer)
    known = {person for (person, _), by in issuers.items() if by <= gone and not by.isdisjoint(keys)}
    return Stopped(tuple(sorted(known)), renews)


def _need_our_root(registry: Registry, root: Root) -> None:
    roots = registry.terms.roots
    need_root(root.card, registry.side, roots.city if registry.side == "city" else roots.contractor)


def _draft_path(registry: Registry) -> Path:
    return registry.folder / "roster.draft"
