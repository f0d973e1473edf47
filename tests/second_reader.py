"""A second reader of record bundles, written from docs/record-bundle.md alone; it shares no code with the first.

    python second_reader.py BUNDLE CONTRACTOR_ROOT_HEX CITY_ROOT_HEX

It checks form, chains, signatures, who could sign when, tree, checkpoints and cosignatures, and prints JSON. It knows no
rules of a booth, so whether events follow from commands is beyond it; nor who made a key that somebody has used before.
"""

import base64
import json
import sys
import tomllib
from hashlib import sha256
from types import SimpleNamespace

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

MAGIC = b"demado-record-bundle/1\n"
ORDER = ["deployment", "certificate", "object", "entry", "checkpoint", "cosignature"]
CONFIRM_OFF, TAKE_OVER = "continuity.confirm_off", "continuity.take_over"
unpack, pack = msgspec.msgpack.decode, msgspec.msgpack.encode


class Refused(Exception):
    """The bundle does not hold; the text says where."""


def need(holds, what):
    if not holds:
        raise Refused(what)


def canonical(data):
    value = unpack(data)
    need(pack(value) == data, "another spelling")
    return SimpleNamespace(**value) if isinstance(value, dict) else value


def items(data):
    start = data.rindex(b"\x93\xa3end")
    _, counts, digest = canonical(data[start:])
    need(data.startswith(MAGIC) and sha256(data[:start]).digest() == digest, "magic or hash")
    body, counts = data[len(MAGIC) : start], [1, *canonical(counts)]
    found = unpack(b"\xdd" + sum(counts).to_bytes(4, "big") + body)  # read as one array of so many items
    need(b"".join(map(pack, found)) == body, "another spelling")
    of = {kind: [parts for named, *parts in found if named == kind] for kind in ORDER}
    places = [min(ORDER.index(kind), 4) for kind, *_ in found]  # cosignatures stand among checkpoints
    need(places == sorted(places) and counts == [len(of[kind]) for kind in ORDER], "order or counts")
    ids = [(kind, sha256(parts[-1]).digest()) for kind in ("certificate", "object") for parts in of[kind]]
    need(ids == sorted({*ids}), "order of certificates or objects")
    return found, of


def signed(key, what, payload, signature):
    kind = f"application/vnd.demado.{what}.v1+msgpack".encode()
    VerifyKey(key).verify(b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload), signature)
    return canonical(payload)


