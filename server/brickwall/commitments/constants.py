"""Words of the commitment life cycle (DOMAIN.md; PRACTICES L1)."""

from enum import StrEnum

from brickwall.kernel.labels import Labels


class CommitmentState(StrEnum):
    """The stored state. Overdue, stalled and due-soon are computed from dates, never stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    DONE_CLAIMED = "done_claimed"
    SENT_BACK = "sent_back"
    CLOSED_OUT = "closed_out"
    RECTIFYING = "rectifying"
    CARRIED_OVER = "carried_over"
    WITHDRAWN = "withdrawn"


class CommitmentKind(StrEnum):
    """Done once, counted through the year (PRACTICES C3), or kept up all year."""

    ONE_OFF = "one_off"
    COUNTED = "counted"
    STANDING = "standing"


class Category(StrEnum):
    """What field of village life a commitment belongs to."""

    WATER = "water"
    ROAD = "road"
    ENVIRONMENT = "environment"
    SAFETY = "safety"
    CARE = "care"
    INCOME = "income"
    EDUCATION = "education"
    CULTURE = "culture"
    SERVICE = "service"
    OTHER = "other"


class Step(StrEnum):
    """The six steps of 漯河's one chart (PRACTICES L1)."""

    STUDY = "study"
    SETTLE = "settle"
    PUBLISH = "publish"
    FULFIL = "fulfil"
    SUPERVISE = "supervise"
    APPLY = "apply"


class EventKind(StrEnum):
    """What happened to a commitment; one entry of its public chain."""

    PROPOSED = "proposed"
    EDITED = "edited"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    ENTRY_RECORDED = "entry_recorded"
    ENTRY_SUPERSEDED = "entry_superseded"
    DONE_CLAIMED = "done_claimed"
    SENT_BACK = "sent_back"
    CLOSED_OUT = "closed_out"
    WITHDRAWN = "withdrawn"
    REVISION_PROPOSED = "revision_proposed"
    REVISED = "revised"
    REVISION_REFUSED = "revision_refused"


class EntrySource(StrEnum):
    """How an entry came in."""

    PHONE = "phone"
    MEETING = "meeting"
    VISIT = "visit"


class RevisionState(StrEnum):
    """A revision of a published text waits for vetting before it replaces the old one."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Showing(StrEnum):
    """Whether everybody sees an entry or a photo; decided by the domain moderation."""

    SHOWN = "shown"
    WAITING = "waiting"
    REFUSED = "refused"


LABELS = Labels(
    {
        CommitmentState.DRAFT: "草稿",
        CommitmentState.SUBMITTED: "等待审核",
        CommitmentState.RETURNED: "已退回",
        CommitmentState.APPROVED: "已审过",
        CommitmentState.PUBLISHED: "正在办",
        CommitmentState.DONE_CLAIMED: "自报办成，等待核实",
        CommitmentState.SENT_BACK: "核实后退回",
        CommitmentState.CLOSED_OUT: "办成了",
        CommitmentState.RECTIFYING: "正在整改",
        CommitmentState.CARRIED_OVER: "转入再承诺",
        CommitmentState.WITHDRAWN: "已撤回",
    },
    {
        CommitmentKind.ONE_OFF: "一件事",
        CommitmentKind.COUNTED: "按次数",
        CommitmentKind.STANDING: "全年坚持",
    },
    {
        Category.WATER: "水利灌溉",
        Category.ROAD: "道路照明",
        Category.ENVIRONMENT: "环境卫生",
        Category.SAFETY: "平安巡防",
        Category.CARE: "敬老助困",
        Category.INCOME: "增收致富",
        Category.EDUCATION: "教育宣讲",
        Category.CULTURE: "文化文体",
        Category.SERVICE: "办事服务",
        Category.OTHER: "其他",
    },
    {
        Step.STUDY: "研诺",
        Step.SETTLE: "定诺",
        Step.PUBLISH: "示诺",
        Step.FULFIL: "践诺",
        Step.SUPERVISE: "督诺",
        Step.APPLY: "用诺",
    },
    {
        EventKind.PROPOSED: "起草",
        EventKind.EDITED: "改稿",
        EventKind.SUBMITTED: "提交",
        EventKind.RETURNED: "退回",
        EventKind.APPROVED: "审过",
        EventKind.PUBLISHED: "公示",
        EventKind.ENTRY_RECORDED: "践诺记录",
        EventKind.ENTRY_SUPERSEDED: "更正记录",
        EventKind.DONE_CLAIMED: "自报办成",
        EventKind.SENT_BACK: "核实退回",
        EventKind.CLOSED_OUT: "核实销号",
        EventKind.WITHDRAWN: "撤回",
        EventKind.REVISION_PROPOSED: "申请修改",
        EventKind.REVISED: "修改",
        EventKind.REVISION_REFUSED: "修改没有采用",
    },
    {
        EntrySource.PHONE: "手机",
        EntrySource.MEETING: "会议",
        EntrySource.VISIT: "走访",
    },
    {
        RevisionState.WAITING: "等待审核",
        RevisionState.ACCEPTED: "已采用",
        RevisionState.REFUSED: "没有采用",
    },
    {
        Showing.SHOWN: "已公开",
        Showing.WAITING: "等待审看，通过后公开",
        Showing.REFUSED: "没有通过审看",
    },
)
