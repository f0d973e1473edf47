"""A second reader of record bundles, written from docs/record-bundle.md alone; it shares no code with the first.

    python second_reader.py BUNDLE CONTRACTOR_ROOT_HEX CITY_ROOT_HEX

It checks form, chains, signatures, tree, checkpoints and cosignatures, and prints what it found as JSON; it does not
know the rules of a booth, so whether events follow from commands is beyond it.
"""

import base64
import json
import sys
from hashlib import sha256

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

MAGIC = b"demado-record-bundle/1\n"
ORDER = [b"deployment", b"certificate", b"object", b"entry", b"checkpoint", b"cosignature", b"end"]
CITY_ONLY = {"desk", "officer"}
unpack, pack = msgspec.msgpack.decode, msgspec.msgpack.encode


class Refused(Exception):
    """The bundle does not hold; the text says where."""


def need(holds, what):
    if not holds:
        raise Refused(what)


def canonical(data, what):
    try:
        value = unpack(data)
    except Exception as error:  # whatever is wrong with the bytes, they are no canonical msgpack
        raise Refused(f"{what}: {error}") from error
    need(pack(value) == data, f"{what}: another spelling")
    return value


def items(data):
    need(data.startswith(MAGIC), "magic")
    at, found, last = len(MAGIC), [], 0
    while at < len(data):
        start, where = at, f"item {len(found)}"
        try:
            count, length = data[at] - 0x90, data[at + 1] - 0xA0
            parts, at = [data[at + 2 : at + 2 + length]], at + 2 + length
            for _ in range(count - 1):
                width = {0xC4: 1, 0xC5: 2, 0xC6: 4}[data[at]]
                length = int.from_bytes(data[at + 1 : at + 1 + width], "big")
                need(length >= {1: 0, 2: 1 << 8, 4: 1 << 16}[width], f"{where}: not the shortest length")
                parts.append(data[at + 1 + width : at + 1 + width + length])
                at += 1 + width + length
        except (IndexError, KeyError) as error:
            raise Refused(f"{where}: form") from error
        kind = parts[0]
        need(at <= len(data) and kind in ORDER, f"{where}: cut or unknown")
        need(len(parts) == (3 if kind in (b"object", b"end") else 2), f"{where}: elements")
        place = ORDER.index(kind)
        back = kind == b"checkpoint" and last == ORDER.index(b"cosignature")
        need(place >= last or back, f"{where}: order")
        need(not (kind == b"cosignature" and last < ORDER.index(b"checkpoint")), f"{where}: order")
        last = place
        found.append((start, parts))
    return found


def pae(kind, payload):
    return b" ".join([b"DSSEv1", b"%d" % len(kind), kind, b"%d" % len(payload), payload])


