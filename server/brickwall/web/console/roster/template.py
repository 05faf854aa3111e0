"""The empty roster people may download and fill in; their own file is as good."""

from brickwall.kernel.spreadsheets import Table, write_workbook
from brickwall.organisations.roster.columns import Column

COLUMNS = (
    (Column.NAME, 14, "一定要填。照本人的写法，生僻字也可以。"),
    (Column.SEX, 8, "男或女。"),
    (Column.BORN_ON, 14, "写成 1978-05 或 1978年5月。"),
    (Column.JOINED_ON, 14, "写成 1978-05-01 或 1978年5月。"),
    (Column.CONFIRMED_ON, 14, "转为正式党员的时间。"),
    (Column.PHONE, 16, "加密保存，不公开。"),
    (Column.POST, 14, "例如：支部书记、组织委员。"),
    (Column.GROUP, 14, "还没有的党小组会自动新建。"),
    (Column.BRANCH, 20, "几个支部合在一张表里时要填；只有一个支部可以不填。"),
    (Column.STATUS, 12, "在册、转出、去世、退党。不填算在册。"),
    (Column.EXEMPTION, 20, "年老体弱等原因，填了就算免诺。"),
    (Column.POSITION, 12, "墙上第几块砖。不填就照名册的次序。"),
)


def template_workbook() -> bytes:
    """Return the template as .xlsx: headings on the first sheet, how to fill them on the second."""
    headings = [column.label for column, _, _ in COLUMNS]
    notes = [(column.label, hint) for column, _, hint in COLUMNS]
    notes.append((Column.NATIONAL_ID.label, "不要填。表里有也会丢掉，不读也不保存。"))
    return write_workbook(
        [
            Table("党员名册", headings, [], widths=[width for _, width, _ in COLUMNS]),
            Table("怎么填", ["列", "说明"], notes, widths=[16, 60]),
        ]
    )
