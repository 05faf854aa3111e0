"""Which column of a ledger holds what, whatever the clerk called it."""

from enum import StrEnum

from brickwall.organisations.roster.columns import heading_key


class Column(StrEnum):
    """What a column can hold; everything else in a file is left unread."""

    NAME = "name"
    GROUP = "group"
    TITLE = "title"
    DETAIL = "detail"
    MEASURES = "measures"
    DUE = "due"
    BENEFICIARY = "beneficiary"
    CATEGORY = "category"
    AMOUNT = "amount"
    UNIT = "unit"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The column's name in the template and in messages."""
        return LABELS[self]


LABELS: dict[Column, str] = {
    Column.NAME: "姓名",
    Column.GROUP: "所在党小组",
    Column.TITLE: "承诺内容",
    Column.DETAIL: "详细说明",
    Column.MEASURES: "措施",
    Column.DUE: "完成时限",
    Column.BENEFICIARY: "受益对象",
    Column.CATEGORY: "类别",
    Column.AMOUNT: "次数",
    Column.UNIT: "单位",
    Column.YEAR: "年度",
}
TEMPLATE = (
    Column.NAME,
    Column.TITLE,
    Column.MEASURES,
    Column.DUE,
    Column.BENEFICIARY,
    Column.CATEGORY,
    Column.AMOUNT,
    Column.UNIT,
    Column.DETAIL,
)

_SYNONYMS: dict[Column, str] = {
    Column.NAME: (
        "姓名 党员姓名 名字 承诺人 承诺人姓名 承诺党员 承诺主体 党员 责任人 承诺对象 承诺单位 承诺者 名称"
    ),
    Column.GROUP: "所在党小组 党小组 组别 小组 所属党小组 所在小组",
    Column.TITLE: (
        "承诺内容 承诺事项 公开承诺内容 公开承诺事项 承诺 公开承诺 承诺项目 内容 事项 承诺标题 具体承诺 承诺具体内容 承诺践诺事项"
    ),
    Column.DETAIL: "详细说明 说明 具体说明 详细内容 备注说明",
    Column.MEASURES: "措施 具体措施 践诺措施 落实措施 办法 完成措施 主要措施 工作措施 实施措施",
    Column.DUE: (
        "完成时限 时限 期限 完成时间 完成期限 办结时限 兑现时限 践诺时限 完成日期 计划完成时间 承诺时限 截止时间 截止日期"
    ),
    Column.BENEFICIARY: "受益对象 受益人 受益群众 服务对象 惠及对象 受益范围 受益户 帮扶对象",
    Column.CATEGORY: "类别 承诺类别 类型 承诺类型 分类",
    Column.AMOUNT: "次数 数量 目标次数 目标数量 目标数 频次 计划次数",
    Column.UNIT: "单位 计量单位 数量单位",
    Column.YEAR: "年度 年份 承诺年度",
}
_BY_NAME = {name: column for column, names in _SYNONYMS.items() for name in names.split()}


def recognise(cell: object) -> Column | None:
    """Return what the column below this heading holds, or None when it is none of ours."""
    key = heading_key(cell)
    return _BY_NAME.get(key) if key else None
