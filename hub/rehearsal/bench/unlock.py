"""Unlocking a person's key as a real deployment locks it, and what each cost that was considered would take here."""

from __future__ import annotations

import os
import time
from pathlib import Path
from statistics import median

from nacl import bindings

from hub.client.people.unlocking import Keyring
from hub.rehearsal.bench.result import Line, Result
from hub.rehearsal.bench.site import new_plan
from sync.keys.lockbox import Cost, lock
from sync.keys.party import LockedPerson, load_people, write_secret

MOST_UNLOCK_S = 1.0
"""A person who has typed a passphrase waits a second without typing it again."""

CANDIDATES = ((3, 64), (3, 128), (2, 256), (3, 256))
"""argon2id's passes and MiB: RFC 9106's second choice, two steps between, and libsodium's MODERATE."""

_MIB = 1 << 20


def _bare_s(passes: int, mib: int, times: int) -> float:
    """Seconds of libsodium's argon2id alone, the middle of some."""
    taken = []
    for _ in range(times):
        salt, begun = os.urandom(16), time.perf_counter()
        bindings.crypto_pwhash_alg(
            32, b"kawa tsukue 3 ame", salt, passes, mib * _MIB, bindings.crypto_pwhash_ALG_ARGON2ID13
        )
        taken.append(time.perf_counter() - begun)
    return median(taken)


def bench(folder: Path, quick: bool) -> Result:
    """Unlock as the lock screen does: the count of tries on the disk before and after, the secret read, the key opened."""
    times, candidates = (1, CANDIDATES[:1]) if quick else (7, CANDIDATES)
    plan = new_plan(folder)
    home, words = plan.home("terminal-1"), "kawa tsukue 3 ame"
    secret = os.urandom(32)
    write_secret(home / "secret", secret)
    clerk = next(one for one in load_people(plan.home("hub")) if one.person == plan.clerks[0].person)
    locked = lock(plan.clerks[0].signer.seed, words, secret, cost=Cost.MODERATE)
    who = LockedPerson(clerk.person, clerk.name, clerk.roles, clerk.certificate, clerk.chain, locked)
    keyring = Keyring(home)
    taken, right = [], True
    for _ in range(times):
        begun = time.perf_counter()
        person = keyring.unlock(who, words)
        taken.append(time.perf_counter() - begun)
        right = right and person.signer.public == plan.clerks[0].signer.public
    lines = [
        Line(
            "unlock.moderate",
            "合言葉から署名できるまで（本番の鍵）",
            "passphrase to key, as in a real deployment",
            median(taken),
            "s",
            at_most=MOST_UNLOCK_S,
            note="argon2id 3 x 256 MiB",
        ),
        Line("unlock.slowest", "　いちばん遅いとき", "  the slowest of them", max(taken), "s"),
    ]
    lines += [
        Line(
            f"unlock.argon2id_{passes}_{mib}",
            f"　argon2id {passes}回 {mib} MiB",
            f"  argon2id, {passes} passes, {mib} MiB",
            _bare_s(passes, mib, times),
            "s",
        )
        for passes, mib in candidates
    ]
    return Result("unlock", tuple(lines), {"the_key_is_the_persons": right})
