"""Who signed a record, person by person: that each key is one person's, whom their side has listed, by newest lists.

The rules know people by name, and the one who certifies gives the names: one key under two of them would be two people
for every rule that wants two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hub.audit.problem import Problem, finding
from hub.domain.people.roster import Keys
from sync.keys.certificate import Certificate, parse
from sync.keys.trust import TrustStore

PEOPLE = frozenset({"staff", "officer"})


def signed(trust: TrustStore, used: Iterable[bytes]) -> list[Certificate]:
    """The certificates by which people signed entries, of these ids."""
    wanted = set(used)
    return [cert for encoded in trust if (cert := parse(encoded)).kind in PEOPLE and trust.add(encoded) in wanted]


def check(people: Iterable[Certificate], keys: Keys) -> Iterator[Problem]:
    """One key that signed under two names, and a certificate that wants a newer list than the record ever took over."""
    names: dict[bytes, set[str]] = {}
    for cert in people:
        names.setdefault(cert.subject, set()).add(cert.person)
        taken = keys.taken.get(f"revocations/{cert.party}", 0)
        if cert.revocation > taken:
            yield finding(
                "signer.list_withheld", object=cert.person, party=cert.party, wants=cert.revocation, taken=taken
            )
    for key, under in sorted(names.items()):
        if len(under) > 1:
            yield finding("signer.two_names", object="、".join(sorted(under)), key=key)


def remarks(people: Iterable[Certificate], keys: Keys, listed: Mapping[tuple[str, str], set[str]]) -> Iterator[Problem]:
    """People who signed and stand on no roster that the record took over, or had more roles than any gave them.

    `listed`: party and person to the roles of every roster so far.
    """
    beyond: dict[tuple[str, str], set[str]] = {}
    for cert in people:
        if f"roster/{cert.party}" in keys.taken:
            roles = listed.get((cert.party, cert.person))
            if roles is None or not roles.issuperset(cert.roles):
                beyond.setdefault((cert.party, cert.person), set()).update(set(cert.roles) - (roles or set()))
    for (party, person), roles in sorted(beyond.items()):
        yield finding("remark.not_listed", object=f"{person} ({party})", roles=",".join(sorted(roles)))
