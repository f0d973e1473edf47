"""What an examination of a record can find: each finding names its entry or object, in Japanese and in English."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from sync.errors import SyncError, on_one_line


class Problem(msgspec.Struct, frozen=True):
    """One finding: a stable code, the entry or the object that it is about, and a sentence in two languages."""

    code: str
    ja: str
    en: str
    entry: int | None = None
    """Index of the entry it is about, or None."""
    object: str = ""
    """What else it is about: "deployment", "certificate 3f2a..", "checkpoint 120", "item 7", ..."""
    data: dict[str, str] = {}

    @property
    def where_ja(self) -> str:
        return f"項目 {self.entry}" if self.entry is not None else self.object

    @property
    def where_en(self) -> str:
        return f"entry {self.entry}" if self.entry is not None else self.object


class Sentence(NamedTuple):
    ja: str
    en: str


SENTENCES: dict[str, Sentence] = {
    # who vouches for the file
    "roots.contractor_differs": Sentence(
        "契約事業者のルート鍵が、指定されたものと違います。", "The contractor's root is not the one that was given."
    ),
    "roots.city_differs": Sentence(
        "市のルート鍵が、指定されたものと違います。", "The city's root is not the one that was given."
    ),
    # what the record is about
    "deployment.missing": Sentence("契約情報がありません。", "The record has no deployment."),
    "deployment.malformed": Sentence(
        "契約情報の形が正しくありません。", "The deployment is not in its prescribed form."
    ),
    "deployment.other_contract": Sentence(
        "契約情報の契約名が、契約プロファイルと違います。", "The deployment names another contract than its profile."
    ),
    "deployment.other_id": Sentence(
        "契約情報の番号が、証明書のものと違います。",
        "The deployment's id is not the one that the certificates are for.",
    ),
    "deployment.other_record": Sentence(
        "契約情報が、署名された記録の名前と合いません（訓練の印、契約の番号、ハブ）。",
        "The deployment is not that of the signed record (training mark, id or hub).",
    ),
    "deployment.not_agreed": Sentence(
        "契約情報が、受託者と市の両方が署名した合意書と違います。",
        "The deployment is not what both organisations have signed.",
    ),
    "certificate.past_contract": Sentence(
        "証明書の期間が、契約の期間を超えています。", "The certificate holds before or after the contract."
    ),
    "signer.two_names": Sentence(
        "一つの鍵が、二人の名前で署名しています。", "One key signed under the names of two people."
    ),
    "signer.list_withheld": Sentence(
        "この人の証明書が求める失効リストを、記録は受け入れていません（隠されたおそれ）。",
        "The record has not taken over the list of revoked keys that this certificate wants: it may have been withheld.",
    ),
    "deployment.other_site": Sentence(
        "契約情報の会場が、ハブの証明書にありません。",
        "The deployment names a site that the hub's certificate does not.",
    ),
    "profile.missing": Sentence(
        "契約情報が指す契約プロファイルがありません。", "The contract profile that the deployment pins is missing."
    ),
    "profile.unusable": Sentence("契約プロファイルを読めません。", "The contract profile cannot be used."),
    "object.unknown": Sentence(
        "記録のどこからも参照されていないファイルです。", "Nothing in the record refers to this object."
    ),
    # single entries
    "entry.city_only": Sentence(
        "市だけができることが、市以外の鍵で署名されています。",
        "What only the city may do is signed by a key that is not the city's.",
    ),
    "entry.role": Sentence(
        "この役割の人には認められていない操作です。", "The signer's roles do not cover this command."
    ),
    "list.not_cosigned": Sentence(
        "失効リストを受け入れた時に連署済みとされた範囲に、連署がありません。",
        "The entry that took a list of revoked keys over claims cosignatures that are not here.",
    ),
    "list.other_suspects": Sentence(
        "失効した鍵による未確認の項目の一覧が、記録と合いません。",
        "The entries listed as unproven are not those that the revoked keys had signed.",
    ),
    "entry.other_site": Sentence(
        "署名した人の証明書に、この会場が含まれていません。", "The signer's certificate does not cover this site."
    ),
    "decision.other_profile": Sentence(
        "本人確認の決定が、別の契約プロファイルを指しています。",
        "The identity decision names another contract profile.",
    ),
    "decision.other_hub": Sentence(
        "本人確認の決定が、別のハブを指しています。", "The identity decision names another hub."
    ),
    "decision.other_root": Sentence(
        "市の職員が見た記録の位置と根が、この記録と合いません。",
        "The record that the officer saw (size and root) is not this one.",
    ),
    "time.monotonic_back": Sentence(
        "ハブの経過時間が戻っています。", "The hub's monotonic time runs backwards within one start."
    ),
    "time.boot_again": Sentence(
        "終わったはずのハブの起動が、もう一度現れます。", "An earlier start of the hub appears again after a later one."
    ),
    # checkpoints and cosignatures
    "checkpoint.missing": Sentence(
        "ハブが署名したチェックポイントがありません。", "No checkpoint signed by the hub covers the record."
    ),
    "checkpoint.not_by_hub": Sentence(
        "チェックポイントの署名が、この記録のハブのものではありません。",
        "The checkpoint is not signed by this record's hub.",
    ),
    "checkpoint.other_content": Sentence(
        "チェックポイントが、記録の項目と合いません。示した範囲のどれかが変えられています。",
        "The checkpoint is not about these entries: one in the range shown is not what was signed.",
    ),
    "checkpoint.entries_after": Sentence(
        "最後のチェックポイントより後に、ハブの署名のない項目があります。",
        "Entries follow the last checkpoint: the hub has not signed them.",
    ),
    "cosignature.unknown_signer": Sentence(
        "連署した人の証明書がありません。", "No certificate is held for this cosigner."
    ),
    "cosignature.revoked_key": Sentence(
        "失効した鍵による連署が、失効の後にあります。", "The cosignature was made with a key that had been revoked."
    ),
    "cosignature.forged": Sentence("連署の署名が正しくありません。", "The cosignature does not hold."),
    # what others remember of the record
    "seen.rolled_back": Sentence(
        "記録が、前に見たチェックポイントより短くなっています（古いカードの写し）。足りない項目は端末か事務局にあります。",
        "The record is shorter than the checkpoint that was seen: an old card. Terminals or the office hold the rest.",
    ),
    "seen.forked": Sentence(
        "記録が、前に見たチェックポイントと食い違っています（枝分かれ）。",
        "The record is not the one that was seen: it has another past.",
    ),
    "seen.other_record": Sentence(
        "前に見たチェックポイントは、別の記録のものです。", "The checkpoint that was seen is another record's."
    ),
    "seen.not_by_hub": Sentence(
        "前に見たというチェックポイントに、この記録のハブの署名がありません。",
        "The checkpoint said to have been seen is not signed by this record's hub.",
    ),
    "apart.other_past": Sentence(
        "引継ぎより前の項目が、引継ぎの時に事務局が別に残した記録と違います（過去が変えられています）。",
        "Before the take-over this is not what the office held and set apart at it: the record has another past.",
    ),
    "commands.missing": Sentence(
        "端末が送った操作が、記録に入っていません。", "A command that a terminal sent never came into the record."
    ),
    "commands.dropped": Sentence(
        "ハブが受け付けたと答えた操作が、記録に入っていません。",
        "A command that the hub had acknowledged is not in the record.",
    ),
    "commands.moved": Sentence(
        "操作が、ハブが答えたのとは別の項目になっています。",
        "A command stands in another entry than the hub had named.",
    ),
    "commands.altered": Sentence(
        "操作が、署名されたのとは別の内容で記録されています。",
        "A command is recorded with other bytes than were signed.",
    ),
    "commands.refused_recorded": Sentence(
        "ハブが断ったと答えた操作が、記録に入っています。",
        "A command that the hub had refused to its signer is recorded all the same.",
    ),
    "commands.reordered": Sentence(
        "操作が、端末が送った順と違う順で記録されています。",
        "Commands are recorded in another order than the terminal sent them.",
    ),
    # remarks: worth reading, and no fault of the record
    "remark.roots_as_stated": Sentence(
        "ルート鍵はこのファイルに書かれているものです。本物かは別の方法で確かめ、--contractor-root と --city-root で指定してください。",
        "The roots are as the file itself states. Obtain them another way and give --contractor-root and --city-root.",
    ),
    "remark.after_contract": Sentence(
        "契約の終わりより後の日時の項目があります。", "Entries are dated after the contract's end."
    ),
    "remark.not_listed": Sentence(
        "署名した人が、記録が受け入れた名簿にないか、名簿より多い役割を持っています。",
        "Somebody who signed stands on no roster that the record took over, or has roles beyond it.",
    ),
    "remark.witnessed_later": Sentence(
        "市か事務局が連署した時刻より前の日時の項目が、その連署の後にあります。",
        "Entries after what was cosigned are dated before the cosignature.",
    ),
    "remark.cosigned_elsewhere": Sentence(
        "失効リストを受け入れた時の連署は、ここにはありません（ハブ、引き継ぐ前のハブ、事務局にあります）。確かめられません。",
        "The cosignatures that a list of revoked keys rests on are not here but with the hub, the hub before a take-over, or"
        " the office: they cannot be checked here.",
    ),
    "remark.terminals_copy": Sentence(
        "これは端末の控えです。事務局と市の連署は、端末がハブから受け取ったものだけがあります。すべてを確かめるには、事務局かハブの"
        "記録を使ってください。",
        "This is a terminal's copy: of the cosignatures of office and city it has those that reached it from the hub. Verify the"
        " office's or the hub's record for all of them.",
    ),
    "remark.other_day": Sentence(
        "ハブの時計の日付と違う日として開場しています。",
        "A day was opened under another date than the hub's clock had.",
    ),
    "remark.site_unproven": Sentence(
        "会場の名前は、どの署名にも含まれていません。", "No signature covers the name of the site."
    ),
    "remark.empty": Sentence("記録に項目がまだありません。", "The record has no entry yet."),
    "remark.unproven": Sentence(
        "後で失効した鍵による操作で、まだ別の人が確かめていません。",
        "Signed by a key that was revoked later, and not yet confirmed by somebody else: unproven.",
    ),
    "remark.list_not_taken": Sentence(
        "この名簿または失効リストを、記録はまだ受け入れていません。",
        "The record has not taken this root-signed list over.",
    ),
    "remark.not_replayed": Sentence(
        "ここから先の項目は、署名だけを確かめました（再現していません）。",
        "From here on only signatures were checked; the entries were not replayed.",
    ),
    "remark.clock_stepped": Sentence(
        "ハブの時計が進められたか戻されました。", "The hub's clock was set forward or back."
    ),
    "remark.signed_earlier": Sentence(
        "署名した時刻と記録された時刻が離れています。", "The time of signing and the time of recording are apart."
    ),
}


def finding(code: str, *, entry: int | None = None, object: str = "", **data: object) -> Problem:
    """The finding of that code (of SENTENCES), with what it is about."""
    ja, en = SENTENCES[code]
    return Problem(code, ja, en, entry, on_one_line(object), _texts(data))


def fault(error: SyncError, *, entry: int | None = None, object: str = "", **data: object) -> Problem:
    """The finding that an error states, with what it is about."""
    known = {key: value for key, value in error.data.items() if key not in ("index", "item", "kind") or entry is None}
    return Problem(error.code, error.ja, error.en, entry, on_one_line(object), _texts({**known, **data}))


def _texts(data: dict[str, object]) -> dict[str, str]:
    return {key: value.hex() if isinstance(value, bytes) else on_one_line(str(value)) for key, value in data.items()}
