"""What may be written about an organisation or a member: pure checks, no database."""

import re
from collections.abc import Mapping

from brickwall.kernel.problems import Invalid
from brickwall.kernel.text import (
    clean_line,
    has_invisible,
    remove_invisible,
    repair_private_use,
    squeeze_spaces,
)
from brickwall.organisations.constants import LABELS, OrganisationKind

NAME_LENGTH = 60
POST_LENGTH = 60
REASON_LENGTH = 500
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_ISO_DATE = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")

CHILD_KINDS: Mapping[OrganisationKind, tuple[OrganisationKind, ...]] = {
    OrganisationKind.COMMITTEE: (
        OrganisationKind.BRANCH,
        OrganisationKind.GENERAL_BRANCH,
        OrganisationKind.COMMITTEE,
    ),
    OrganisationKind.GENERAL_BRANCH: (OrganisationKind.BRANCH,),
    OrganisationKind.BRANCH: (OrganisationKind.GROUP,),
    OrganisationKind.GROUP: (),
}
"""What may stand directly below what (DOMAIN, Organisation tree)."""


def check_child_kind(parent: OrganisationKind, kind: OrganisationKind) -> None:
    """Raise Invalid when an organisation of ``kind`` cannot stand below ``parent``."""
    if kind not in CHILD_KINDS[parent]:
        raise Invalid(
            f"{LABELS[parent]}下面不能设{LABELS[kind]}，请选别的类别",
            "organisations.wrong_kind",
            fields={"kind": "请选别的类别"},
        )


def check_holds_members(kind: OrganisationKind) -> None:
    """Raise Invalid when members cannot belong to an organisation of ``kind`` directly."""
    if kind is not OrganisationKind.BRANCH:
        raise Invalid(
            f"党员要编在党支部里，这里是{LABELS[kind]}。请选一个党支部",
            "members.not_a_branch",
            fields={"organisation": "请选一个党支部"},
        )


def check_code(text: str) -> str:
    """Return an organisation's code: lower-case letters, digits and hyphens, at most 40.

    Raises:
        Invalid: when it is anything else.
    """
    code = text.strip().lower()
    if not _CODE.fullmatch(code):
        raise Invalid(
            "代码只能用小写字母、数字和短横线，最多 40 个字符",
            "organisations.bad_code",
            fields={"code": "只能用小写字母、数字和短横线"},
        )
    return code


def check_name(text: str, what: str = "姓名") -> str:
    """Return a typed name, kept exactly but for invisible marks and outer spaces.

    Raises:
        Invalid: when it is empty, longer than 60 characters, without any letter, or holds
            marks that hide or reverse text.
    """
    name = squeeze_spaces(repair_private_use(text))
    if has_invisible(name):
        raise Invalid(
            f"{what}里有看不见的控制字符，请删掉重打",
            "names.invisible",
            fields={"name": f"{what}里有看不见的字符，请重打一遍"},
        )
    if not any(character.isalpha() for character in remove_invisible(name)):
        raise Invalid(f"请填写{what}", "names.missing", fields={"name": f"请填写{what}"})
    if len(name) > NAME_LENGTH:
        raise Invalid(
            f"{what}有 {len(name)} 个字，最多 {NAME_LENGTH} 个",
            "names.too_long",
            fields={"name": f"最多 {NAME_LENGTH} 个字"},
        )
    return name


def check_post(text: str) -> str:
    """Return a cleaned post, empty for none; raise Invalid beyond 60 characters."""
    post = clean_line(text)
    if len(post) > POST_LENGTH:
        raise Invalid(
            f"职务最多 {POST_LENGTH} 个字",
            "members.post_too_long",
            fields={"post": f"最多 {POST_LENGTH} 个字"},
        )
    return post


def check_date(text: str, field: str) -> str | None:
    """Return an ISO date of any precision (1978, 1978-05, 1978-05-01), None when empty.

    Raises:
        Invalid: for anything else; ``field`` names it in the form.
    """
    given = text.strip()
    if not given:
        return None
    if not _ISO_DATE.fullmatch(given):
        raise Invalid(
            "日期请写成 1978、1978-05 或 1978-05-01 的样子",
            "members.bad_date",
            fields={field: "请写成 1978、1978-05 或 1978-05-01 的样子"},
        )
    return given


def check_reason(text: str) -> str:
    """Return the reason of an act that asks for one; raise Invalid when empty or over 500."""
    reason = clean_line(text)
    if not reason or len(reason) > REASON_LENGTH:
        raise Invalid(
            f"请写明原因，{REASON_LENGTH} 字以内", "reason.missing", fields={"reason": "请写明原因"}
        )
    return reason


def short_name_of(name: str) -> str:
    """Return the place in an organisation's full name: 柳河村 for 中共柳河村支部委员会."""
    bare = re.sub(r"^(中国共产党|中共)", "", name)
    bare = re.sub(r"(总支部委员会|支部委员会|委员会|党总支|党支部|党委|支部)$", "", bare)
    return bare or name
