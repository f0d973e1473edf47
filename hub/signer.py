"""What the rules are told of a signer: the one way from a verified certificate to the domain's Signer."""

from hub.domain.moment import MANAGER_ROLES, Signer
from sync.keys.trust import Authority


def signer_of(by: Authority, managing: frozenset[str] = MANAGER_ROLES) -> Signer:
    """The signer whom this authority stands for, under a contract in which these roles answer for a site."""
    return Signer(
        by.person, by.kind, by.party, by.roles, by.key, by.issuers, by.reset_by, by.roster, managing, by.in_place_of
    )
