"""The bare limits: what disk and libsodium can do here, now, with nothing of ours around them."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from nacl import bindings

from hub.rehearsal.bench.result import Line, Result, at

MESSAGE = 500
"""Bytes in an envelope: a signed command with its context and events is about as long."""

SIGNED = 305
"""Bytes under a signature that is verified: a command's payload (249 on average in the record of the benchmarks) with its
kind before it, as DSSE's PAE puts it. Over 500 bytes a bare verification takes 1 % longer, which would flatter us."""

SIGNATURES = 1024
"""Different ones, each verified in its turn: the steps of a verification depend on the signature, and a processor that
sees one over and over (or sixteen) learns its branches by heart. That costs 4 % less (medians of 40 runs in turn on an
EPYC; from 256 on nothing changes any more), and nobody whose work is judged by it verifies one signature twice."""

BATCH_BYTES = 8192
"""What a commit of a few entries adds to the write-ahead log: two pages."""


class Limits(msgspec.Struct, frozen=True):
    """Seconds for one call each."""

    sync_p50_s: float
    sync_p99_s: float
    sign_s: float
    verify_s: float
    keypair_s: float
    """A new X25519 key pair: its public half."""
    agree_s: float
    """What two X25519 keys share, as saltpack derives it (one crypto_box)."""
    secretbox_s: float
    """XSalsa20-Poly1305 over one message."""
    open_s: float
    hash_s: float
    """SHA-512 and one HMAC-SHA-512."""

    @property
    def seal_s(self) -> float:
        """Bare calls of one envelope to one recipient: key pair, agreement, key, sender, payload, signature."""
        return self.keypair_s + self.agree_s + 3 * self.secretbox_s + self.sign_s + self.hash_s

    @property
    def unseal_s(self) -> float:
        """Bare calls to open one: agreement, key, sender, payload, signature."""
        return self.agree_s + 3 * self.open_s + self.verify_s + self.hash_s

    def and_then(self, later: Limits) -> Limits:
        """The mean of two measurements: before and after what is judged by it, since a shared machine drifts."""
        return Limits(*((one + other) / 2 for one, other in zip(_values(self), _values(later), strict=True)))


def _values(limits: Limits) -> tuple[float, ...]:
    return tuple(float(getattr(limits, name)) for name in limits.__struct_fields__)


def measure_limits(folder: Path, *, quick: bool = False) -> Limits:
    """Measure now; `folder` lies on the disk that matters. About four seconds, quick a sixth of one."""
    slice_s = 0.02 if quick else 0.5
    message = os.urandom(MESSAGE)
    secret = bindings.crypto_sign_seed_keypair(os.urandom(32))[1]
    verify = verification()
    mine, key, nonce = os.urandom(32), os.urandom(32), os.urandom(24)
    theirs = bindings.crypto_scalarmult_base(os.urandom(32))
    boxed = bindings.crypto_secretbox(message, nonce, key)
    syncs = sync_times(folder, 60 if quick else 600)

    def hashes() -> None:
        hashlib.sha512(message).digest()
        hmac.digest(key, nonce, "sha512")

    return Limits(
        sync_p50_s=at(syncs, 0.5),
        sync_p99_s=at(syncs, 0.99),
        sign_s=_mean(lambda: bindings.crypto_sign(message, secret), slice_s),
        verify_s=_mean(verify, slice_s),
        keypair_s=_mean(lambda: bindings.crypto_scalarmult_base(mine), slice_s),
        agree_s=_mean(lambda: bindings.crypto_box(key, nonce, theirs, mine), slice_s),
        secretbox_s=_mean(lambda: bindings.crypto_secretbox(message, nonce, key), slice_s),
        open_s=_mean(lambda: bindings.crypto_secretbox_open(boxed, nonce, key), slice_s),
        hash_s=_mean(hashes, slice_s),
    )


def verification() -> Callable[[], object]:
    """One bare verification each time it is called, each of another message than the last SIGNATURES - 1."""
    public, secret = bindings.crypto_sign_seed_keypair(os.urandom(32))
    signed = itertools.cycle([bindings.crypto_sign(os.urandom(SIGNED), secret) for _ in range(SIGNATURES)])
    return lambda: bindings.crypto_sign_open(next(signed), public)


@contextmanager
def one_processor() -> Iterator[None]:
    """What is begun in here stays on one processor, which one thing or the other keeps busy all the time.

    Work and its bare calls that take turns on two would each find theirs asleep: fifty milliseconds of bare calls after
    such a pause cost a tenth more than without (here, three runs), and flatter what is judged by them.
    """
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})  # the first one has the machine's interrupts
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


class Beside:
    """Bare verification a stretch at a time, between stretches of the work that is judged by it."""

    def __init__(self) -> None:
        self._verify = verification()
        self._calls, self._took = 0, 0.0

    def stretch(self, seconds: float) -> None:
        """Verify for this long, in processor time."""
        begun = time.process_time()
        while (took := time.process_time() - begun) < seconds:
            for _ in range(16):
                self._verify()
            self._calls += 16
        self._took += took

    @property
    def verify_s(self) -> float:
        """Seconds for one verification: the mean over all stretches."""
        return self._took / self._calls


def sync_times(folder: Path, count: int) -> list[float]:
    """Seconds that each of `count` appends with fdatasync takes, in a file of its own in `folder`."""
    path, data, times = folder / "fdatasync.bench", os.urandom(BATCH_BYTES), []
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(count):
            os.write(descriptor, data)
            begun = time.perf_counter()
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - begun)
    finally:
        os.close(descriptor)
        path.unlink()
    return times


def _mean(call: Callable[[], object], least_s: float) -> float:
    """Seconds that one call takes, in processor time: the mean of a while.

    What is judged by it is a mean too, over its whole run: the fastest of some slices would be compared with work that
    had its slow moments counted, and a shared machine has many.
    """
    count, called, begun = 16, 0, time.process_time()
    while (took := time.process_time() - begun) < least_s:
        for _ in range(count):
            call()
        called += count
    return took / called


def bench(folder: Path, quick: bool) -> Result:
    """The limits as a benchmark of their own."""
    limits = measure_limits(folder, quick=quick)
    again = sync_times(folder, 60 if quick else 600)
    steady = statistics.median(again) / limits.sync_p50_s
    return Result(
        "limits",
        (
            Line("limits.sync_p50", "書き込み確定 中央値", "fdatasync p50", limits.sync_p50_s * 1e3, "ms"),
            Line("limits.sync_p99", "書き込み確定 99%", "fdatasync p99", limits.sync_p99_s * 1e3, "ms"),
            Line("limits.sync_again", "同じ測定の再現比", "same again, ratio", steady, "x"),
            Line("limits.verify", "署名の検証", "Ed25519 verify", 1 / limits.verify_s, "/s/core"),
            Line("limits.sign", "署名", "Ed25519 sign", 1 / limits.sign_s, "/s/core"),
            Line("limits.seal", "封筒を封じる素の計算", "seal, bare calls", limits.seal_s * 1e6, "us"),
            Line("limits.unseal", "封筒を開ける素の計算", "open, bare calls", limits.unseal_s * 1e6, "us"),
        ),
    )
