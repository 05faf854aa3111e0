"""The plaque ledger as a table."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import Select, or_

from brickwall.kernel.ids import group_code, normalise_code
from brickwall.organisations.models import Member, Organisation
from brickwall.plaques.constants import LABELS, PlaqueState
from brickwall.plaques.models import Plaque
from brickwall.plaques.rules import brick_words
from brickwall.plaques.services import holder_name
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec

TONES = {
    PlaqueState.BLANK: "plain",
    PlaqueState.ISSUED: "new",
    PlaqueState.PRINTED: "new",
    PlaqueState.INSTALLED: "done",
    PlaqueState.DAMAGED: "late",
    PlaqueState.RETIRED: "plain",
}


def _page(plaque: Plaque) -> str:
    return url_for("console_plaques.page", code=plaque.code)


def _brick(plaque: Plaque) -> str:
    return brick_words(plaque.serial, member=plaque.member_id is not None) or f"第 {plaque.serial} 块"


def _search(query: Select[Any], text: str) -> Select[Any]:
    """Find by a part of the name, or by the code as people type it."""
    try:
        code = normalise_code(text)
    except ValueError:
        code = text.lower().replace(" ", "")
    return query.where(
        or_(
            Member.name.contains(text, autoescape=True),
            Organisation.name.contains(text, autoescape=True),
            Plaque.code.contains(code, autoescape=True),
        )
    )


TABLE = TableSpec(
    key="plaques",
    title="铭牌台账",
    columns=(
        Column("serial", "砖", _brick, sort=Plaque.serial, link=_page, width=12),
        Column("holder", "指向谁", holder_name, sort=Member.name, link=_page, width=20),
        Column("code", "编号", lambda row: group_code(row.code), sort=Plaque.code, width=12),
        Column(
            "state",
            "状态",
            lambda row: LABELS[row.state],
            sort=Plaque.state,
            tone=lambda row: TONES[row.state],
        ),
        Column(
            "branch",
            "党支部",
            lambda row: row.organisation.name,
            sort=Organisation.path,
            wide_only=True,
            width=24,
        ),
        Column(
            "printed", "打印", lambda row: row.printed_at, sort=Plaque.printed_at, wide_only=True, width=18
        ),
        Column(
            "installed",
            "安装",
            lambda row: row.installed_at,
            sort=Plaque.installed_at,
            wide_only=True,
            width=18,
        ),
    ),
    filters=(
        Filter(
            "state",
            "状态",
            [(state.value, LABELS[state]) for state in PlaqueState],
            lambda query, value: query.where(Plaque.state == PlaqueState(value)),
        ),
    ),
    search=_search,
    search_label="按姓名或编号查找",
    tie=Plaque.id,
    row_id=lambda row: str(row.code),
    empty=EmptyState(
        "还没有铭牌",
        "打印一次，每位党员就有了自己的砖码；编号以后不会变。",
        "打印铭牌",
        "/console/plaques/print",
    ),
)
