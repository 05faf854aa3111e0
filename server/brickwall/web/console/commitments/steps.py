"""The steps of the life cycle as buttons, and what is said after each."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brickwall.commitments import services
from brickwall.commitments.models import Commitment
from brickwall.commitments.transitions import APPROVE, PUBLISH, allowed_transitions
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import NotFound

Run = Callable[[Session, Actor, Commitment, str, int | None], object]


@dataclass(frozen=True, slots=True)
class Step:
    """One button: ``run`` takes session, actor, commitment, reason and seen version.

    ``key`` presses it in the review queue; ``question`` is asked before it, and with
    ``reasoned`` the answer must be given; ``done`` is said afterwards.
    """

    name: str
    label: str
    done: str
    run: Run
    question: str = ""
    reasoned: bool = False
    primary: bool = False
    key: str = ""


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            "submit",
            "提交审核",
            "交上去了，等审核",
            lambda s, a, c, _, seen: services.submit_commitment(s, a, c, seen=seen),
            primary=True,
        ),
        Step(
            "approve_and_publish",
            "审过并公示",
            "审过了，已经公示",
            lambda s, a, c, reason, seen: services.approve_and_publish(s, a, c, reason, seen=seen),
            primary=True,
            key="a",
        ),
        Step(
            "approve",
            "只审过，先不公示",
            "审过了，公示前还可以等一等",
            lambda s, a, c, reason, seen: services.approve_commitment(s, a, c, reason, seen=seen),
        ),
        Step(
            "return",
            "退回",
            "退回了，对方会看到原因",
            lambda s, a, c, reason, seen: services.return_commitment(s, a, c, reason, seen=seen),
            "退回以后，承诺人改好再交。原因会写在这件承诺的过程里，公示以后大家都能看到。",
            reasoned=True,
            key="r",
        ),
        Step(
            "publish",
            "公示",
            "已经公示，内容从此不能再改",
            lambda s, a, c, _, seen: services.publish_commitment(s, a, c, seen=seen),
            primary=True,
            key="a",
        ),
        Step(
            "claim",
            "报告办成了",
            "报上去了，等核实",
            lambda s, a, c, reason, seen: services.claim_done(s, a, c, reason, seen=seen),
        ),
        Step(
            "close_out",
            "核实办成，销号",
            "核实好了，已经销号",
            lambda s, a, c, reason, seen: services.close_out(s, a, c, reason, seen=seen),
            "看过什么、问过谁，可以写一句，大家都能看到。",
            primary=True,
            key="a",
        ),
        Step(
            "send_back",
            "没有办成，退回",
            "退回了，接着办",
            lambda s, a, c, reason, seen: services.send_back(s, a, c, reason, seen=seen),
            "退回以后承诺人接着办。原因大家都能看到。",
            reasoned=True,
            key="r",
        ),
        Step(
            "withdraw",
            "撤回",
            "撤回了，原因已经公开",
            lambda s, a, c, reason, seen: services.withdraw_commitment(s, a, c, reason, seen=seen),
            "撤回以后不能恢复，页面上会一直写着撤回和原因。",
            reasoned=True,
        ),
        Step(
            "discard",
            "作废",
            "作废了",
            lambda s, a, c, reason, seen: services.discard_commitment(s, a, c, reason, seen=seen),
            "这件承诺还没有公示。作废以后不能恢复，支部的记录里留着。",
            reasoned=True,
        ),
    )
}


def get_step(name: str) -> Step:
    """Return the step called ``name``.

    Raises:
        NotFound: when there is none.
    """
    if name not in STEPS:
        raise NotFound("没有这个操作，请回到列表重新打开")
    return STEPS[name]


def open_steps(actor: Actor, commitment: Commitment) -> list[Step]:
    """Return the buttons this actor finds on the commitment's page now, the likeliest first.

    Who vets and publishes both gets one button for the two.
    """
    names = [transition.name for transition in allowed_transitions(actor, commitment)]
    if APPROVE.name in names and PUBLISH.permitted(actor, commitment):
        names.insert(0, "approve_and_publish")
    return sorted((STEPS[name] for name in names if name in STEPS), key=lambda step: not step.primary)
