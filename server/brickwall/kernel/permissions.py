"""Who may do what: the catalogue of permissions, the actor, and what a route declares.

The catalogue is the kernel's one list with business words in it: a single place answers
"what can be permitted here", and no domain has to import another to name a permission.
Which role holds which permission is said in ``brickwall.accounts.rules``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import g

from brickwall.kernel.problems import Forbidden, NotFound, SignInRequired

P = ParamSpec("P")
R = TypeVar("R")


class Permission(StrEnum):
    """Everything that can be permitted, as ``domain:resource:action``."""

    ORGANISATION_READ = "organisations:organisation:read"
    ORGANISATION_WRITE = "organisations:organisation:write"
    SWITCH_MANAGE = "organisations:switch:manage"
    MEMBER_READ = "organisations:member:read"
    MEMBER_WRITE = "organisations:member:write"
    ROSTER_IMPORT = "organisations:roster:import"
    PLAQUE_READ = "plaques:plaque:read"
    PLAQUE_PRINT = "plaques:plaque:print"
    PLAQUE_WRITE = "plaques:plaque:write"
    COMMITMENT_READ = "commitments:commitment:read"
    COMMITMENT_PROPOSE = "commitments:commitment:propose"
    COMMITMENT_VET = "commitments:commitment:vet"
    COMMITMENT_PUBLISH = "commitments:commitment:publish"
    COMMITMENT_CLOSE_OUT = "commitments:commitment:close_out"
    COMMITMENT_WITHDRAW = "commitments:commitment:withdraw"
    ENTRY_RECORD = "commitments:entry:record"
    ROUND_READ = "evaluations:round:read"
    ROUND_MANAGE = "evaluations:round:manage"
    COMMENT_REVIEW = "evaluations:comment:review"
    CONTENT_REVIEW = "moderation:content:review"
    FEEDBACK_READ = "feedback:feedback:read"
    FEEDBACK_ANSWER = "feedback:feedback:answer"
    ACCOUNT_READ = "accounts:account:read"
    ACCOUNT_MANAGE = "accounts:account:manage"
    ACTIVATION_ISSUE = "accounts:activation:issue"
    AUDIT_READ = "audit:entry:read"
    EXPORT_TABLE = "reports:table:export"
    SYSTEM_OPERATE = "system:system:operate"
    OWN_SESSION = "accounts:session:own"
    OWN_WECHAT = "accounts:wechat:own"
    OWN_COMMITMENT = "commitments:commitment:own"


@dataclass(frozen=True, slots=True)
class Grant:
    """Permissions on an organisation and everything below it.

    ``path`` is the organisation's materialised path; a member's own rights carry the
    path of his branch.
    """

    path: str
    permissions: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class Actor:
    """The person, token or program that acts.

    ``label`` is the readable name kept in the audit log; ``member_id`` is set for a member
    on his own phone; ``session_id`` names the session row, for ending it; ``identity_id`` the
    WeChat identity of somebody in the mini-program.
    """

    label: str
    account_id: int | None = None
    member_id: int | None = None
    session_id: int | None = None
    identity_id: int | None = None
    grants: tuple[Grant, ...] = field(default=())

    def paths(self, permission: Permission) -> list[str]:
        """Return the organisation paths at whose subtrees ``permission`` holds."""
        return [grant.path for grant in self.grants if permission in grant.permissions]

    def may(self, permission: Permission, path: str | None = None) -> bool:
        """Tell whether ``permission`` holds at ``path``, or anywhere when no path is given."""
        held = self.paths(permission)
        return bool(held) if path is None else any(path.startswith(prefix) for prefix in held)


SYSTEM = Actor(label="系统")


def current_actor() -> Actor:
    """Return the signed-in actor of this request.

    Raises:
        SignInRequired: when nobody is signed in.
    """
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise SignInRequired("请先登录")
    return actor


def find_actor() -> Actor | None:
    """Return the signed-in actor of this request, or None."""
    actor: Actor | None = g.get("actor")
    return actor


def require_at(actor: Actor, permission: Permission, path: str) -> None:
    """Make sure that ``actor`` holds ``permission`` at ``path``.

    Raises:
        NotFound: when he cannot even read there; another branch's thing does not exist for him.
        Forbidden: when he sees the place but may not do this.
    """
    if actor.may(permission, path):
        return
    if any(path.startswith(grant.path) for grant in actor.grants):
        raise Forbidden("您没有办这件事的权限，请找支部书记或上级党组织")
    raise NotFound("没有找到，可能已被移走")


def requires(*permissions: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare that a route needs a signed-in actor with every one of ``permissions`` somewhere.

    The view still narrows its queries to ``actor.paths(...)``: the declaration opens the
    door, it does not choose the rows.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = current_actor()
            if not all(actor.may(permission) for permission in permissions):
                raise Forbidden("您没有办这件事的权限，请找支部书记或上级党组织")
            return view(*args, **kwargs)

        _declare(guarded, permissions)
        return guarded

    return decorate


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Declare that anybody may call a route."""
    _declare(view, ())
    return view


def _declare(view: Callable[..., Any], permissions: Iterable[Permission]) -> None:
    view.permissions = tuple(permissions)  # type: ignore[attr-defined]


def declared(view: Callable[..., Any]) -> tuple[Permission, ...] | None:
    """Return what a view declares: permissions, ``()`` for PUBLIC, None when it forgot."""
    found: tuple[Permission, ...] | None = getattr(view, "permissions", None)
    return found
