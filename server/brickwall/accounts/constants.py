"""Roles and kinds of sign-in."""

from enum import StrEnum

from brickwall.kernel.labels import Labels


class Role(StrEnum):
    """What somebody is to an organisation and everything below it (DOMAIN.md, Roles)."""

    SECRETARY = "secretary"
    CLERK = "clerk"
    SUPERIOR = "superior"
    INSPECTOR = "inspector"
    WITNESS = "witness"
    OPERATOR = "operator"
    MEMBER = "member"


class SessionKind(StrEnum):
    """How a session was opened; decides its life, and whether cookie or bearer brings it.

    RESIDENT is a WeChat sign-in without an account; STAFF_PHONE a desk's sign-in on a phone.
    """

    CONSOLE = "console"
    DEVICE = "device"
    TOKEN = "token"
    RESIDENT = "resident"
    STAFF_PHONE = "staff_phone"


LABELS = Labels(
    {
        Role.SECRETARY: "支部书记",
        Role.CLERK: "支部工作人员",
        Role.SUPERIOR: "上级党组织",
        Role.INSPECTOR: "督查员",
        Role.WITNESS: "见证人",
        Role.OPERATOR: "系统管理员",
        Role.MEMBER: "党员",
    },
    {
        SessionKind.CONSOLE: "办公电脑",
        SessionKind.DEVICE: "手机",
        SessionKind.TOKEN: "接口令牌",
        SessionKind.RESIDENT: "微信",
        SessionKind.STAFF_PHONE: "手机办公",
    },
)
