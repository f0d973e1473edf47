"""Terminals that joined at a booth are known to the registry through the record, and only those whom a root proves."""

from __future__ import annotations

from pathlib import Path

from hub.client.joining.granting import certify_terminal
from hub.domain.people.pairing import PairingAccepted
from hub.setup.enrolling import renewal_key
from hub.setup.expiry import of_registry
from hub.setup.paired import Paired, take
from sync.keys.certificate import certificate_id
from sync.keys.keys import Signer
from tests.hub.setup.quick import NOW_MS, SITES, WORDS, registries
from tests.records import World


def accepted(name: str, key: Signer, certificate: bytes) -> PairingAccepted:
    return PairingAccepted(7, key.public, name, certificate_id(certificate), 0, NOW_MS, "staff-1")


def test_an_accepted_terminal_is_written_down_once_and_listed(tmp_path: Path) -> None:
    registry, _ = registries(tmp_path)
    issuing = registry.unlock(WORDS)
    manager = renewal_key(issuing, "staff-1", SITES)
    registry.keep(manager.certificate)
    key, deployment = Signer.generate(), registry.terms.of(registry.terms.site(SITES[0]))
    made = certify_terminal(manager, registry.trust(), deployment, key.public, "terminal-21", NOW_MS)
    event = accepted("terminal-21", key, made)
    assert take(registry, [event], []) == Paired((), (), ("terminal-21",))  # it has not linked yet
    assert take(registry, [event], [b"no certificate", made, manager.certificate]) == Paired(("terminal-21",), (), ())
    assert take(registry, [event], [made]) == Paired((), ("terminal-21",), ())
    (row,) = (row for row in of_registry(registry, NOW_MS) if row.name == "terminal-21")
    assert (row.kind, row.state, row.sites) == ("terminal", "valid", (SITES[0],))


def test_nothing_that_a_record_makes_up_is_written_down(tmp_path: Path) -> None:
    registry, _ = registries(tmp_path)
    manager = renewal_key(registry.unlock(WORDS), "staff-1", SITES)
    registry.keep(manager.certificate)
    key, other = Signer.generate(), Signer.generate()
    deployment = registry.terms.of(registry.terms.site(SITES[0]))
    made = certify_terminal(manager, registry.trust(), deployment, key.public, "terminal-21", NOW_MS)
    foreign = World().certify("terminal-21", "terminal", "contractor")
    broken = made[:-1] + bytes([made[-1] ^ 1])
    made_up = [
        accepted("terminal-22", key, made),
        accepted("terminal-21", other, made),
        accepted("terminal-21", key, foreign),
        accepted("terminal-21", key, broken),
        accepted("staff-1", manager.signer, manager.certificate),
    ]
    before = registry.certificates()
    found = take(registry, made_up, [made, foreign, broken, manager.certificate])
    assert found.new == () and registry.certificates() == before
