"""What a reason about an applicant may not tell: the record is kept for years, and no rule needs to know it.

要配慮個人情報 (個人情報保護法 2条3項, 施行令 2条) and what is as telling at a booth: guardianship, nationality, protection.
The words are those that staff write; who means the same in other words is told by training, not by this list.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TELLING: Final = re.compile(
    "障害者|障がい|障碍|(身体|知的|精神|発達|視覚|聴覚)障害|障害(がある|があり|のある|・)"
    "|宗教|信仰|信条|病気|疾患|難病|病名|(?<![だかわ])けが|怪我|負傷|妊娠|認知症"
    "|後見|保佐|被補助|国籍|外国人|在留|生活保護|支援措置|前科|犯罪|人種"
)
"""障害 alone is also a machine's fault (通信障害), so it counts with what makes it a person's; けが is in だけが, 出かけが and わけが too."""


def tells(text: str) -> bool:
    """Whether a reason tells of a person what must not stand in the record (any width, any spacing)."""
    return _TELLING.search("".join(unicodedata.normalize("NFKC", text).split())) is not None