def holds(key, message, signature):
    try:
        VerifyKey(key).verify(message, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def leaf(entry):
    return sha256(b"\x00" + entry).digest()


def root_of(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


class People:
    """Certificates and rosters: who a key speaks for at a time, by the chain rules of the page."""

    def __init__(self, deployment, roots, certificates, objects):
        self.deployment, self.roots, self.held, self.rosters = deployment, roots, {}, {}
        for raw in certificates:
            payload, signature = canonical(raw, "certificate")
            held = canonical(payload, "certificate")
            kind = b"application/vnd.demado.certificate.v1+msgpack"
            need(holds(held["issuer"], pae(kind, payload), signature), f"certificate of {held['person']}: signature")
            self.held[sha256(raw).digest()] = held
        for kind, raw in objects:
            if kind in (b"roster", b"revocations"):
                named, payload, signature = canonical(raw, "list")
                listed = canonical(payload, "list")
                need(named.encode() == kind, "list: kind")
                signed = pae(b"application/vnd.demado.%s.v1+msgpack" % kind, payload)
                need(holds(roots[listed["party"]], signed, signature), f"{named}: not by its root")
                if kind == b"roster":
                    self.rosters[listed["party"], listed["number"]] = {one["person"]: one for one in listed["members"]}

    def speaks(self, held, at_ms, depth=4):
        """Whether a chain to the root of its party holds for this certificate at a time."""
        if held["deployment"] != self.deployment["id"] or not held["not_before_ms"] <= at_ms <= held["not_after_ms"]:
            return False
        city = held["kind"] in CITY_ONLY or "city_staff" in (*held["roles"], *held["may_issue_roles"])
        if (city or CITY_ONLY & {*held["may_issue_kinds"]}) and held["party"] != "city":
            return False
        if held["issuer"] in self.roots.values():
            return held["issuer"] == self.roots[held["party"]]
        above = [one for one in self.held.values() if one["kind"] == "issuer" and one["subject"] == held["issuer"]]
        return depth > 1 and any(self.granted(held, one, at_ms) and self.speaks(one, at_ms, depth - 1) for one in above)

    def granted(self, held, issuer, at_ms):
        roles = {*held["roles"], *held["may_issue_roles"]}
        if held["party"] != issuer["party"] or not {held["kind"], *held["may_issue_kinds"]} <= {
            *issuer["may_issue_kinds"]
        }:
            return False
        if "*" not in issuer["may_issue_roles"] and not roles <= {*issuer["may_issue_roles"]}:
            return False
        if issuer["sites"] and not (held["sites"] and {*held["sites"]} <= {*issuer["sites"]}):
            return False
        if not issuer["renews"] or held["kind"] == "terminal":
            return True
        roster = self.rosters.get((held["party"], held["roster"]), {})
        member = roster.get(held["person"])
        listed = member is not None and issuer["person"] in roster
        return listed and {*held["roles"]} <= {*member["roles"]} and at_ms <= member["not_after_ms"]


def line_of(line, algorithm, text, keys):
    """(name, time) of a signature line that one of `keys` made; keys are (name, public key)."""
    dash, name, encoded = line.split(" ")
    blob = base64.b64decode(encoded, validate=True)
    need(dash == "—" and base64.b64encode(blob).decode() == encoded, "signature line: form")
    time = int.from_bytes(blob[4:12], "big") if algorithm == 4 else 0
    message = f"cosignature/v1\ntime {time}\n{text}" if algorithm == 4 else text
    for known, key in keys:
        id = sha256(name.encode() + b"\n" + bytes([algorithm]) + key).digest()[:4]
        if known == name and id == blob[:4] and holds(key, message.encode(), blob[12 if algorithm == 4 else 4 :]):
            return name, time
    raise Refused(f"signature line of {name}")


def read(data, contractor_root, city_root):
    """What the bundle proves, as a dict; Refused at the first thing that does not hold."""
    try:
        return examine(data, contractor_root, city_root)
    except (LookupError, TypeError, ValueError, AttributeError, msgspec.MsgspecError) as error:
        raise Refused(f"form: {error!r}") from error  # a field is missing, or of another kind


def examine(data, contractor_root, city_root):
    *content, (start, end) = items(data)
    need(end[0] == b"end" and sha256(data[:start]).digest() == end[2], "end: hash")
    kinds = [parts[0] for _, parts in content]
    need(canonical(end[1], "counts") == [kinds.count(kind) for kind in ORDER[1:6]], "end: counts")
    need(kinds.count(b"deployment") == 1 and kinds[0] == b"deployment", "deployment")
    of = {kind: [parts[1:] for _, parts in content if parts[0] == kind] for kind in ORDER}
    for kind in (b"certificate", b"object"):
        ids = [sha256(parts[-1]).digest() for parts in of[kind]]
        need(ids == sorted(set(ids)), f"{kind.decode()}: order")
    deployment = canonical(of[b"deployment"][0][0], "deployment")
    roots = {"contractor": contractor_root, "city": city_root}
    need({name: deployment[f"{name}_root"] for name in roots} == roots, "deployment: other roots")
    people = People(deployment, roots, [one for (one,) in of[b"certificate"]], of[b"object"])
    prefix = f"demado{'.training' if deployment['training'] else ''}/{deployment['id'].hex()}/"
    leaves, times, ids, successors = [], [0], set(), []
    for index, (body,) in enumerate(of[b"entry"]):
        version, number, epoch, context, (payload, signature), _ = unpack(body)
        command = canonical(payload, f"entry {index}")
        by = people.held.get(command["certificate"])
        kind = b"application/vnd.demado.command.v1+msgpack"
        need((version, number) == (1, index) and command["epoch"] == epoch, f"entry {index}: place")
        need((command["deployment"], command["record"]) == (deployment["id"], deployment["record"]), f"entry {index}")
        need(by is not None and holds(by["subject"], pae(kind, payload), signature), f"entry {index}: signature")
        need(people.speaks(by, context[1]), f"entry {index}: certificate")
        need(command["id"] not in ids, f"entry {index}: command twice")
        ids.add(command["id"])
        beginning = command["kind"] in ("continuity.confirm_off", "continuity.take_over")  # of the next epoch
        need(epoch == 1 + len(successors) + beginning, f"entry {index}: epoch")
        if command["kind"] == "continuity.take_over":
            need(by["kind"] == "standby_hub" and by["party"] == "contractor", f"entry {index}: no standby hub")
            successors.append((index + 1, by["subject"]))
        leaves.append(leaf(body))
        times.append(context[1])
    seen = {"size": len(leaves), "root": root_of(leaves).hex(), "attested": 0, "city": 0, "office": 0}
    for kind, (first, *_) in ((parts[0], parts[1:]) for _, parts in content):
        if kind == b"checkpoint":
            text, lines = first.decode().split("\n\n")
            text += "\n"
            origin, shown, root = text.splitlines()
            size = int(shown)
            need(size <= len(leaves) and origin == prefix + deployment["record"], "checkpoint: size or origin")
            need(root == base64.b64encode(root_of(leaves[:size])).decode(), "checkpoint: root")
            named = [
                one for one in people.held.values() if (one["kind"], one["person"]) == ("hub", deployment["record"])
            ]
            hubs = [(origin, one["subject"]) for one in named if people.speaks(one, times[size])]
            for since, key in successors:
                hubs = [(origin, key)] if size >= since else hubs
            line_of(lines.strip("\n"), 1, text, hubs)
            need(size > seen["attested"] or size == 0, "checkpoints: order")
            seen["attested"] = size
        elif kind == b"cosignature":
            able = [one for one in people.held.values() if one["kind"] in ("desk", "office")]
            name, time = line_of(first.decode(), 4, text, [(prefix + one["person"], one["subject"]) for one in able])
            for one in able:
                if prefix + one["person"] == name and people.speaks(one, time * 1000):
                    who = "city" if one["kind"] == "desk" else "office"
                    seen[who] = max(seen[who], size)
    need(seen["attested"] == len(leaves), "entries after the last checkpoint")
    return seen


if __name__ == "__main__":
    try:
        print(json.dumps(read(open(sys.argv[1], "rb").read(), *map(bytes.fromhex, sys.argv[2:4]))))
    except Refused as why:
        sys.exit(f"refused: {why}")
