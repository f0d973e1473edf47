"""Both sides of a pairing, message by message: who does not know the code, or touches one byte, gets a named end."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import canonical
from sync.keys.fingerprint import fingerprint
from sync.keys.keys import BoxKey, Signer
from sync.link import pairing
from sync.link.pairing import (
    VERSION,
    Answer,
    Channel,
    Granted,
    Greeting,
    HubSide,
    Joined,
    Knock,
    Proof,
    Refused,
    Step,
    TerminalSide,
    new_code,
    read_code,
)
from sync.link.pairingfaults import (
    HubNotTrusted,
    OtherHub,
    PairingBroken,
    PairingBurnt,
    PairingClosed,
    PairingError,
    WrongCode,
)
from tests.records import MORNING_MS, World

WORLD = World()
CODE = "12345678"
codes = st.integers(0, 10**8 - 1).map("{:08}".format)

Touch = Callable[[str, bytes], bytes]


def hub(code: str = CODE, world: World = WORLD) -> HubSide:
    return HubSide(world.deployment, world.hub.signer, world.hub.chain(), code)


def terminal(expect: str = "") -> TerminalSide:
    return TerminalSide(Signer.generate(), BoxKey.generate(), expect=expect)


def run(a: TerminalSide, b: HubSide, code: str = CODE, touch: Touch = lambda _, data: data) -> tuple[Channel, Channel]:
    """Every message from one to the other, through the hands of whoever stands between; the channels of both."""
    a.greet(touch("greeting", b.greeting), MORNING_MS)
    answer = b.answer(touch("knock", a.knock(code)))
    b.check(touch("terminal's proof", a.prove(touch("answer", answer))))
    proof, ours = b.prove()
    return a.trust(touch("hub's proof", proof)), ours


MESSAGES = ("greeting", "knock", "answer", "terminal's proof", "hub's proof")


def lengths() -> dict[str, int]:
    found: dict[str, int] = {}

    def note(name: str, data: bytes) -> bytes:
        found[name] = len(data)
        return data

    run(terminal(), hub(), touch=note)
    return found


LENGTHS = lengths()


@settings(max_examples=15, deadline=None)
@given(codes)
def test_same_code_gives_both_the_same_digits_and_a_channel_each_way(code: str) -> None:
    a, b = terminal(), hub(code)
    mine, theirs = run(a, b, code)
    assert a.joining == b.joining and a.joining.fingerprint == b.joining.fingerprint
    assert a.deployment == WORLD.deployment and a.hub.key == WORLD.hub.signer.public
    assert theirs.open(mine.seal(Joined())) == Joined()
    assert mine.open(theirs.seal(Granted(b"profile", b"grant"))) == Granted(b"profile", b"grant")


@settings(max_examples=25, deadline=None)
@given(codes, codes)
def test_another_code_never_passes_and_the_hub_says_nothing_after_it(shown: str, typed: str) -> None:
    a, b = terminal(), hub(shown)
    if shown == typed:
        return
    with pytest.raises(WrongCode):
        run(a, b, typed)
    assert (a.step, b.step) == (Step.PROVED, Step.ENDED)
    with pytest.raises(PairingBroken):
        b.prove()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_bit_of_any_message_fails(data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(MESSAGES))
    at, bit = data.draw(st.integers(0, LENGTHS[target] - 1)), data.draw(st.integers(0, 7))

    def flip(name: str, said: bytes) -> bytes:
        if name != target:
            return said
        place = at % len(said)
        return said[:place] + bytes((said[place] ^ 1 << bit,)) + said[place + 1 :]

    a, b = terminal(), hub()
    with pytest.raises(PairingError):
        run(a, b, touch=flip)
    assert a.step is not Step.DONE


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_message_cut_short_lengthened_or_replaced_by_anything_fails(data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(MESSAGES))
    cut = data.draw(st.integers(0, LENGTHS[target] - 1))
    more = data.draw(st.binary(min_size=1, max_size=40))
    change = data.draw(
        st.sampled_from([lambda said: said[: cut % len(said)], lambda said: said + more, lambda said: more])
    )
    a, b = terminal(), hub()
    with pytest.raises(PairingError):
        run(a, b, touch=lambda name, said: change(said) if name == target else said)
    assert a.step is not Step.DONE


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_message_of_another_pairing_with_the_same_code_fails(data: st.DataObject) -> None:
    """A replay: somebody recorded a whole pairing with this very code and plays one message of it."""
    target = data.draw(st.sampled_from(MESSAGES))
    recorded: dict[str, bytes] = {}

    def record(name: str, said: bytes) -> bytes:
        recorded[name] = said
        return said

    run(terminal(), hub(), touch=record)
    a, b = terminal(), hub()
    with pytest.raises(PairingError):
        run(a, b, touch=lambda name, said: recorded[name] if name == target else said)
    assert a.step is not Step.DONE


def test_messages_sent_back_to_their_sender_fail() -> None:
    a, b = terminal(), hub()
    a.greet(b.greeting, MORNING_MS)
    knock = a.knock(CODE)
    element = canonical.decode(knock, Knock).element
    with pytest.raises(PairingBroken):
        a.prove(canonical.encode(Answer(element)))
    a = terminal()
    a.greet(b.greeting, MORNING_MS)
    answer = b.answer(a.knock(CODE))
    proof = a.prove(answer)
    with pytest.raises(WrongCode):
        a.trust(proof)


def test_own_element_turned_to_the_other_side_fails() -> None:
    a, b = terminal(), hub()
    a.greet(b.greeting, MORNING_MS)
    element = canonical.decode(a.knock(CODE), Knock).element
    with pytest.raises(PairingBroken):
        a.prove(canonical.encode(Answer(b"B" + element[1:])))


def test_terminal_cannot_show_the_hubs_own_key_as_its_own() -> None:
    b = hub()
    a = TerminalSide(WORLD.hub.signer, BoxKey.generate())
    a.greet(b.greeting, MORNING_MS)
    with pytest.raises(PairingBroken):
        b.answer(a.knock(CODE))


def test_man_in_the_middle_without_the_code_gets_one_guess_on_each_side() -> None:
    """He holds a hub certificate of a deployment of his own, and talks to each as the other."""
    evil = World(seed="evil")
    false_hub, false_terminal = hub("87654321", evil), terminal()
    a, b = terminal(), hub()
    a.greet(false_hub.greeting, MORNING_MS)
    with pytest.raises(WrongCode):
        false_hub.check(a.prove(false_hub.answer(a.knock(CODE))))
    false_terminal.greet(b.greeting, MORNING_MS)
    with pytest.raises(WrongCode):
        b.check(false_terminal.prove(b.answer(false_terminal.knock("87654321"))))
    for side in (a, b, false_hub, false_terminal):
        assert side.step is not Step.DONE


def test_man_in_the_middle_who_passes_everything_on_but_his_own_key_fails() -> None:
    def replace_key(name: str, said: bytes) -> bytes:
        if name != "knock":
            return said
        knock = canonical.decode(said, Knock)
        return canonical.encode(Knock(Signer.generate().public, knock.box, knock.nonce, knock.element))

    with pytest.raises(WrongCode):
        run(terminal(), hub(), touch=replace_key)


def test_who_knows_the_code_still_needs_the_long_term_keys() -> None:
    """The code alone proves nothing about a key that somebody else holds."""
    b = hub()
    a = terminal()
    a.greet(b.greeting, MORNING_MS)
    stranger = Signer.generate()
    a.signer = stranger
    proof_key = Signer.generate()
    answer = b.answer(a.knock(CODE))
    a.signer = proof_key
    with pytest.raises(PairingBroken):
        b.check(a.prove(answer))


@pytest.mark.parametrize("length", [0, 1, 32, 34, 64])
def test_element_of_another_length_fails(length: int) -> None:
    b = hub()
    with pytest.raises(PairingBroken):
        b.answer(canonical.encode(Knock(bytes(32), bytes(32), bytes(32), b"A" * length)))


SMALL_ORDER = (
    bytes(32),  # order 4
    b"\x01" + bytes(31),  # the neutral element
    b"\xec" + b"\xff" * 30 + b"\x7f",  # order 2
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),  # order 8
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
)
"""Points that would fix the agreed key whatever the code is (RFC 7748, section 7, on Ed25519)."""


@pytest.mark.parametrize("point", SMALL_ORDER, ids=lambda point: point.hex()[:8])
def test_element_of_small_order_fails(point: bytes) -> None:
    with pytest.raises(PairingBroken):
        hub().answer(canonical.encode(Knock(bytes(32), bytes(32), bytes(32), b"A" + point)))


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_any_32_bytes_as_an_element_end_in_a_named_fault_or_a_wrong_code(point: bytes) -> None:
    b = hub()
    try:
        b.answer(canonical.encode(Knock(bytes(32), bytes(32), bytes(32), b"A" + point)))
    except PairingBroken:
        return
    with pytest.raises(WrongCode):
        b.check(canonical.encode(Proof(bytes(32), bytes(64))))


def test_every_step_has_its_turn_and_a_side_that_ended_stays_so() -> None:
    b = hub()
    for wrong in (lambda: b.check(b""), b.prove, lambda: b.answer(b"")):
        with pytest.raises(PairingBroken):
            wrong()
    a = terminal()
    with pytest.raises(PairingBroken):
        a.knock(CODE)
    with pytest.raises(PairingBroken):
        a.greet(hub().greeting, MORNING_MS)


def test_a_code_is_used_once_by_a_side() -> None:
    a, b = terminal(), hub()
    a.greet(b.greeting, MORNING_MS)
    a.knock(CODE)
    with pytest.raises(PairingBroken):
        a.knock("00000000")


def test_hub_that_another_root_certified_is_not_trusted() -> None:
    evil = World(seed="evil")
    b = HubSide(WORLD.deployment, evil.hub.signer, evil.hub.chain(), CODE)
    with pytest.raises(HubNotTrusted):
        terminal().greet(b.greeting, MORNING_MS)


def test_machine_that_is_no_hub_is_not_trusted() -> None:
    b = HubSide(WORLD.deployment, WORLD.terminal.signer, WORLD.terminal.chain(), CODE)
    with pytest.raises(HubNotTrusted):
        terminal().greet(b.greeting, MORNING_MS)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"version": VERSION + 1}, "version"),
        ({"certificates": []}, "deployment"),
        ({"deployment": WORLD.deployment.encode() + b"\xc0"}, "deployment"),
        (
            {
                "deployment": msgspec.msgpack.encode(
                    msgspec.to_builtins(WORLD.deployment, builtin_types=(bytes,)) | {"x": 1}
                )
            },
            "deployment",
        ),
    ],
    ids=[
        "of another version",
        "without a certificate",
        "with bytes behind its deployment",
        "with more in its deployment",
    ],
)
def test_greeting_that_is_not_what_we_speak_is_refused_before_anything_is_typed(
    other: dict[str, object], why: str
) -> None:
    said = canonical.decode(hub().greeting, Greeting)
    a = terminal()
    with pytest.raises(PairingBroken) as raised:
        a.greet(canonical.encode(msgspec.structs.replace(said, **other)), MORNING_MS)
    assert raised.value.data["why"] == why


def test_hub_of_another_record_is_not_trusted() -> None:
    other = WORLD.machine("hub-2", "hub", "contractor")
    b = HubSide(WORLD.deployment, other.signer, other.chain(), CODE)
    with pytest.raises(HubNotTrusted):
        terminal().greet(b.greeting, MORNING_MS)


def test_another_key_than_the_expected_one_is_refused_with_both_fingerprints() -> None:
    with pytest.raises(OtherHub) as raised:
        terminal(expect="00000 00000 00000 00000 00000 00000").greet(hub().greeting, MORNING_MS)
    assert raised.value.data["expected"] == "00000 00000 00000 00000 00000 00000"
    assert raised.value.data["got"] == fingerprint(WORLD.hub.signer.public)


def test_what_the_hub_says_instead_is_the_fault_by_its_name() -> None:
    with pytest.raises(PairingClosed):
        terminal().greet(pairing.refusal("pairing.closed"), MORNING_MS)
    with pytest.raises(PairingBurnt):
        terminal().greet(pairing.refusal("pairing.burnt"), MORNING_MS)
    with pytest.raises(PairingBroken):
        terminal().greet(pairing.refusal("anything else"), MORNING_MS)


def test_channel_takes_each_message_once_in_order_and_never_its_own() -> None:
    mine, theirs = run(terminal(), hub())
    first, second = theirs.seal(Granted(b"1", b"")), theirs.seal(Granted(b"2", b""))
    for wrong in (second, mine.seal(Joined()), first[:-1], b"", bytes(40)):
        with pytest.raises(PairingBroken):
            mine.open(wrong)
    assert mine.open(first) == Granted(b"1", b"")
    with pytest.raises(PairingBroken):
        mine.open(first)
    assert mine.open(second) == Granted(b"2", b"")


def test_refusal_on_the_channel_is_the_hubs_own_word() -> None:
    mine, theirs = run(terminal(), hub())
    assert mine.open(theirs.seal(Refused("pairing.declined"))) == Refused("pairing.declined")


@given(codes)
def test_code_reads_the_same_however_it_is_typed(code: str) -> None:
    full = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    for typed in (code, f"{code[:4]} {code[4:]}", f"{code[:4]}-{code[4:]}", full, f"　{full[:4]}　{full[4:]}"):
        assert read_code(typed) == code


@given(st.text(max_size=12))
def test_anything_but_eight_digits_is_no_code(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == 8 and code.isascii() and code.isdecimal())


def test_new_codes_are_eight_digits_and_not_the_same() -> None:
    made = {new_code() for _ in range(50)}
    assert len(made) > 45 and all(read_code(code) == code for code in made)
