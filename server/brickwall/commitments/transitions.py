"""The life cycle: each step a small class that says from where, to where, who may, what it needs.

A later step (rectification, recommitment) is a new class here and nothing else: the runner
in ``services`` locks the row, asks the class, moves the state, writes chain and audit.
"""

from typing import ClassVar

from brickwall.audit.constants import Tag
from brickwall.commitments import rules
from brickwall.commitments.constants import LABELS, CommitmentState, EventKind
from brickwall.commitments.models import Commitment
from brickwall.kernel.permissions import Actor, Permission
from brickwall.kernel.problems import Forbidden, NotFound, Problem, Refused

S = CommitmentState


class Transition:
    """One step of the life cycle.

    ``verb`` is what people call it; ``needs_reason`` asks for one that everybody will read.
    ``needs(commitment)`` returns a sentence when the record is not ready, or an empty text.
    """

    name: ClassVar[str]
    verb: ClassVar[str]
    sources: ClassVar[frozenset[CommitmentState]]
    target: ClassVar[CommitmentState]
    event: ClassVar[EventKind]
    tag: ClassVar[Tag]
    needs_reason: ClassVar[bool] = False

    def permitted(self, actor: Actor, commitment: Commitment) -> bool:
        """Tell whether this person may take this step, whatever the state."""
        raise NotImplementedError

    def needs(self, commitment: Commitment) -> str:
        """Return what is still missing, as a sentence with the next step."""
        return ""

    def refusal(self, actor: Actor, commitment: Commitment) -> Problem | None:
        """Return why the step cannot be taken by this actor now, or None when it can."""
        if not rules.may_read(actor, commitment):
            return NotFound("没有找到这件承诺，可能已被移走")
        if not self.permitted(actor, commitment):
            return Forbidden(self.forbidden_sentence(actor, commitment), f"commitments.may_not_{self.name}")
        if commitment.state not in self.sources:
            return Refused(self.state_sentence(commitment), "commitments.wrong_state")
        missing = self.needs(commitment)
        return Refused(missing, f"commitments.not_ready_to_{self.name}") if missing else None

    def allowed(self, actor: Actor, commitment: Commitment) -> bool:
        """Tell whether the step can be taken by this actor now; what a page asks for its buttons."""
        return self.refusal(actor, commitment) is None

    def forbidden_sentence(self, actor: Actor, commitment: Commitment) -> str:
        """Return the sentence for somebody who sees it but may not do this."""
        return f"您不能{self.verb}这件承诺，请找支部书记或上级党组织"

    def state_sentence(self, commitment: Commitment) -> str:
        """Return the sentence for a state in which this step does not exist."""
        label = LABELS[commitment.state]
        return f"这件承诺现在是“{label}”，不能{self.verb}。页面可能旧了，请刷新后再看。"


class ByWriter(Transition):
    """Steps of the owner, or of staff for him."""

    def permitted(self, actor: Actor, commitment: Commitment) -> bool:
        """Tell whether he words it: the member himself, or staff for him."""
        return rules.may_write(actor, commitment)


class ByChecker(Transition):
    """Steps of the one who checks: never of the owner himself (DOMAIN.md, three truths)."""

    permission: ClassVar[Permission]

    def permitted(self, actor: Actor, commitment: Commitment) -> bool:
        """Tell whether he checks it, and not himself."""
        if rules.is_own_work(actor, commitment):
            return False
        return actor.may(self.permission, rules.checking_path(commitment))

    def forbidden_sentence(self, actor: Actor, commitment: Commitment) -> str:
        """Say who checks instead."""
        if rules.is_own_work(actor, commitment):
            return f"自己的承诺不能自己{self.verb}，请支部其他同志或上级党组织来办"
        if commitment.member_id is None:
            return f"支部自己的承诺由上级党组织{self.verb}，支部不能自己办"
        return super().forbidden_sentence(actor, commitment)


class Edit(ByWriter):
    """Words changed before publication; a returned one becomes a draft again."""

    name = "edit"
    verb = "修改"
    sources = rules.EDITABLE
    target = S.DRAFT
    event = EventKind.EDITED
    tag = Tag.COMMITMENT_REVISED

    def state_sentence(self, commitment: Commitment) -> str:
        """Point to a revision once the text is frozen."""
        if rules.is_public(commitment):
            return "已经公示的承诺不能直接改。请用“申请修改”，写明原因，审过以后新旧两份都能看到。"
        return super().state_sentence(commitment)


class Submit(ByWriter):
    """Handed in for vetting."""

    name = "submit"
    verb = "提交"
    sources = frozenset({S.DRAFT})
    target = S.SUBMITTED
    event = EventKind.SUBMITTED
    tag = Tag.COMMITMENT_SUBMITTED

    def state_sentence(self, commitment: Commitment) -> str:
        """Ask for the change first that the return asked for."""
        if commitment.state is S.RETURNED:
            return "这件承诺被退回了。请先按退回的原因修改，再提交。"
        return super().state_sentence(commitment)


class Return(ByChecker):
    """Sent back to its author by the vetting side (PRACTICES G2)."""

    name = "return"
    verb = "退回"
    sources = frozenset({S.SUBMITTED})
    target = S.RETURNED
    event = EventKind.RETURNED
    tag = Tag.COMMITMENT_RETURNED
    permission = Permission.COMMITMENT_VET
    needs_reason = True


