"""A contract profile that cannot be used, as commands say it: the rules' own error knows no codes."""

from __future__ import annotations

from sync.errors import SyncError


class ContractUnusable(SyncError):
    """The file is no contract profile, or one with a mistake (data["file"], data["key"], data["why"])."""

    code = "contract.unusable"
    ja = "契約プロファイルを使えません。"
    en = "The contract profile cannot be used."
    todo_ja = "`demado contract check` で、どこがなぜ違うかを確かめてください。"
    todo_en = "`demado contract check` says where it is wrong, and why."
