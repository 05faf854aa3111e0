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
)