class Approve(ByChecker):
    """Vetted; the file number is given here (PRACTICES G3)."""

    name = "approve"
    verb = "审核"
    sources = frozenset({S.SUBMITTED})
    target = S.APPROVED
    event = EventKind.APPROVED
    tag = Tag.COMMITMENT_APPROVED
    permission = Permission.COMMITMENT_VET


class Publish(Transition):
    """Shown to everybody; from here on the text is frozen (PRACTICES L4)."""

    name = "publish"
    verb = "公示"
    sources = frozenset({S.APPROVED})
    target = S.PUBLISHED
    event = EventKind.PUBLISHED
    tag = Tag.COMMITMENT_PUBLISHED

    def permitted(self, actor: Actor, commitment: Commitment) -> bool:
        """Tell whether he publishes for the branch, its own commitments included."""
        return actor.may(Permission.COMMITMENT_PUBLISH, commitment.organisation.path)


class Resume(Transition):
    """Work goes on after it was sent back; taken by recording a new entry."""

    name = "resume"
    verb = "接着办"
    sources = frozenset({S.SENT_BACK})
    target = S.PUBLISHED
    event = EventKind.ENTRY_RECORDED
    tag = Tag.ENTRY_RECORDED

    def permitted(self, actor: Actor, commitment: Commitment) -> bool:
        """Tell whether he may record what was done."""
        return rules.may_record(actor, commitment)


class ClaimDone(Transition):
    """自报: the member says it is done."""

    name = "claim"
    verb = "报告办成"
    sources = frozenset({S.PUBLISHED})
    target = S.DONE_CLAIMED
    event = EventKind.DONE_CLAIMED
    tag = Tag.COMMITMENT_DONE_CLAIMED

    def permitted(self, actor: Actor, commitment: Commitment) -> bool:
        """Tell whether he may record what was done."""
        return rules.may_record(actor, commitment)

    def needs(self, commitment: Commitment) -> str:
        """Ask for at least one entry, and for the whole count."""
        if commitment.last_entry_at is None:
            return "还没有践诺记录。请先记一条做了什么，再报办成。"
        missing = rules.missing_amount(commitment)
        return f"还差 {missing} {commitment.unit}。请先把做过的记上，再报办成。" if missing else ""

    def state_sentence(self, commitment: Commitment) -> str:
        """Ask for a new entry after a check that sent it back."""
        if commitment.state is S.SENT_BACK:
            return "上次核实后退回了。请先记一条新的践诺记录，再报办成。"
        return super().state_sentence(commitment)


class CloseOut(ByChecker):
    """核实: the checking side looked and found it done (PRACTICES G3, L11)."""

    name = "close_out"
    verb = "核实销号"
    sources = frozenset({S.DONE_CLAIMED})
    target = S.CLOSED_OUT
    event = EventKind.CLOSED_OUT
    tag = Tag.COMMITMENT_CLOSED_OUT
    permission = Permission.COMMITMENT_CLOSE_OUT


class SendBack(ByChecker):
    """The checking side looked and found it not done."""

    name = "send_back"
    verb = "核实退回"
    sources = frozenset({S.DONE_CLAIMED})
    target = S.SENT_BACK
    event = EventKind.SENT_BACK
    tag = Tag.COMMITMENT_SENT_BACK
    permission = Permission.COMMITMENT_CLOSE_OUT
    needs_reason = True


class Withdraw(Transition):
    """Given up in public, with the upper organisation's consent and a public reason (DOMAIN.md)."""

    name = "withdraw"
    verb = "撤回"
    sources = frozenset({S.PUBLISHED, S.SENT_BACK})
    target = S.WITHDRAWN
    event = EventKind.WITHDRAWN
    tag = Tag.COMMITMENT_WITHDRAWN
    needs_reason = True

    def permitted(self, actor: Actor, commitment: Commitment) -> bool:
        """Tell whether he decides for the organisation above, and not about himself."""
        if rules.is_own_work(actor, commitment):
            return False
        return actor.may(Permission.COMMITMENT_WITHDRAW, rules.upper_path(commitment.organisation))

    def forbidden_sentence(self, actor: Actor, commitment: Commitment) -> str:
        """Say whose consent is needed."""
        return "公示过的承诺要由上级党组织批准才能撤回，请写明原因报上级"


class Discard(ByWriter):
    """Dropped before anybody saw it."""

    name = "discard"
    verb = "作废"
    sources = rules.UNPUBLISHED
    target = S.WITHDRAWN
    event = EventKind.WITHDRAWN
    tag = Tag.COMMITMENT_WITHDRAWN
    needs_reason = True


EDIT, SUBMIT, RETURN, APPROVE, PUBLISH = Edit(), Submit(), Return(), Approve(), Publish()
RESUME, CLAIM, CLOSE_OUT, SEND_BACK = Resume(), ClaimDone(), CloseOut(), SendBack()
WITHDRAW, DISCARD = Withdraw(), Discard()

TRANSITIONS: tuple[Transition, ...] = (
    EDIT,
    SUBMIT,
    RETURN,
    APPROVE,
    PUBLISH,
    RESUME,
    CLAIM,
    CLOSE_OUT,
    SEND_BACK,
    WITHDRAW,
    DISCARD,
)
BY_NAME: dict[str, Transition] = {transition.name: transition for transition in TRANSITIONS}


def allowed_transitions(actor: Actor, commitment: Commitment) -> list[Transition]:
    """Return the steps this actor can take now, in the order of the life cycle."""
    return [transition for transition in TRANSITIONS if transition.allowed(actor, commitment)]
