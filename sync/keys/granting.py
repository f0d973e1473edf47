"""What an issuer may grant: pure rules over the words of certificates, each refused by name."""

from typing import Final

from sync.errors import on_one_line
from sync.keys.certificate import Certificate, Kind, Party
from sync.keys.roster import Member, Roster
from sync.keys.trustfaults import CityOnly, ListMissing, NotAllowed, OutsideValidity

# These never chain to the contractor's root, whatever an issuer's certificate lists.
CITY_ONLY_KINDS: Final = frozenset[Kind]({"desk", "officer"})
CITY_ONLY_ROLES: Final = frozenset({"city_staff"})
CITY_KINDS: Final = CITY_ONLY_KINDS | frozenset[Kind]({"issuer"})
RENEWABLE_KINDS: Final = frozenset[Kind]({"staff", "officer", "terminal"})
ANY_ROLE: Final = "*"  # in may_issue_roles of an issuer that a root itself has signed


def check_own(id: bytes, cert: Certificate) -> None:
    """Raise for what no issuer can grant: a contradiction inside the certificate itself."""
    if cert.not_after_ms < cert.not_before_ms:
        raise OutsideValidity(certificate=id, person=cert.person)
    if any(on_one_line(name) != name for name in (cert.person, *cert.roles, *cert.sites)):
        raise NotAllowed(certificate=id, why="a name that is not only letters")  # shown to people, as it stands
    if cert.kind != "issuer" and (cert.may_issue_kinds or cert.may_issue_roles):
        raise NotAllowed(certificate=id, why="only an issuer may issue")
    if cert.renews and cert.kind != "issuer":
        raise NotAllowed(certificate=id, why="only an issuer may renew")
    if cert.renews and not RENEWABLE_KINDS.issuperset(cert.may_issue_kinds):
        raise NotAllowed(certificate=id, why="renewal is for people and terminals")
    if ANY_ROLE in cert.roles:
        raise NotAllowed(certificate=id, why="nobody holds every role")
    if cert.party == "city":
        if cert.kind not in CITY_KINDS:
            raise NotAllowed(certificate=id, why="kind", kind=cert.kind, party=cert.party)
    elif cert.kind in CITY_ONLY_KINDS or CITY_ONLY_KINDS.intersection(cert.may_issue_kinds):
        raise CityOnly(certificate=id, why="kind", kind=cert.kind)
    elif CITY_ONLY_ROLES.intersection(cert.roles) or CITY_ONLY_ROLES.intersection(cert.may_issue_roles):
        raise CityOnly(certificate=id, why="role", roles=",".join(cert.roles))


def check_root(id: bytes, cert: Certificate, root: Party) -> None:
    """Raise NotAllowed (or CityOnly) unless the certificate is of the party whose root signed it."""
    if cert.party != root:
        refusal = CityOnly if cert.party == "city" else NotAllowed
        raise refusal(certificate=id, why="party", party=cert.party)


def check_granted(id: bytes, cert: Certificate, issuer: Certificate) -> None:
    """Raise NotAllowed unless the issuer's own certificate lets it grant everything that this one states."""
    if cert.party != issuer.party:
        refusal = CityOnly if cert.party == "city" else NotAllowed
        raise refusal(certificate=id, why="party", party=cert.party)
    kinds = {cert.kind, *cert.may_issue_kinds}
    if not kinds.issubset(issuer.may_issue_kinds):
        raise NotAllowed(certificate=id, why="kind", kind=cert.kind)
    if ANY_ROLE in cert.may_issue_roles:
        raise NotAllowed(certificate=id, why="only a root lets an issuer grant every role")
    # An issuer that lists every role was signed by a root: the line above refuses all others.
    if ANY_ROLE not in issuer.may_issue_roles:
        roles = {*cert.roles, *cert.may_issue_roles}
        if not roles.issubset(issuer.may_issue_roles):
            raise NotAllowed(certificate=id, why="role", roles=",".join(sorted(roles)))
    if issuer.sites and not (cert.sites and set(cert.sites).issubset(issuer.sites)):
        raise NotAllowed(certificate=id, why="site", sites=",".join(cert.sites))


def check_renewed(id: bytes, cert: Certificate, issuer: Certificate, roster: Roster | None) -> Member | None:
    """The member of the roster whom this certificate renews, None for a terminal; raises ListMissing, NotAllowed.

    `roster`: the one that the certificate names, since what was granted under it stays so when the list is replaced.
    """
    if cert.kind == "terminal":
        if cert.roles:
            raise NotAllowed(certificate=id, why="a terminal has no roles")
        return None
    if roster is None:
        raise ListMissing(certificate=id, list="roster", party=cert.party, number=cert.roster)
    # The holder of the renewing key is a person of the roster too: two-person rules count the two as one after a reset.
    if roster.member(issuer.person) is None:
        raise NotAllowed(certificate=id, why="issuer not on roster", person=issuer.person, number=cert.roster)
    member = roster.member(cert.person)
    if member is None:
        raise NotAllowed(certificate=id, why="person not on roster", person=cert.person, number=cert.roster)
    if not set(cert.roles).issubset(member.roles):
        raise NotAllowed(certificate=id, why="role not on roster", roles=",".join(cert.roles), number=cert.roster)
    return member
