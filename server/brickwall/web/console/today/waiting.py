"""What waits for this person, queue by queue, each with its first few things and their number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from brickwall.commitments import queries, rules
from brickwall.commitments.models import Commitment
from brickwall.evaluations.queries import count_held_comments
from brickwall.feedback.constants import FeedbackState
from brickwall.feedback.models import Feedback
from brickwall.feedback.queries import count_waiting, waiting_feedback
from brickwall.kernel.permissions import Actor, Permission
from brickwall.moderation import rules as moderation_rules
from brickwall.moderation.constants import LABELS
from brickwall.moderation.models import ContentCheck
from brickwall.moderation.owners import Described
from brickwall.moderation.queries import count_held, held_below
from brickwall.moderation.services import describe_all
from brickwall.web.console.navigation import area_url
from brickwall.web.console.words import near_day, near_moment

SHOWN = 4
QUOTED = 60


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: a word for its kind, what it is, a note, and the button that leads to it."""

    kind: str
    tone: str
    text: str
    note: str
    action: str
    url: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: ``total`` things wait, the first of them are ``items``; ``url`` shows them all."""

    items: Sequence[Item]
    total: int
    url: str


Describe = Callable[[Session, Commitment], Item]


def _url(which: str, commitment: Commitment) -> str:
    """Return the place of a commitment in its review queue, so that the next one follows."""
    return area_url("console_commitments", "review_queue", which=which, at=commitment.public_id)


def _to_vet(session: Session, commitment: Commitment) -> Item:
    hints = rules.vetting_hints(commitment, queries.list_similar(session, commitment))
    return Item(
        "审承诺",
        "new",
        f"{rules.owner_name(commitment)} 交来 1 件新承诺：“{commitment.title}”",
        f"提示：{'；'.join(hints)}" if hints else "",
        "看看",
        _url("vet", commitment),
    )


def _to_vet_again(session: Session, commitment: Commitment) -> Item:
    text = f"{rules.owner_name(commitment)} 想改已公示的承诺：“{commitment.title}”"
    return Item("审修改", "new", text, "原来的内容会一直看得到", "看看", _url("revise", commitment))


def _to_publish(session: Session, commitment: Commitment) -> Item:
    text = f"{rules.owner_name(commitment)} 的承诺已审过：“{commitment.title}”"
    return Item("公示", "plain", text, "公示以后上墙，内容不能再改", "公示", _url("publish", commitment))


def _to_check(session: Session, commitment: Commitment) -> Item:
    entry = queries.latest_entries(session, [commitment.id], hidden=True).get(commitment.id)
    photos = f"{len(entry.photos)} 张照片，" if entry and entry.photos else ""
    note = f"{photos}{near_day(entry.happened_on)}：{entry.text}" if entry else "还没有践诺记录"
    text = f"{rules.owner_name(commitment)} 报“办成了”：{commitment.title}"
    return Item("核实", "plain", text, note, "核实", _url("check", commitment))


def _queue(session: Session, query: Select[Any], describe: Describe, which: str) -> Queue:
    total = queries.count_rows(session, query)
    found = session.scalars(query.limit(SHOWN)).unique().all() if total else []
    url = area_url("console_commitments", "review_queue", which=which)
    return Queue([describe(session, row) for row in found], total, url)


def _comments(session: Session, actor: Actor) -> Queue:
    total = count_held_comments(session, actor.paths(Permission.COMMENT_REVIEW))
    url = area_url("console_rounds", "comments")
    text = f"{total} 条评议留言等您看过"
    item = Item("评议留言", "plain", text, "看过才公开；没看过的谁也看不到", "看看", url)
    return Queue([item] if total else [], total, url)


def _to_look_at(check: ContentCheck, what: Described) -> Item:
    text = what.text if len(what.text) <= QUOTED else f"{what.text[:QUOTED]}……"
    note = f"{what.about}；{moderation_rules.why(check)}。没看过的谁也看不到"
    url = area_url("console_moderation", "page", public_id=check.public_id)
    return Item("审看", "new", f"{LABELS[check.kind]}：“{text}”", note, "看看", url)


def _held(session: Session, actor: Actor) -> Queue:
    paths = actor.paths(Permission.CONTENT_REVIEW)
    total = count_held(session, paths)
    found = session.scalars(held_below(paths).limit(SHOWN)).unique().all() if total else []
    texts = describe_all(session, found)
    items = [_to_look_at(check, texts[check.public_id]) for check in found]
    return Queue(items, total, area_url("console_moderation"))


def _message(feedback: Feedback) -> Item:
    text = feedback.text if len(feedback.text) <= QUOTED else f"{feedback.text[:QUOTED]}……"
    about = f"说的是{feedback.member.name}" if feedback.member else "写给支部"
    note = f"{near_moment(feedback.created_at)}，{about}，没留姓名"
    url = area_url("console_feedback", "page", public_id=feedback.public_id)
    return Item("投诉建议", "late", f"“{text}”", note, "答复", url)


def _messages(session: Session, actor: Actor) -> Queue:
    paths = actor.paths(Permission.FEEDBACK_ANSWER)
    total = count_waiting(session, paths)
    found = session.scalars(waiting_feedback(paths).limit(SHOWN)).unique().all() if total else []
    url = area_url("console_feedback", state=FeedbackState.WAITING.value)
    return Queue([_message(each) for each in found], total, url)


def list_queues(session: Session, actor: Actor) -> list[Queue]:
    """Return the queues of ``actor`` that are not empty, the most pressing first."""
    queues = [
        _queue(session, queries.vetting_queue(actor), _to_vet, "vet"),
        _queue(session, queries.revision_queue(actor), _to_vet_again, "revise"),
        _queue(session, queries.publishing_queue(actor), _to_publish, "publish"),
        _queue(session, queries.checking_queue(actor), _to_check, "check"),
        _held(session, actor),
        _messages(session, actor),
        _comments(session, actor),
    ]
    return [queue for queue in queues if queue.total]
