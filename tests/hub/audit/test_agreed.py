"""What only the agreement of both organisations binds: whether it was practice, by which profile, whose site, until when."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hub.audit.agreed import Agreed
from hub.audit.verify import Report, examine
from hub.domain import codec
from sync.keys.party import Deployment
from sync.record.bundle import Bundle
from sync.record.checkpoint import Checkpoint, CosignedCheckpoint, sign
from sync.record.entry import decode_entry
from tests.hub.audit.bundles import bundle, codes, evidence, site_world, small
from tests.records import MORNING_MS, YEAR_MS

WORLD = site_world()
MAKER = small(WORLD)
BUNDLE = bundle(MAKER)
AGREED = Agreed((WORLD.deployment,), MORNING_MS - YEAR_MS, MORNING_MS + 30 * YEAR_MS)


def report(contents: Bundle, agreed: Agreed = AGREED) -> Report:
    """What the examiner says to whoever has the agreement."""
    roots = agreed.deployments[0]
    return examine(
        evidence("bundle", contents),
        contractor_root=roots.contractor_root,
        city_root=roots.city_root,
        agreed=agreed,
    )


def said_otherwise(**more: object) -> Bundle:
    """The same entries under another deployment file, the checkpoint signed for that: the contractor can do it alone."""
    other: Deployment = replace(WORLD.deployment, **more)
    tree = MAKER.frontier
    note = sign(Checkpoint(other.origin, tree.size, tree.root()), other.origin, WORLD.hub.signer)
    return replace(BUNDLE, deployment=other.encode(), checkpoints=(CosignedCheckpoint(note),))


def test_a_record_under_what_both_have_signed_holds() -> None:
    made = report(BUNDLE)
    assert made.holds and made.agreed and made.profile == WORLD.deployment.profile.hex()


@pytest.mark.parametrize(("field", "value"), [("training", False), ("site", "site-2"), ("contract", "chiba")])
def test_what_the_contractor_says_otherwise_than_it_was_agreed_is_found(field: str, value: object) -> None:
    found = report(said_otherwise(**{field: value}))
    (wrong,) = [one for one in found.problems if one.code == "deployment.not_agreed"]
    assert wrong.data == {"differing": field}


def test_another_profile_than_the_agreed_one_is_found() -> None:
    agreed = replace(AGREED, deployments=(replace(WORLD.deployment, profile=bytes(32)),))
    assert codes(report(BUNDLE, agreed)) == ["deployment.not_agreed"]


def test_each_of_the_agreed_sites_has_its_record() -> None:
    other = replace(WORLD.deployment, site="site-2", record="hub-2")
    assert report(BUNDLE, replace(AGREED, deployments=(other, WORLD.deployment))).holds
    (wrong,) = report(BUNDLE, replace(AGREED, deployments=(other,))).problems
    assert wrong.data == {"differing": "record,site"}


def test_a_record_is_compared_with_what_was_agreed_of_its_own_site() -> None:
    other = replace(WORLD.deployment, site="site-2", record="hub-2")
    agreed = replace(AGREED, deployments=(other, replace(WORLD.deployment, profile=bytes(32))))
    (wrong,) = [one for one in report(BUNDLE, agreed).problems if one.code == "deployment.not_agreed"]
    assert wrong.data == {"differing": "profile"}


def test_a_certificate_that_holds_before_the_contract_begins_is_found() -> None:
    found = report(BUNDLE, replace(AGREED, starts_ms=MORNING_MS - YEAR_MS + 1))
    assert set(codes(found)) == {"certificate.past_contract"}


def test_a_certificate_that_holds_longer_than_the_contract_is_found() -> None:
    found = report(BUNDLE, replace(AGREED, ends_ms=MORNING_MS + YEAR_MS))
    assert set(codes(found)) == {"certificate.past_contract"}


def test_work_after_the_contracts_end_is_remarked() -> None:
    found = report(BUNDLE, replace(AGREED, ends_ms=MORNING_MS - 1))
    (late,) = [one for one in found.remarks if one.code == "remark.after_contract"]
    assert late.entry == 0 and late.data == {"entries": str(MAKER.size)}


def test_what_was_done_to_the_contracts_last_moment_is_no_work_after_it() -> None:
    times = [codec.decode_context(bytes(decode_entry(body).context)).at_ms for body in MAKER.entries]
    assert not report(BUNDLE, replace(AGREED, ends_ms=times[-1])).remarks
    (late,) = report(BUNDLE, replace(AGREED, ends_ms=times[0])).remarks
    after = [index for index, at_ms in enumerate(times) if at_ms > times[0]]
    assert (late.code, late.entry, late.data) == ("remark.after_contract", after[0], {"entries": str(len(after))})
