"""One way to do a table: columns, search, filters, sorting, pages, export as shown.

An area describes its table once (:class:`TableSpec`), hands a SELECT narrowed to what the
actor may read to :func:`show` for the page and to :func:`export` for the workbook; both read
the same address parameters: ``q``, ``sort`` (``-name`` is descending), ``page``, and one
parameter per filter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.paging import PAGE_SIZE
from brickwall.kernel.permissions import current_actor
from brickwall.kernel.spreadsheets import Cell, Table, write_workbook
from brickwall.web.console.downloads import workbook_response
from brickwall.web.console.words import plain_cell

MAX_EXPORT_ROWS = 100_000
MAX_SEARCH = 60


@dataclass(frozen=True)
class Column:
    """One column.

    ``value`` gives what is exported, and shown unless the page renders the cell itself;
    ``sort`` the expression to order by (none: not sortable); ``link`` the address behind the
    shown text; ``tone`` one of ``done late new plain`` to show the text as a tag.
    """

    key: str
    heading: str
    value: Callable[[Any], Cell]
    sort: ColumnElement[Any] | Any | None = None
    link: Callable[[Any], str | None] | None = None
    tone: Callable[[Any], str | None] | None = None
    numeric: bool = False
    width: int = 0
    exported: bool = True
    shown: bool = True
    wide_only: bool = False


@dataclass(frozen=True)
class Filter:
    """A drop-down above the table. ``options`` are (value, label); ``apply`` narrows the SELECT."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]
    apply: Callable[[Select[Any], str], Select[Any]]


@dataclass(frozen=True)
class EmptyState:
    """What an empty list says: the first step, and where to take it."""

    title: str
    hint: str = ""
    action: str = ""
    url: str = ""


@dataclass(frozen=True)
class TableSpec:
    """A table: ``key`` names its file, ``title`` its sheet and audit entry.

    ``search`` narrows the SELECT by typed text; ``load`` turns the rows of one page into
    what the columns read (counts of many rows in one query instead of one per row); ``tie``
    is a unique column that keeps equal rows in their places from page to page.
    """

    key: str
    title: str
    columns: Sequence[Column]
    empty: EmptyState
    tie: Any = None
    default_sort: str = ""
    filters: Sequence[Filter] = ()
    search: Callable[[Select[Any], str], Select[Any]] | None = None
    search_label: str = "查找"
    load: Callable[[Session, Sequence[Any]], Sequence[Any]] | None = None
    row_id: Callable[[Any], str] | None = None
    page_size: int = PAGE_SIZE