def root_of(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


class Record:
    """Certificates, lists, and the entries one after the other: who may sign, witness and be the hub from there on."""

    def __init__(self, deployment, roots, certificates, objects):
        self.deployment, self.roots, self.held, self.lists, self.rosters = deployment, roots, {}, {}, {}
        for (raw,) in certificates:
            payload, signature = canonical(raw)
            one = self.held[sha256(raw).digest()] = signed(unpack(payload)["issuer"], "certificate", payload, signature)
            one.kinds, one.every = {one.kind, *one.may_issue_kinds}, {*one.roles, *one.may_issue_roles}
            need(one.deployment == deployment.id, f"certificate of {one.person}: elsewhere")
        (profile,) = [raw for kind, raw in objects if kind == b"profile" and sha256(raw).digest() == deployment.profile]
        for raw in (raw for _, raw in objects if raw != profile):
            kind, payload, signature = canonical(raw)
            one = self.lists[sha256(raw).digest()] = signed(roots[unpack(payload)["party"]], kind, payload, signature)
            need(one.deployment == deployment.id and [kind.encode(), raw] in objects, f"{kind}: elsewhere")
            if kind == "roster":
                self.rosters[one.party, one.number] = {each["person"]: SimpleNamespace(**each) for each in one.members}
        roles = tomllib.loads(profile.decode()).get("role", ())
        stated = {one["id"] for one in roles if one.get("manages") and one["party"] == "contractor"}
        self.managing = {"manager", *(stated or {"site_manager", "operation_manager"})}
        self.hubs, self.confirmed = [], []  # take-overs: (size, key); the next one: (people behind it, key, manages)
        self.taken, self.cosigned = {}, []  # number of the list in force; what those of revoked keys say is cosigned
        self.revoked, self.since = set(), {}  # (party, key) that sign no entry now; those ever revoked: the first entry
        self.leaves, self.signers, self.ids, self.replaced, self.made = [], [], set(), set(), {}  # made: new key, maker
        self.born = {}  # new key: (key that it replaced, entry)

    def stands(self, held, at_ms, size=0):
        """The keys it rests on, and its maker; no keys if it does not hold then and here, nor for the first `size` entries."""
        keys, maker = min(self.chains(held, at_ms), key=lambda chain: chain[1] != "", default=(set(), ""))
        here = not held.sites or self.deployment.site in held.sites
        vouches = here and all(self.since.get(key, size) >= size for key in keys)
        return (keys, maker) if vouches else (set(), "")

    def chains(self, held, at_ms, depth=4):
        city = held.kinds & {"desk", "officer"} or "city_staff" in held.every
        fits = held.kind in ("issuer", "desk", "officer") if held.party == "city" else not city
        if fits and depth and held.not_before_ms <= at_ms <= held.not_after_ms:
            if held.issuer == self.roots[held.party]:
                yield {(held.party, held.subject)}, ""
            for one in self.held.values():
                if one.subject == held.issuer and (maker := self.maker(held, one, at_ms)) is not None:
                    for keys, _ in self.chains(one, at_ms, depth - 1):
                        instead = self.rosters[held.party, held.roster][held.person].key if maker else held.subject
                        yield {(held.party, held.subject), (held.party, instead), *keys}, maker

    def maker(self, held, issuer, at_ms):
        """Who made the key, "" for the person's own; None if this issuer could not certify it."""
        roles = "*" in issuer.may_issue_roles or held.every <= {*issuer.may_issue_roles}
        sites = not issuer.sites or set() < {*held.sites} <= {*issuer.sites}
        kinds = issuer.kind == "issuer" and held.kinds <= {*issuer.may_issue_kinds}
        if not (held.party == issuer.party and kinds and roles and sites):
            return None
        if not issuer.renews or held.kind == "terminal":
            return ""
        roster = self.rosters.get((held.party, held.roster), {})
        member = roster.get(held.person) if issuer.person in roster else None
        if member is None or not {*held.roles} <= {*member.roles} or at_ms > member.not_after_ms:
            return None
        return "" if member.key == held.subject else issuer.person

    def went(self, party, key):
        """Whether a key that this one followed was revoked after this one was made, and is."""
        made, followed = self.born.get(key, (None, 0))[1], [key]
        while followed[-1] in self.born:
            followed.append(self.born[followed[-1]][0])
        return any((party, one) in self.revoked and self.since[party, one] > made for one in followed[1:])

    def hub_keys(self, size):
        key = next((key for since, key in reversed(self.hubs) if since < size), None)
        field, wanted = ("subject", ("standby_hub", key)) if key else ("person", ("hub", self.deployment.record))
        named = [one for one in self.held.values() if (one.kind, getattr(one, field)) == wanted]
        return [one.subject for one in named if self.stands(one, self.signers[size - 1][1], size)[0]]

    def take(self, index, body):
        version, number, epoch, context, (payload, signature), _ = canonical(body)
        need((version, number, context[0], len(context)) == (1, index, index, 6), "place")
        by = self.held[unpack(payload)["certificate"]]
        command, record = signed(by.subject, "command", payload, signature), self.deployment.record
        meant = command.deployment, command.record, command.epoch
        need(meant == (self.deployment.id, record, epoch) and command.id not in self.ids, "meant elsewhere, or twice")
        keys, maker = self.stands(by, context[1])
        need(not maker or not self.went(by.party, by.subject), "its predecessor was revoked")
        maker = maker and self.made.get(by.subject, maker)
        old = (by.party, by.subject) in self.replaced
        need(keys and not keys & self.revoked and not old, "no certificate here and then, or an old key")
        if 0 < by.roster < (newest := self.taken.get(("roster.take", by.party), 0)):
            member = self.rosters[by.party, newest].get(by.person)
            need(member and {*by.roles} <= {*member.roles}, "no longer on the roster")
        kind, args, beginning = command.kind, SimpleNamespace(**command.args), command.kind in (CONFIRM_OFF, TAKE_OVER)
        need(epoch == 1 + len(self.hubs) + beginning and (beginning or not self.confirmed), "epoch")
        hub = by.subject == self.hubs[-1][1] if self.hubs else (by.kind, by.person) == ("hub", record)
        need(hub or kind == TAKE_OVER or by.kind not in ("hub", "standby_hub"), "not by the hub")
        if kind in ("roster.take", "roster.take_revoked"):
            self.take_list(index, kind, args, hub)
        elif kind == CONFIRM_OFF:
            size, behind = index - len(self.confirmed), {by.person, maker or by.person}
            said = by.kind, by.party, args.epoch, args.size, args.root
            need(said == ("staff", "contractor", epoch, size, root_of(self.leaves[:size])), "another place or person")
            need(len(self.confirmed) < 2 and not any(behind & other for other, *_ in self.confirmed), "not two people")
            self.confirmed.append((behind, args.hub_key, self.managing & {*by.roles}))
        elif kind == TAKE_OVER:
            need([key for _, key, _ in self.confirmed] == [by.subject] * 2, "not confirmed by two people")
            need(any(manages for *_, manages in self.confirmed), "not confirmed by a manager")
            need((by.kind, by.party, args.epoch) == ("standby_hub", "contractor", epoch), "no standby hub")
            self.hubs, self.confirmed = [*self.hubs, (index - 2, by.subject)], []
        elif kind in ("keys.change", "keys.reset"):
            self.replaced.add((by.party, args.old if kind == "keys.reset" else by.subject))
            self.made[args.new] = by.person if kind == "keys.reset" else maker
            self.born[args.new] = args.old if kind == "keys.reset" else by.subject, index
        self.ids.add(command.id)
        self.leaves.append(sha256(b"\x00" + body).digest())
        instead = {(by.party, one.key) for one in [self.rosters.get((by.party, by.roster), {}).get(by.person)] if one}
        own = keys - instead | {(by.party, by.subject)}  # as older hubs saw it
        self.signers.append((index, context[1], by.person, keys, own))

    def take_list(self, index, kind, args, hub):
        now, before = self.lists[args.list], self.taken.get((kind, args.party), 0)
        need(hub and (now.party, now.number) == (args.party, args.number) and args.number > before, "whose list")
        self.taken[kind, args.party] = now.number
        if kind == "roster.take":
            stated = [[one["person"], one["roles"], one["key"]] for one in now.members]
            return need(args.members == stated, "another list")
        need(args.keys == [[one["key"], one["person"]] for one in now.revoked], "another list")
        fresh = (revoked := {(args.party, key) for key, _ in args.keys}) - self.revoked
        suspects = [[at, person] for at, _, person, keys, _ in self.signers[args.cosigned :] if keys & fresh]
        before = [[at, person] for at, _, person, _, keys in self.signers[args.cosigned :] if keys & fresh]
        need(args.suspects in (suspects, before), "other suspects")
        self.cosigned.append((index, args.cosigned))
        self.revoked = {one for one in self.revoked if one[0] != args.party} | revoked
        self.since = dict.fromkeys(fresh, index) | self.since


def line_of(line, algorithm, text, keys):
    """(key, time) of a signature line that one of `keys` made; keys are (name, public key)."""
    dash, name, encoded = line.split(" ")
    blob, named = base64.b64decode(encoded, validate=True), name.encode() + b"\n" + bytes([algorithm])
    key = next((one for known, one in keys if known == name and sha256(named + one).digest()[:4] == blob[:4]), None)
    need(key and dash == "—" and base64.b64encode(blob).decode() == encoded, f"signature line of {name}")
    time = int.from_bytes(blob[4:12], "big") if algorithm == 4 else 0
    message = f"cosignature/v1\ntime {time}\n{text}" if algorithm == 4 else text
    VerifyKey(key).verify(message.encode(), blob[12 if algorithm == 4 else 4 :])
    return key, time


def read(data, contractor_root, city_root):
    """What the bundle proves, as a dict; Refused at the first thing that does not hold."""
    at = ["form"]
    try:
        return examine(data, {"contractor": contractor_root, "city": city_root}, at)
    except (Refused, BadSignatureError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Refused(f"{at[-1]}: {error!r}") from error  # not signed so, or a field is missing, or of another kind


def examine(data, roots, at):
    found, of = items(data)
    deployment = canonical(of["deployment"][0][0])
    need((deployment.contractor_root, deployment.city_root) == (*roots.values(),), "deployment: other roots")
    record = Record(deployment, roots, of["certificate"], of["object"])
    for index, (body,) in enumerate(of["entry"]):
        at.append(f"entry {index}")
        record.take(index, body)
    prefix = f"demado{'.training' if deployment.training else ''}/{deployment.id.hex()}/"
    origin, size, whole, witnessed = prefix + deployment.record, -1, len(record.leaves), []
    seen = {"size": whole, "root": root_of(record.leaves).hex(), "attested": whole, "city": 0, "office": 0}
    able = [one for one in record.held.values() if one.kind in ("desk", "office")]
    for kind, raw in found[-len(of["checkpoint"] + of["cosignature"]) :]:
        at.append(f"{kind} after size {size}")
        if kind == "checkpoint":
            name, shown, root, empty, line, _ = raw.decode().split("\n")
            need(size < int(shown) <= whole and (name, empty) == (origin, ""), "size or origin")
            size, text = int(shown), f"{name}\n{int(shown)}\n{root}\n"
            need(root == base64.b64encode(root_of(record.leaves[:size])).decode(), "root")
            line_of(line, 1, text, [(origin, key) for key in record.hub_keys(size)])
        else:
            key, time = line_of(raw.decode(), 4, text, [(prefix + one.person, one.subject) for one in able])
            by = [one for one in able if one.subject == key and record.stands(one, time * 1000, size)[0]]
            need(by, "a key that does not witness this record")
            seen["city" if by[0].kind == "desk" else "office"] = size
            witnessed.append(size)
    need(size == whole, "entries after the last checkpoint")
    for index, stated in record.cosigned:  # who cosigned later vouches for what the list leaves unproven, too
        elsewhere = record.hubs and index < record.hubs[-1][0]  # with the hub before: it cannot be checked here
        most = index if elsewhere else max((one for one in witnessed if one <= index), default=0)
        need(0 <= stated <= most, f"entry {index}: not cosigned")
    return seen


if __name__ == "__main__":
    print(json.dumps(read(open(sys.argv[1], "rb").read(), *map(bytes.fromhex, sys.argv[2:4]))))
