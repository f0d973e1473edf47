"""Why an entry of a record does not hold.

ReplayError (its data names the entry's index)
├── BadEntry         bytes, context or arguments that are not in their one form
├── WrongIndex       another place in the record than the next one
├── WrongEpoch       written under another epoch than the record's
├── BadSignature     the command is not signed by the certificate it names
├── NotTrusted       that certificate does not hold at the entry's time
├── MeantElsewhere   signed for another deployment, record or epoch
├── RepeatedCommand  a command id that the record knows already
├── RuleRefuses      the rules refuse this command to this signer here (data "rule": the refusal's code)
├── OtherEvents      the rules lead to other events than the entry states
├── OtherList        a root-signed list that is not at hand, or says something else than the entry
├── UnknownRules     another version of the program wrote it, under rules that this one does not have
├── NoProfile        the contract's profile is not at hand
└── OtherCheckpoint  the signed checkpoint is not about these entries
"""

from __future__ import annotations

from sync.errors import SyncError


class ReplayError(SyncError):
    """An entry that does not hold; nothing of it has been taken."""

    code = "replay"
    ja = "記録の項目が正しくありません。"
    en = "An entry of the record does not hold."
    todo_ja = "この記録を使わずに保管し、責任者に知らせてください。"
    todo_en = "Keep this record as it is, do not rely on it, and tell the manager."


class BadEntry(ReplayError):
    """Bytes, context or arguments that are not in their one form."""

    code = "replay.bad_entry"
    ja = "記録の項目を読めません。"
    en = "An entry cannot be read."


class WrongIndex(ReplayError):
    """Another place in the record than the next one: an entry is missing, doubled or moved."""

    code = "replay.wrong_index"
    ja = "記録の項目の順番が違います（欠け、重複、入れ替え）。"
    en = "An entry is not the next one: one is missing, doubled or moved."


class WrongEpoch(ReplayError):
    """Written under another epoch than the record's."""

    code = "replay.wrong_epoch"
    ja = "別のハブの世代（エポック）で書かれた項目です。"
    en = "An entry was written under another epoch."


class BadSignature(ReplayError):
    """The command is not signed by the certificate it names."""

    code = "replay.bad_signature"
    ja = "操作の署名が正しくありません。"
    en = "A command's signature does not hold."


class NotTrusted(ReplayError):
    """The certificate behind a command does not hold at the entry's time; `trust` names why."""

    code = "replay.not_trusted"
    ja = "操作した人の証明書を信用できません。"
    en = "The certificate behind a command cannot be relied on."


class MeantElsewhere(ReplayError):
    """The command was signed for another deployment, record or epoch."""

    code = "replay.meant_elsewhere"
    ja = "別の記録のための操作が入っています。"
    en = "A command was signed for another record."


class RepeatedCommand(ReplayError):
    """A command id that the record knows already: one signature was used twice."""

    code = "replay.repeated_command"
    ja = "同じ操作が2回記録されています。"
    en = "One command stands in the record twice."


class RuleRefuses(ReplayError):
    """The rules refuse this command to this signer in this state; `rule` is the refusal's code."""

    code = "replay.rule_refuses"
    ja = "規則が認めない操作が記録されています。"
    en = "The rules refuse a command that the record holds."


class OtherEvents(ReplayError):
    """The rules lead to other events than the entry states."""

    code = "replay.other_events"
    ja = "記録の結果が、操作から導かれるものと違います。"
    en = "An entry states other events than its command leads to."


class OtherList(ReplayError):
    """A root-signed list that is not at hand, or says something else than the entry that took it over."""

    code = "replay.other_list"
    ja = "記録が引き継いだ名簿または失効リストが手元にないか、記録と合いません。"
    en = "The root-signed list that an entry took over is missing, or says something else."


class UnknownRules(ReplayError):
    """Another version of the program wrote the entry, and by the rules of this one it does not hold.

    `program` is the version that the entry names, `here` this one's, `finds` what this one would say of it. Whether the
    entry is right, only that other version can tell.
    """

    code = "replay.unknown_rules"
    ja = "別の版のプログラムが書いた項目で、この版では確かめられません。"
    en = "Another version of the program wrote this; this version cannot check it."
    todo_ja = "ハブと端末を同じ版にする。記録は、示した版の demado verify で確かめる"
    todo_en = "Give hub and terminals one version; verify the record with that named."


class NoProfile(UnknownRules):
    """The contract's profile, under whose rules the record was made, is not at hand."""

    code = "replay.no_profile"
    ja = "契約プロファイルが手元にないため、確かめられません。"
    en = "The contract's profile is not at hand: nothing can be checked by its rules."
    todo_ja = "記録と一緒に契約プロファイルを受け取ってください。"
    todo_en = "Obtain the record together with its contract's profile."


class OtherCheckpoint(ReplayError):
    """The signed checkpoint is not about these entries, or not signed by the record's hub."""

    code = "replay.other_checkpoint"
    ja = "署名済みの写し（チェックポイント）が、記録の項目と合いません。"
    en = "The signed checkpoint is not about these entries."
