"""Every public page has a twin in JSON: the same view model, word for word, for the mini-program.

A twin is kept in ``published_page`` beside its page, under its own address and the same subject,
so one mark rebuilds both and a phone inside WeChat reads what a browser reads.
"""

import dataclasses
from enum import Enum
from typing import Any

import orjson

from brickwall.publicity.constants import HOME
from brickwall.publicity.rendering import AnyPage
from brickwall.publicity.view_models import (
    BrickPage,
    ChainPage,
    NoticePage,
    Progress,
    RatingForm,
    RatingResult,
    WallListPage,
    WallPage,
)
from brickwall.publicity.words import keep_measures

TWINS = "/api/v1/pages"
HOME_TWIN = f"{TWINS}/home"
KINDS: dict[type[AnyPage], str] = {
    BrickPage: "brick",
    WallPage: "wall",
    WallListPage: "walls",
    ChainPage: "chain",
    NoticePage: "notice",
}
RATING_KINDS: dict[type[Any], str] = {RatingForm: "form", RatingResult: "result"}


def twin_path(path: str) -> str:
    """Return the address of the JSON twin of the page at a canonical public path."""
    return HOME_TWIN if path == HOME else f"{TWINS}{path}"


def is_twin(path: str) -> bool:
    """Tell whether a path is a twin's."""
    return path.startswith(TWINS)


def page_path(path: str) -> str:
    """Return the public path that a path stands for: of a twin its page's, else itself."""
    if path == HOME_TWIN:
        return HOME
    return path.removeprefix(TWINS)


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if dataclasses.is_dataclass(value):
        return _fields(value)
    return keep_measures(value) if isinstance(value, str) else value


def _fields(value: Any) -> dict[str, Any]:
    made = {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Progress):
        made |= {"percent": value.percent, "segments": value.segments}
    kind = RATING_KINDS.get(type(value))
    return {"type": kind, **made} if kind else made


def render_twin(page: AnyPage) -> bytes:
    """Return a view model as JSON: ``kind``, ``path``, ``title``, then its fields by name."""
    body = _fields(page)
    chrome = body.pop("chrome")
    return orjson.dumps({"kind": KINDS[type(page)], **chrome, **body})
