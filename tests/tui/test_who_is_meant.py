"""Whom a number or a name means at the lock screen: one of those who still work here, or a question that can be answered."""

from __future__ import annotations

import msgspec

from sync.keys.party import LockedPerson
from tests.lists import revocations
from tests.tui.test_new_passphrase import Keys, keys

__all__ = ["keys"]


def as_deputy(one: LockedPerson) -> LockedPerson:
    return msgspec.structs.replace(one, person="deputy-1", name=f"{one.name}代理")


async def test_two_people_of_one_number_are_listed_by_their_ids_and_the_question_says_what_to_type(keys: Keys) -> None:
    assert keys.terminal.client is not None
    people = keys.terminal.client.people
    people.append(as_deputy(people[0]))
    assert " staff-1 " in keys.picture and " deputy-1 " in keys.picture and "   2 " in keys.picture
    await keys.answer("1")
    assert "あてはまる人が2人：staff-1 のように入れてください。" in keys.picture
    await keys.answer("deputy-1")
    assert "代理 さんの合言葉" in keys.picture


async def test_somebody_whose_key_is_withdrawn_is_not_listed_and_cannot_be_chosen(keys: Keys) -> None:
    assert keys.terminal.client is not None
    gone = next(one for one in keys.terminal.client.people if one.person == "staff-2")
    party = keys.terminal.party
    assert party is not None and party.trust.add_list(revocations(keys.site.world, 1, "staff-2"))
    assert gone in keys.terminal.client.people, "what they did is still said with their name"
    assert "   2 " not in keys.picture and "   1 " in keys.picture and "   3 " in keys.picture
    await keys.answer("2")
    assert "その番号・名前の人はいません" in keys.picture and keys.terminal.lock_page.who is None
