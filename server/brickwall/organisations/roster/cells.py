"""Names and short words as rosters hold them.

Every reader takes whatever a spreadsheet can hold and never raises; what cannot be
read comes back as a finding in plain Chinese.
"""

from __future__ import annotations

import re

from brickwall.kernel.spreadsheets import Cell
from brickwall.kernel.text import (
    clean_line,
    has_invisible,
    has_private_use,
    is_ideograph,
    remove_invisible,
    remove_spaces,
    repair_private_use,
    squeeze_spaces,
    to_half_width,
)
from brickwall.organisations.constants import MemberStatus, Sex
from brickwall.organisations.roster.values import (
    Finding,
    Read,
    Severity,
    as_text,
    doubt,
    hint,
    without_national_id,
)

NAME_LENGTH = 60
TEXT_LENGTH = 60
REASON_LENGTH = 200
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
"""What nearly every name is, and needs no cleaning."""


def read_name(cell: Cell) -> Read[str]:
    """Read a member's name, kept exactly but for repairs that cannot be meant.

    Private-use codes of old systems are repaired, invisible marks removed, and the
    spaces that align two-character names with three-character ones taken out. Nothing
    is normalised. A name without any letter or longer than 60 characters is refused.
    """
    if isinstance(cell, str) and _PLAIN_NAME.fullmatch(cell):
        return Read(cell)
    raw = as_text(cell)
    text, findings = without_national_id(raw)
    if has_invisible(text):
        findings += hint("姓名里有看不见的控制字符，已去掉。")
    repaired = repair_private_use(text)
    if repaired != text:
        findings += hint("姓名里有旧系统的造字码，已换成标准字，请核对。")
    name = _without_alignment(squeeze_spaces(remove_invisible(repaired)))
    if not name:
        return Read(None, findings)
    refusal = _name_refusal(name)
    if refusal:
        return Read(None, (*findings, Finding(Severity.REFUSED, refusal)))
    if has_private_use(name):
        findings += doubt("姓名里有一个造字，别的电脑显示不出来。请查到标准字后改过来。")
    return Read(name, findings)


def _name_refusal(name: str) -> str:
    if len(name) > NAME_LENGTH:
        return f"姓名有 {len(name)} 个字，超过 {NAME_LENGTH} 个。请核对是不是串了列。"
    if not any(character.isalpha() or has_private_use(character) for character in name):
        return "姓名里没有文字。请核对是不是串了列。"
    if any(character.isdigit() for character in name):
        return "姓名里有数字。请核对是不是串了列。"
    return ""


def _without_alignment(name: str) -> str:
    """Take out spaces that only align a name: "张　三", "诸 葛 亮 明".

    A space between the parts of a longer name ("阿旺 次仁") belongs to it and stays.
    """
    bare = remove_spaces(name)
    if bare == name or not all(is_ideograph(character) for character in bare):
        return name
    if len(bare) <= 3 or all(len(part) == 1 for part in name.split()):
        return bare
    return name


def name_key(name: str) -> str:
    """Return what two spellings of one name share: no spaces, one kind of middle dot."""
    if name.isalpha():
        return name
    return re.sub(r"[·•・‧∙⋅．.]", "·", remove_spaces(name))


def read_text(cell: Cell, what: str) -> Read[str]:
    """Read a short text such as a post or a group's name, at most 60 characters."""
    text, findings = without_national_id(as_text(cell))
    text = clean_line(text)
    if text in {"", "无", "/", "-", "—"}:
        return Read(None, findings)
    if len(text) > TEXT_LENGTH:
        return Read(None, (*findings, *doubt(f"{what}超过 {TEXT_LENGTH} 个字，没有读进来。请写短些。")))
    return Read(text, findings)


_SEXES = dict.fromkeys(("男", "男性", "m", "male", "先生", "1"), Sex.MALE) | dict.fromkeys(
    ("女", "女性", "f", "female", "女士", "2"), Sex.FEMALE
)


def read_sex(cell: Cell) -> Read[Sex]:
    """Read 男 or 女, however written."""
    text = remove_spaces(to_half_width(clean_line(as_text(cell)))).lower()
    if not text or text in _SEXES:
        return Read(_SEXES.get(text))
    return Read(None, doubt("性别看不懂，没有读进来。请写“男”或“女”。"))


_STATUS_WORDS: tuple[tuple[str, MemberStatus], ...] = (
    ("去世|死亡|已故|病故|逝世|亡故", MemberStatus.DECEASED),
    ("退党|出党|除名|开除|脱党|停止党籍|劝退", MemberStatus.LEFT),
    ("转出|迁出|调出|调离|转走", MemberStatus.MOVED),
    ("在册|正常|在党|正式|预备|流动|外出|在村|在职|离退休|退休|在家|转入|是|有效|现任", MemberStatus.ACTIVE),
)


def read_status(cell: Cell) -> Read[MemberStatus]:
    """Read a member's status; None when the cell is empty."""
    text = remove_spaces(clean_line(as_text(cell)))
    if text in {"", "无", "/", "-", "—"}:
        return Read(None)
    for words, status in _STATUS_WORDS:
        if re.search(words, text):
            return Read(status)
    return Read(None, doubt("党员状态看不懂，没有改。可写：在册、转出、去世、退党。"))


_NOT_EXEMPT = {"", "否", "无", "不", "不免", "没有", "/", "-", "—", "×", "x", "n", "no", "0", "不免诺"}
_JUST_EXEMPT = {"是", "免", "免诺", "√", "✓", "y", "yes", "1", "已免", "已免诺"}
UNSAID_EXEMPTION = "名册上注明免诺"


def read_exemption(cell: Cell) -> Read[str]:
    """Read the reason why a member is exempt (PRACTICES L10); None when he is not."""
    if cell is True:
        return Read(UNSAID_EXEMPTION)
    text, findings = without_national_id(as_text(cell))
    text = clean_line(text)
    if text.lower() in _NOT_EXEMPT:
        return Read(None, findings)
    if text.lower() in _JUST_EXEMPT:
        return Read(UNSAID_EXEMPTION, (*findings, *hint("只写了免诺，没写原因。请补上原因。")))
    return Read(text[:REASON_LENGTH], findings)


def read_position(cell: Cell) -> Read[int]:
    """Read a place on the wall, counted from 1."""
    text = to_half_width(clean_line(as_text(cell))).strip("号# ")
    if not text:
        return Read(None)
    if text.isascii() and text.isdigit() and 0 < int(text) < 1_000_000:
        return Read(int(text))
    return Read(None, doubt("墙上位置应是一个数，没有读进来。"))
