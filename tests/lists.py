"""Root-signed lists of a made-up world (tests.records.World)."""

from hub.client.link.connection import HubClient
from sync.keys.certificate import Party as Side
from sync.keys.keys import Signer
from sync.keys.revocation import Revocations, Revoked, sign_revocations
from sync.keys.roster import Member, Roster, sign_roster
from sync.messages import Lists
from tests.records import MORNING_MS, YEAR_MS, World


def revocations(world: World, number: int, *names: str, side: Side = "contractor") -> bytes:
    """A list of the revoked keys of these people or machines."""
    revoked = tuple(Revoked(world.signer(name).public, name, "紛失", MORNING_MS) for name in names)
    listed = Revocations(world.deployment.id, side, number, MORNING_MS, revoked)
    return sign_revocations(listed, world.roots[side])


def roster(
    world: World, number: int, people: dict[str, tuple[str, ...]], keys: dict[str, Signer] | None = None
) -> bytes:
    """A roster of the contractor's people: id to roles; their keys are the world's unless others are given."""
    members = tuple(
        Member(name, name, roles, ((keys or {}).get(name) or world.signer(name)).public, MORNING_MS + 30 * YEAR_MS)
        for name, roles in people.items()
    )
    return sign_roster(
        Roster(world.deployment.id, "contractor", number, MORNING_MS, members), world.roots["contractor"]
    )


async def tell_lists(client: HubClient) -> None:
    """Hand the hub the root-signed lists that a terminal holds, as the opening of a link does."""
    await client.send(Lists(client.party.trust.lists()))