@dataclass(frozen=True)
class TableView:
    """One page of a table, ready for the ``table`` macro."""

    spec: TableSpec
    rows: Sequence[Any]
    number: int
    total: int
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """Number of the last page, at least 1."""
        return max(1, -(-self.total // self.spec.page_size))

    @property
    def first_row(self) -> int:
        """Number of the first row shown, counted from 1."""
        return (self.number - 1) * self.spec.page_size + 1

    @property
    def narrowed(self) -> bool:
        """Whether a search or filter hides rows."""
        return any(key not in {"sort", "page"} for key in self.chosen)

    @property
    def columns(self) -> list[Column]:
        """The columns of the page; some are only exported."""
        return [column for column in self.spec.columns if column.shown]

    def url(self, **changes: str | int | None) -> str:
        """Return this page's address with some parameters changed (None takes one away)."""
        merged = {**self.chosen, **{key: str(value) for key, value in changes.items() if value is not None}}
        kept = {key: value for key, value in merged.items() if changes.get(key, "") is not None}
        return f"?{urlencode(kept)}" if kept else request.path

    def query_string(self) -> str:
        """Return search, filters and sorting, for the export's address."""
        return urlencode({key: value for key, value in self.chosen.items() if key != "page"})

    def sort_state(self, column: Column) -> str:
        """Return ``ascending``, ``descending`` or nothing, as ``aria-sort`` wants it."""
        sort = self.chosen.get("sort") or self.spec.default_sort
        states = {column.key: "ascending", f"-{column.key}": "descending"}
        return states.get(sort, "")

    def sort_url(self, column: Column) -> str:
        """Return the address that sorts by ``column``, or turns its order round."""
        following = f"-{column.key}" if self.sort_state(column) == "ascending" else column.key
        return self.url(sort=following, page=None)


def _read_choice(spec: TableSpec, args: MultiDict[str, str]) -> dict[str, str]:
    """Return the parameters that mean something to this table; the rest is ignored."""
    chosen: dict[str, str] = {}
    text = args.get("q", "").replace("\x00", "").strip()[:MAX_SEARCH]
    if spec.search is not None and text:
        chosen["q"] = text
    for each in spec.filters:
        if args.get(each.key, "") in dict(each.options) and args[each.key]:
            chosen[each.key] = args[each.key]
    sort = args.get("sort", "")
    if any(column.key == sort.lstrip("-") and column.sort is not None for column in spec.columns):
        chosen["sort"] = sort
    return chosen


def _narrow(spec: TableSpec, query: Select[Any], chosen: dict[str, str]) -> Select[Any]:
    if spec.search is not None and "q" in chosen:
        query = spec.search(query, chosen["q"])
    for each in spec.filters:
        if each.key in chosen:
            query = each.apply(query, chosen[each.key])
    return query


def _sorted(spec: TableSpec, query: Select[Any], chosen: dict[str, str]) -> Select[Any]:
    """Order by the chosen column instead of the SELECT's own order; ``tie`` keeps equal rows in place."""
    sort = chosen.get("sort") or spec.default_sort
    for column in spec.columns:
        if column.sort is not None and column.key == sort.lstrip("-"):
            order = column.sort.desc() if sort.startswith("-") else column.sort.asc()
            query = query.order_by(None).order_by(order)
    return query if spec.tie is None else query.order_by(spec.tie)


def _fetch(session: Session, spec: TableSpec, query: Select[Any]) -> Sequence[Any]:
    found = session.execute(query).unique()
    single = len(query.column_descriptions) == 1
    rows: Sequence[Any] = found.scalars().all() if single else found.all()
    return spec.load(session, rows) if spec.load is not None else rows


def show(spec: TableSpec, query: Select[Any], session: Session | None = None) -> TableView:
    """Return the page of ``query`` that the request's parameters ask for.

    Args:
        query: SELECT of an entity or of several columns, narrowed to what the actor may
            read, in the order people see at first.
    """
    session = session or db.session()
    chosen = _read_choice(spec, request.args)
    narrowed = _narrow(spec, query, chosen)
    total = session.scalar(select(func.count()).select_from(narrowed.order_by(None).subquery())) or 0
    last = max(1, -(-total // spec.page_size))
    wanted = request.args.get("page", "1")
    number = min(max(1, int(wanted)), last) if wanted.isascii() and wanted.isdigit() else 1
    ordered = _sorted(spec, narrowed, chosen).limit(spec.page_size)
    rows = _fetch(session, spec, ordered.offset((number - 1) * spec.page_size)) if total else []
    return TableView(spec, rows, number, total, chosen)


def export(spec: TableSpec, query: Select[Any], path: str) -> Response:
    """Return the table as shown (all pages) as an .xlsx download and record the export.

    Call it from a POST view: the audit entry is a write.

    Args:
        path: of the organisation the audit entry belongs to.
    """
    session = db.session()
    chosen = _read_choice(spec, request.args)
    ordered = _sorted(spec, _narrow(spec, query, chosen), chosen).limit(MAX_EXPORT_ROWS)
    rows = _fetch(session, spec, ordered)
    columns = [column for column in spec.columns if column.exported]
    table = Table(
        title=spec.title,
        headings=[column.heading for column in columns],
        rows=[[plain_cell(column.value(row)) for column in columns] for row in rows],
        widths=[column.width for column in columns],
    )
    record(session, current_actor(), Tag.TABLE_EXPORTED, path=path, subject=spec.title, rows=len(rows))
    return workbook_response(write_workbook([table]), f"{spec.title} {clock.today():%Y-%m-%d}")
