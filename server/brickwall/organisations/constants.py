"""Words of the organisation tree and of membership (DOMAIN.md)."""

from enum import StrEnum

from brickwall.kernel.labels import Labels


class OrganisationKind(StrEnum):
    """What an organisation is."""

    COMMITTEE = "committee"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    GROUP = "group"


class Sector(StrEnum):
    """The field an organisation works in (PRACTICES L12)."""

    VILLAGE = "village"
    COMMUNITY = "community"
    AGENCY = "agency"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"
    MOBILE = "mobile"


class MemberStatus(StrEnum):
    """Whether a member still belongs to the branch."""

    ACTIVE = "active"
    MOVED = "moved"
    LEFT = "left"
    DECEASED = "deceased"


class Sex(StrEnum):
    """As written in the roster."""

    MALE = "male"
    FEMALE = "female"


class Switch(StrEnum):
    """What is off until the county switches it on with a recorded reason (EXPERIENCE, restraint)."""

    POINTS = "points"
    ORDER = "order"
    PORTRAIT = "portrait"
    ONLINE_OFFICIAL = "online_official"
    PHONE_CHECK = "phone_check"


# The others are kept off by not existing yet: nobody can switch on what is not there.
BUILT = frozenset({Switch.PHONE_CHECK})

LABELS = Labels(
    {
        OrganisationKind.COMMITTEE: "党委",
        OrganisationKind.GENERAL_BRANCH: "党总支",
        OrganisationKind.BRANCH: "党支部",
        OrganisationKind.GROUP: "党小组",
    },
    {
        Sector.VILLAGE: "村",
        Sector.COMMUNITY: "社区",
        Sector.AGENCY: "机关",
        Sector.SCHOOL: "学校",
        Sector.HOSPITAL: "医院",
        Sector.ENTERPRISE: "企业",
        Sector.MOBILE: "流动党员",
    },
    {
        MemberStatus.ACTIVE: "在册",
        MemberStatus.MOVED: "已转出",
        MemberStatus.LEFT: "已离开",
        MemberStatus.DECEASED: "已去世",
    },
    {
        Sex.MALE: "男",
        Sex.FEMALE: "女",
    },
    {
        Switch.POINTS: "积分",
        Switch.ORDER: "给人排先后",
        Switch.PORTRAIT: "页面上放党员照片",
        Switch.ONLINE_OFFICIAL: "把手机上的评价算作正式结果",
        Switch.PHONE_CHECK: "群众愿意时，用微信验证手机号，以后实名评议用",
    },
)
