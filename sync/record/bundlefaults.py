"""What can be wrong with a record bundle, each with its name and what to do now."""

from sync.errors import SyncError


class BundleError(SyncError):
    """A bundle that is not exactly as the format says; `item` counts from 0 (the deployment), `kind` is its kind."""

    code = "bundle"
    ja = "記録の束（バンドル）が正しくありません。"
    en = "The record bundle is not as its format says."
    todo_ja = "このファイルを信用せず、もう一度書き出してもらってください。"
    todo_en = "Do not rely on this file; ask for a new export."


class BundleForeign(BundleError):
    """The file does not begin as a record bundle of version 1."""

    code = "bundle.foreign"
    ja = "記録の束（バンドル）ではないか、知らない版です。"
    en = "This is no record bundle, or of an unknown version."


class BundleTruncated(BundleError):
    """The file ends in the middle, or before its end record."""

    code = "bundle.truncated"
    ja = "記録の束（バンドル）が途中で終わっています。"
    en = "The record bundle ends too early."


class BundleTrailing(BundleError):
    """Bytes follow the end record."""

    code = "bundle.trailing"
    ja = "記録の束（バンドル）の後ろに余分なデータがあります。"
    en = "Bytes follow the end of the record bundle."


class BundleNotCanonical(BundleError):
    """An item is not in its one byte form, or its content is not what its kind prescribes."""

    code = "bundle.not_canonical"
    ja = "記録の束（バンドル）の項目の形が正しくありません。"
    en = "An item of the record bundle is not in its prescribed form."


class BundleOrder(BundleError):
    """An item stands in the wrong place, twice, or a required one is missing."""

    code = "bundle.order"
    ja = "記録の束（バンドル）の項目の順序が正しくないか、項目が足りません。"
    en = "An item of the record bundle is out of order, doubled or missing."


class BundleTooLarge(BundleError):
    """An item, or the number of items, is larger than the format allows."""

    code = "bundle.too_large"
    ja = "記録の束（バンドル）の項目が大きすぎます。"
    en = "An item of the record bundle is too large."


class BundleChanged(BundleError):
    """The end record's counts or hash do not match what stands before it."""

    code = "bundle.changed"
    ja = "記録の束（バンドル）の中身が末尾の照合値と合いません。"
    en = "The record bundle does not match its own end record."


class BundleIncomplete(BundleError):
    """A record cannot be exported: it has no deployment object, or no checkpoint over all its entries."""

    code = "bundle.incomplete"
    ja = "記録に署名済みのチェックポイントまたは契約情報がないため、書き出せません。"
    en = "The record has no deployment object or no checkpoint over all its entries, so it cannot be exported."
    todo_ja = "ハブを正常に停止してから、もう一度書き出してください。"
    todo_en = "Stop the hub cleanly, then export again."
