"""Everything of a rehearsed day that must stand nowhere in clear, in every form in which it could."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import msgspec

from hub.rehearsal import plainness
from hub.rehearsal.deployment import MACHINES, Plan
from sync.vault.sealing import field_key, open_as_person
from sync.vault.vault import FILE, Vault

OWN_FILES = frozenset({"key.seed", "secret"})
"""Where a machine's key and its enrolment secret lie, readable by their owner alone; each is looked for everywhere else."""

WORDS_FILE = "passphrases.txt"
"""Practice words, which are for everybody who practises."""


class Person(msgspec.Struct, frozen=True):
    """What a list says of one person."""

    kana: str
    phone: str
    born: dt.date | None
    note: str


def people_forms(people: Iterable[Person]) -> list[bytes]:
    """Names, telephone numbers and dates of birth as a file or a wire could hold them."""
    texts: set[str] = set()
    for person in people:
        if len(person.kana) >= plainness.SHORTEST:
            texts |= plainness.name_forms(person.kana)
        if person.phone:
            texts |= plainness.phone_forms(person.phone)
        if person.born is not None:
            texts |= plainness.birth_date_forms(person.born)
    return plainness.encoded(texts)


def vault_keys(plan: Plan, keys: dict[str, bytes]) -> list[bytes]:
    """The keys that sealed the day's list, of every field, and the vault's own secret."""
    found = list(keys.values())
    found += [field_key(key, subject, field) for subject, key in keys.items() for field in ("kana", "phone")]
    path = plan.home("hub") / FILE
    if path.exists():
        with Vault(path) as vault:
            sealed = vault.holders().get(plan.manager.signer.public)
        if sealed is not None:
            found.append(open_as_person(sealed, plan.manager.signer, plan.deployment.origin))
    return found


def private_keys(plan: Plan) -> list[bytes]:
    """The private keys of every person of the booth and the city."""
    return [person.signer.seed for person in (*plan.staff.values(), *plan.officers.values())]


def in_clear(plan: Plan, people: Iterable[Person], keys: dict[str, bytes]) -> list[str]:
    """Where in the rehearsal's folder anything of this stands in clear, as "what: path"; empty is as it should be."""
    found: list[str] = []

    def look(what: str, wanted: list[bytes], allowed: frozenset[str] = frozenset()) -> None:
        for path in plainness.holding(plan.folder, wanted):
            if path.name not in allowed:
                found.append(f"{what}: {path.relative_to(plan.folder)}")

    look("personal data", people_forms(people))
    look("key", [form for key in (*vault_keys(plan, keys), *private_keys(plan)) for form in plainness.key_forms(key)])
    words = [form for word in plan.passphrases.values() for form in (word, plainness.full_width(word))]
    look("passphrase", plainness.encoded(words), frozenset({WORDS_FILE}))
    for machine in MACHINES:
        for name in OWN_FILES:
            path = plan.home(machine) / name
            if path.exists():
                look(f"{machine}'s {name}", plainness.key_forms(path.read_bytes()), OWN_FILES)
    found += [f"My Number: {_short(path, plan.folder)}" for path in plainness.holding_my_numbers(plan.folder)]
    return found


def _short(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder))
