"""What waits to be looked at, and what people or WeChat decided, as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Select
from sqlalchemy.orm import Session

from brickwall.moderation import rules
from brickwall.moderation.constants import LABELS, CheckState
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.owners import Described
from brickwall.moderation.services import describe_all
from brickwall.organisations.models import Organisation
from brickwall.web.console.tables import Column, EmptyState, Filter, TableSpec

QUOTED = 60
TONES = {CheckState.PASSED: "done", CheckState.RELEASED: "done", CheckState.REFUSED: "late"}


@dataclass(frozen=True, slots=True)
class Line:
    """One check with what it is about."""

    check: ContentCheck
    what: Described

    @property
    def preview(self) -> str:
        """The words, shortened."""
        line = " ".join(self.what.text.split())
        return line if len(line) <= QUOTED else f"{line[: QUOTED - 1]}…"

    @property
    def why(self) -> str:
        """Why a person is needed, or what WeChat said."""
        return rules.why(self.check)

    @property
    def decided(self) -> str:
        """Who decided and with which words."""
        return "：".join(part for part in (self.check.decided_by, self.check.decision) if part) or "微信"


def load_lines(session: Session, rows: Sequence[ContentCheck]) -> list[Line]:
    """Return rows with what they are about, one query a kind."""
    texts = describe_all(session, rows)
    return [Line(row, texts[row.public_id]) for row in rows]


def _address(row: Line) -> str:
    return url_for("console_moderation.page", public_id=row.check.public_id)


def _of_kind(query: Select[Any], value: str) -> Select[Any]:
    return query.where(ContentCheck.kind == value)


def _in_state(query: Select[Any], value: str) -> Select[Any]:
    return query.where(ContentCheck.state == value)


_KIND = Column("kind", "是什么", lambda row: LABELS[row.check.kind], sort=ContentCheck.kind)
_TEXT = Column("text", "写了什么", lambda row: row.what.text, link=_address, width=60)
_ABOUT = Column("about", "关于什么", lambda row: row.what.about, width=30)
_WHO = Column("who", "谁写的", lambda row: row.what.who, wide_only=True, width=14)
_BRANCH = Column(
    "branch",
    "党组织",
    lambda row: row.check.organisation.name,
    sort=Organisation.name,
    wide_only=True,
    width=24,
)
_WHY = Column("why", "为什么要看", lambda row: row.why, width=24)
_KINDS = Filter("kind", "是什么", [(kind.value, LABELS[kind]) for kind in sorted(rules.HIDING)], _of_kind)

QUEUE = TableSpec(
    key="moderation",
    title="审看",
    columns=(
        _KIND,
        _TEXT,
        _ABOUT,
        _WHY,
        Column("since", "从什么时候", lambda row: row.check.since, sort=ContentCheck.since, width=18),
        _WHO,
        _BRANCH,
    ),
    empty=EmptyState(
        "没有等您看的", "党员记的做了什么、传的照片，拿不准的会排在这里。看过放行，大家才看得到。"
    ),
    default_sort="since",
    filters=(_KINDS,),
    tie=ContentCheck.public_id,
    load=load_lines,
    row_id=lambda row: row.check.public_id,
)

SETTLED = TableSpec(
    key="moderation-settled",
    title="看过的",
    columns=(
        _KIND,
        _TEXT,
        _ABOUT,
        Column(
            "state",
            "怎么定的",
            lambda row: LABELS[row.check.state],
            sort=ContentCheck.state,
            tone=lambda row: TONES.get(row.check.state),
        ),
        Column("decided", "谁定的", lambda row: row.decided, width=30),
        Column("at", "什么时候", lambda row: row.check.settled_at, sort=ContentCheck.settled_at, width=18),
        _WHO,
        _BRANCH,
    ),
    empty=EmptyState("还没有看过的", "放行或者没有通过的，都会记在这里，以后还能改。"),
    default_sort="-at",
    filters=(
        _KINDS,
        Filter(
            "state",
            "怎么定的",
            [(state.value, LABELS[state]) for state in CheckState if state not in rules.OPEN],
            _in_state,
        ),
    ),
    tie=ContentCheck.public_id,
    load=load_lines,
)
