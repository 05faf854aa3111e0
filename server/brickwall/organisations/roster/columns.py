"""Which column of a roster holds what, whatever the clerk called it."""

from __future__ import annotations

import re
from enum import StrEnum

from brickwall.kernel.text import remove_invisible, remove_spaces, to_half_width


class Column(StrEnum):
    """What a column can hold; everything else in a file is left unread."""

    NAME = "name"
    SEX = "sex"
    BORN_ON = "born_on"
    JOINED_ON = "joined_on"
    CONFIRMED_ON = "confirmed_on"
    PHONE = "phone"
    POST = "post"
    GROUP = "group"
    BRANCH = "branch"
    STATUS = "status"
    EXEMPTION = "exemption"
    POSITION = "position"
    NATIONAL_ID = "national_id"
    """Recognised only so that it is dropped and the clerk is told (DOMAIN, Member)."""

    @property
    def label(self) -> str:
        """The column's name in the template and in messages."""
        return LABELS[self]


LABELS: dict[Column, str] = {
    Column.NAME: "姓名",
    Column.SEX: "性别",
    Column.BORN_ON: "出生年月",
    Column.JOINED_ON: "入党时间",
    Column.CONFIRMED_ON: "转正时间",
    Column.PHONE: "联系电话",
    Column.POST: "党内职务",
    Column.GROUP: "所在党小组",
    Column.BRANCH: "所在党支部",
    Column.STATUS: "党员状态",
    Column.EXEMPTION: "免诺原因",
    Column.POSITION: "墙上位置",
    Column.NATIONAL_ID: "身份证号",
}

_SYNONYMS: dict[Column, str] = {
    Column.NAME: "姓名 党员姓名 名字 党员 人员姓名 党员名字 名称 同志姓名 本人姓名 承诺人 党员同志 户主姓名 name",
    Column.SEX: "性别 男女 sex gender",
    Column.BORN_ON: "出生年月 出生日期 出生年月日 出生时间 生日 出生 生年月 出生月",
    Column.JOINED_ON: (
        "入党时间 入党日期 入党年月 入党年月日 何时入党 加入党组织时间 加入党组织日期 "
        "加入中国共产党时间 加入中共时间 入党 党龄起算时间 入党时间年月"
    ),
    Column.CONFIRMED_ON: "转正时间 转正日期 转为正式党员时间 转为正式党员日期 转正年月 转正",
    Column.PHONE: (
        "手机 手机号 手机号码 联系电话 电话 联系方式 电话号码 联系手机 移动电话 联系号码 "
        "本人电话 本人手机 联系电话手机 手机电话 phone tel mobile"
    ),
    Column.POST: (
        "党内职务 职务 党内职务名称 党组织职务 现任职务 担任职务 支部职务 党内任职 职位 "
        "村内职务 岗位 身份职务"
    ),
    Column.GROUP: "所在党小组 组别 党小组 小组 所属党小组 所在小组 党小组名称 所属小组 分组 所在组 组",
    Column.BRANCH: (
        "所在支部 所在党支部 支部 党支部 所属支部 所属党支部 支部名称 党支部名称 所在党组织 "
        "所属党组织 党组织 党组织名称 组织 所在组织 所属组织 组织名称 所在党支部名称 "
        "组织关系所在支部 组织关系所在党支部 组织代码 支部代码"
    ),
    Column.STATUS: "状态 党员状态 在册状态 组织关系状态 是否在册 人员状态 变动情况 目前状态",
    Column.EXEMPTION: "免诺 是否免诺 免诺原因 免诺情况 免诺理由 不承诺原因 免承诺 免承诺原因 免于承诺",
    Column.POSITION: "墙上位置 砖号 砖位 墙位 砖墙位置 墙上序号 上墙顺序 砖墙顺序",
    Column.NATIONAL_ID: (
        "身份证号 身份证 身份证号码 公民身份号码 公民身份证号码 证件号码 证件号 居民身份证号 "
        "居民身份证 身份证件号码 身份号码 idcard"
    ),
}
_BY_NAME = {name: column for column, names in _SYNONYMS.items() for name in names.split()}
_ASIDE = re.compile(r"[(\[【<《「].*?[)\]】>》」]")
_MARKS = re.compile(r"[\s:：*※★.、,，;；/\\_—\-·?？!！\"'“”‘’]+")
_OTHER_PERSON = re.compile(
    r"介绍人|培养|联系人姓名|配偶|父|母|家属|家庭|紧急|子女|申请|积极分子|填表|审核|户主电话"
)
_HEADING_LENGTH = 24


def heading_key(cell: object) -> str:
    """Return a heading without spaces, marks and what stands in brackets.

    "联系电话（必填）" and "联 系 电 话" both become "联系电话".
    """
    if not isinstance(cell, str):
        return ""
    text = to_half_width(remove_spaces(remove_invisible(cell)))
    bare = _MARKS.sub("", _ASIDE.sub("", text))
    return (bare or _MARKS.sub("", text)).lower()


def recognise(cell: object) -> Column | None:
    """Return what the column below this heading holds, or None when it is none of ours."""
    key = heading_key(cell)
    if not key or len(key) > _HEADING_LENGTH:
        return None
    if key in _BY_NAME:
        return _BY_NAME[key]
    if "身份证" in key or "身份号码" in key:
        return Column.NATIONAL_ID
    if _OTHER_PERSON.search(key):
        return None
    return _by_ending(key)


_ENDINGS: tuple[tuple[str, Column], ...] = (
    ("转正时间", Column.CONFIRMED_ON),
    ("转正日期", Column.CONFIRMED_ON),
    ("入党时间", Column.JOINED_ON),
    ("入党日期", Column.JOINED_ON),
    ("出生年月", Column.BORN_ON),
    ("出生日期", Column.BORN_ON),
    ("姓名", Column.NAME),
    ("手机号码", Column.PHONE),
    ("手机号", Column.PHONE),
    ("联系电话", Column.PHONE),
    ("联系方式", Column.PHONE),
    ("党内职务", Column.POST),
    ("党小组", Column.GROUP),
    ("党小组名称", Column.GROUP),
    ("党支部", Column.BRANCH),
    ("党支部名称", Column.BRANCH),
    ("性别", Column.SEX),
)
_DATES = (Column.BORN_ON, Column.JOINED_ON, Column.CONFIRMED_ON)


def _by_ending(key: str) -> Column | None:
    for ending, column in _ENDINGS:
        if key.endswith(ending) or (column in _DATES and key.startswith(ending)):
            return column
    return None


_RANK = {name: place for names in _SYNONYMS.values() for place, name in enumerate(names.split())}


def rank(cell: object) -> int:
    """Return how well a heading fits its column; of several the smallest is preferred."""
    return _RANK.get(heading_key(cell), 99)
