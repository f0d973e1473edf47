"""What the rules are told of a signer: the one way from a verified certificate to the domain's Signer."""

from hub.domain.moment import Signer
from sync.trust import Authority


def signer_of(by: Authority) -> Signer:
    """The signer whom this authority stands for."""
    return Signer(by.person, by.kind, by.party, by.roles, by.key, by.issuers, by.reset_by, by.roster)
