"""The city's desk against a real hub: what it shows, what it signs, and what it refuses to believe."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.client.desk.desk import DeskClient
from hub.domain import codec
from hub.domain.custody import custody
from hub.domain.identity import identity
from hub.domain.identity.identity import Outcome, RequestState
from hub.domain.refusal import Refusal
from sync.record.checkpoint import verify_cosignature
from sync.record.entry import decode_entry
from tests.hub.client.sites import ALL_TICKED, Site, done, soon


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    await site.start()
    yield site
    await site.stop()


async def on_lan(site: Site, name: str = "desk-1") -> DeskClient:
    desk = site.desk(name)
    await soon(desk.join_hub(site.url))
    return desk


async def test_a_request_reaches_the_desk_and_its_decision_completes_the_visits_step(site: Site) -> None:
    # KOGA-7.1-07
    desk = await on_lan(site)
    await site.open_day(officers=False)
    officer = site.world.officers[0]
    done(await soon(desk.attend(officer, True)))
    opened = await site.visit()
    request = await site.ask_city(opened)
    await soon(desk.until(lambda: bool(desk.requests)))
    (shown,) = desk.requests
    assert (shown.id, shown.number, shown.window, shown.officer) == (request, "A-001", "窓口1", officer.person)
    assert shown.expires_ms > desk.now_ms() >= shown.requested_ms
    decided = done(await soon(desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED)))
    assert isinstance(decided.events[0], identity.IdentityDecided)
    assert desk.unconfirmed == set()
    await soon(desk.until(lambda: desk.outcomes.get(request) is Outcome.CONFIRMED))
    assert desk.requests == ()
    await site.finish(opened)


async def test_a_decision_carries_the_desks_cosignature_of_the_checkpoint_it_names(site: Site) -> None:
    desk = await on_lan(site)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    size, root = desk.seen
    done(await soon(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED)))
    store = site.running.store
    (kept,) = await store.cosignatures()
    note = await store.checkpoint(size)
    assert kept.size == size > request and note is not None and root == await store.root(size)
    verify_cosignature(note, kept.line, site.world.deployment.key_name("desk-1"), site.world.desk.signer.public)
    assert site.running.desks.city_size == size


async def test_a_decision_is_used_once(site: Site) -> None:
    first, second = await on_lan(site), await on_lan(site, "desk-2")
    await site.open_day()
    request = await site.request()
    for desk in (first, second):
        await soon(desk.until(lambda desk=desk: bool(desk.requests)))  # type: ignore[misc]
    officer = site.world.officers[0]
    results = await soon(
        asyncio.gather(
            first.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED),
            second.decide(request, officer, Outcome.REFUSED, (), "顔がちがう"),
        )
    )
    refused = [one for one in results if isinstance(one, Refusal)]
    assert [one.code for one in refused] == ["identity.decided"]
    for desk in (first, second):
        await soon(desk.until(lambda desk=desk: request in desk.outcomes))  # type: ignore[misc]
        assert desk.requests == ()
        again = await desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED)
        assert isinstance(again, Refusal) and again.code == "identity.decided"


async def test_a_contractors_key_decides_nothing_at_the_desk_and_nothing_at_the_hub(site: Site) -> None:
    desk = await on_lan(site)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    manager = site.world.manager
    refused = await desk.decide(request, manager, Outcome.CONFIRMED, ALL_TICKED)
    assert isinstance(refused, Refusal) and refused.code == "role.city_only"
    assert isinstance(await desk.attend(manager, True), Refusal)
    size, root = desk.seen
    asked = desk.requests[0]
    decision = identity.DecideIdentity(
        request,
        asked.visit,
        site.world.deployment.record,
        site.world.deployment.profile,
        size,
        root,
        Outcome.CONFIRMED,
        ALL_TICKED,
    )
    refused = await site.ask(decision, manager)
    assert isinstance(refused, Refusal) and refused.code == "role.city_only"
    assert desk.requests[0].state is RequestState.PENDING


async def test_a_certificate_of_the_contractors_issuer_that_says_officer_decides_nothing(site: Site) -> None:
    desk = await on_lan(site)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    issuer = site.world.signer("contractor-issuer").public
    forged = site.world.officers[0]
    made = site.world.certify("officer-1", "officer", "city", ("city_staff",), issuer=issuer)
    pretender = type(forged)(forged.signer, made, "officer-1", [made, site.world.issuers["contractor"]])
    refused = await desk.decide(request, pretender, Outcome.CONFIRMED, ALL_TICKED)
    assert isinstance(refused, Refusal) and refused.code == "role.city_only"
    at_hub = await site.ask(identity.Attend(True), pretender)
    assert isinstance(at_hub, Refusal) and at_hub.data["fault"] == "trust.city_only"


async def test_a_checklist_with_gaps_and_a_refusal_without_reason_are_never_signed(site: Site) -> None:
    desk = await on_lan(site)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    officer = site.world.officers[0]
    gaps = await desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED[1:])
    silent = await desk.decide(request, officer, Outcome.REFUSED, (), "  ")
    told = await desk.decide(request, officer, Outcome.REFUSED, (), "番号は１２３４５６７８９０１８でした")
    codes = [one.code for one in (gaps, silent, told) if isinstance(one, Refusal)]
    assert codes == ["identity.checklist", "identity.reason", "guard.personal_number"]
    assert desk.unconfirmed == set() and len(desk.requests) == 1


async def test_requests_go_to_the_officers_in_turn_and_an_officers_leaving_hands_them_on(site: Site) -> None:
    desk = await on_lan(site)
    await site.open_day(officers=False)
    first, second = site.world.officers
    done(await soon(desk.attend(first, True)))
    done(await soon(desk.attend(second, True)))
    for number in range(3):
        await site.request(f"窓口{number + 1}", number)
    await soon(desk.until(lambda: len(desk.requests) == 3))
    assert [one.officer for one in desk.requests] == [first.person, second.person, first.person]
    not_yours = await soon(desk.decide(desk.requests[0].id, second, Outcome.CONFIRMED, ALL_TICKED))
    assert isinstance(not_yours, Refusal) and not_yours.code == "identity.not_yours"
    done(await soon(desk.attend(first, False)))
    await soon(desk.until(lambda: {one.officer for one in desk.requests} == {second.person}))
    done(await soon(desk.decide(desk.requests[0].id, second, Outcome.CONFIRMED, ALL_TICKED)))


async def test_a_desk_that_comes_later_knows_whose_turn_it_is(site: Site) -> None:
    await site.open_day(officers=False)
    request = await site.request()
    await site.do(identity.Attend(True), site.world.officers[1])
    desk = await on_lan(site)
    await soon(desk.until(lambda: bool(desk.requests) and bool(desk.requests[0].officer)))
    assert [(one.id, one.officer) for one in desk.requests] == [(request, "officer-2")]


async def test_an_expired_request_leaves_the_list_and_cannot_be_decided(site: Site) -> None:
    desk = await on_lan(site)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    await site.advance(minutes=16)
    await soon(desk.until(lambda: not desk.requests))
    assert desk.closed[request] is RequestState.EXPIRED
    late = await desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED)
    assert isinstance(late, Refusal) and late.code == "identity.expired"


async def test_papers_are_accepted_by_a_blind_count_and_the_record_is_witnessed_afterwards(site: Site) -> None:
    desk = await on_lan(site)
    await site.open_day()
    opened = await site.visit()
    request = await site.ask_city(opened)
    officer = site.world.officers[0]
    await soon(desk.until(lambda: bool(desk.requests)))
    done(await soon(desk.decide(request, officer, Outcome.CONFIRMED, ALL_TICKED)))
    await site.finish(opened)
    transfer = await site.offer()
    await soon(desk.until(lambda: bool(desk.transfers)))
    (offered,) = desk.transfers
    assert (offered.id, offered.containers, offered.seals) == (transfer, ("箱1",), ("S-0001",))
    assert not hasattr(offered, "sheets")
    sheets = dict(site.running.scribe.booth.custody.transfers[transfer].sheets)
    paper = next(iter(sheets))
    fewer = done(await soon(desk.accept(transfer, officer, ("S-0001",), {**sheets, paper: sheets[paper] - 1})))
    assert isinstance(fewer.events[0], custody.TransferDisputed)
    await soon(desk.until(lambda: bool(desk.transfers) and desk.transfers[0].disputed))
    other_seal = await soon(desk.accept(transfer, officer, ("S-0009",), sheets))
    assert isinstance(other_seal, Refusal) and other_seal.code == "custody.seal_differs"
    accepted = done(await soon(desk.accept(transfer, officer, ("S-0001",), sheets)))
    assert isinstance(accepted.events[0], custody.TransferAccepted)
    await soon(desk.until(lambda: not desk.transfers))
    desks = site.running.desks
    await soon(desk.until(lambda: desk.seen[0] > accepted.index))
    done(await soon(desk.attend(officer, False)))  # on the same link, after the cosignature that the hub asked for
    assert desks.city_size > accepted.index


async def test_an_answer_given_while_the_hub_is_away_arrives_after_both_have_restarted(site: Site) -> None:
    desk = await on_lan(site)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    await site.stop_hub()
    await soon(desk.until(lambda: not desk.connected))
    answering = asyncio.create_task(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED))
    await soon(desk.until(lambda: desk.unconfirmed == {request}))
    await site.close_desk(desk)
    await asyncio.gather(answering, return_exceptions=True)
    again = site.desk()
    assert again.unconfirmed == {request} and [one.id for one in again.requests] == [request]
    await site.start()
    await soon(again.join_hub(site.url))
    await soon(again.until(lambda: again.outcomes.get(request) is Outcome.CONFIRMED))
    assert again.unconfirmed == set() and again.requests == ()
    assert site.running.scribe.booth.identity.requests[request].state is RequestState.DECIDED


async def test_one_answer_that_is_sent_twice_is_one_entry(site: Site) -> None:
    desk = await on_lan(site)
    await site.open_day()
    request = await site.request()
    await soon(desk.until(lambda: bool(desk.requests)))
    decided = done(await soon(desk.decide(request, site.world.officers[0], Outcome.CONFIRMED, ALL_TICKED)))
    await site.stop_hub()
    await site.start()
    await soon(desk.until(lambda: desk.connected))
    # Other entries may follow (what became of the devices' effects): the decision itself stands once.
    bodies = await site.running.store.read(0, site.running.scribe.size)
    decisions = [
        event
        for body in bodies
        for event in codec.decode_events(bytes(decode_entry(body).events))
        if isinstance(event, identity.IdentityDecided)
    ]
    assert decisions == list(decided.events)
