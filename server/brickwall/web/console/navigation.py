"""The console's sidebar: which pages there are, and which of them this person sees."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from brickwall.kernel.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the sidebar. ``blueprint`` marks it as current on every page of its area."""

    label: str
    blueprint: str
    permission: Permission
    endpoint: str = "index"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the template needs it."""

    label: str
    url: str
    current: bool


GROUPS: tuple[tuple[Entry, ...], ...] = (
    (
        Entry("今天", "console_today", Permission.COMMITMENT_READ),
        Entry("党员", "console_members", Permission.MEMBER_READ),
        Entry("承诺", "console_commitments", Permission.COMMITMENT_READ),
        Entry("评议", "console_rounds", Permission.ROUND_READ),
        Entry("审看", "console_moderation", Permission.CONTENT_REVIEW),
        Entry("投诉建议", "console_feedback", Permission.FEEDBACK_READ),
    ),
    (
        Entry("导入名册", "console_roster", Permission.ROSTER_IMPORT),
        Entry("铭牌与打印", "console_plaques", Permission.PLAQUE_READ),
        Entry("激活手机", "console_activation", Permission.ACTIVATION_ISSUE),
    ),
    (
        Entry("党组织", "console_organisations", Permission.ORGANISATION_READ),
        Entry("账号", "console_accounts", Permission.ACCOUNT_READ),
        Entry("做与不做", "console_restraint", Permission.SWITCH_MANAGE),
        Entry("操作记录", "console_audit", Permission.AUDIT_READ),
        Entry("我的登录", "console_my", Permission.OWN_SESSION),
    ),
)


def area_url(blueprint: str, view: str = "index", **values: Any) -> str:
    """Return the address of an area's view, or nothing when this installation has no such view."""
    endpoint = f"{blueprint}.{view}"
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def _link(entry: Entry) -> Link | None:
    endpoint = f"{entry.blueprint}.{entry.endpoint}"
    if endpoint not in current_app.view_functions:
        return None
    return Link(entry.label, url_for(endpoint), request.blueprint == entry.blueprint)


def navigation(actor: Actor) -> list[list[Link]]:
    """Return the groups of sidebar links that ``actor`` may open; empty groups are left out."""
    groups = [
        [link for entry in group if actor.may(entry.permission) and (link := _link(entry)) is not None]
        for group in GROUPS
    ]
    return [group for group in groups if group]
