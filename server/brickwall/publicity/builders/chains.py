"""The whole life of one commitment: three truths, its words, every link of its chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from brickwall.commitments import queries as commitments
from brickwall.commitments.chain import ChainLink as ChainEvent
from brickwall.commitments.chain import EntryView, read_chain
from brickwall.commitments.constants import (
    LABELS,
    CommitmentKind,
    CommitmentState,
    EventKind,
    RevisionState,
)
from brickwall.commitments.models import Commitment, Revision
from brickwall.commitments.texts import CommitmentText, from_json, text_of
from brickwall.evaluations.figures import find_standing
from brickwall.kernel import clock
from brickwall.publicity import queries
from brickwall.publicity.builders.ratings import truth_words
from brickwall.publicity.builders.site import Built, Site
from brickwall.publicity.builders.standings import standing_of
from brickwall.publicity.constants import (
    GATHERED_FRESH,
    brick_path,
    chain_path,
    photo_path,
    wall_path,
)
from brickwall.publicity.view_models import (
    ChainLink,
    ChainPage,
    Link,
    OldText,
    Picture,
    Truth,
)
from brickwall.publicity.words import day, day_of, full_day

THUMBNAIL = 208
E = EventKind
S = CommitmentState
TONES: dict[EventKind, str] = {
    E.PUBLISHED: "go",
    E.CLOSED_OUT: "done",
    E.SENT_BACK: "late",
    E.WITHDRAWN: "late",
}


@dataclass(frozen=True, slots=True)
class _Record:
    """Everything one chain page is made from. ``links`` run from the first to the last."""

    commitment: Commitment
    links: Sequence[ChainEvent]
    revisions: Sequence[Revision]

    @property
    def owner(self) -> str:
        """Return whose promise it is."""
        member = self.commitment.member
        return member.name if member is not None else self.commitment.organisation.name

    @property
    def entries(self) -> list[EntryView]:
        """Return the standing entries."""
        return [link.entry for link in self.links if link.entry and not link.entry.superseded]


def build_chain(site: Site, public_id: str) -> Built | None:
    """Build the page of a commitment; None when there is none or it was never published."""
    commitment = commitments.find_commitment(site.session, public_id)
    if commitment is None or commitment.published_at is None:
        return None
    record = _Record(
        commitment,
        read_chain(site.session, commitment),
        commitments.list_revisions(site.session, commitment),
    )
    page = _page(site, record)
    fresh_until = min(clock.now() + GATHERED_FRESH, clock.end_of_day(site.today))
    return Built(page, f"commitment:{commitment.id}", fresh_until)


def _page(site: Site, record: _Record) -> ChainPage:
    commitment, branch = record.commitment, record.commitment.organisation
    code = _owner_code(site, commitment)
    home = brick_path(code) if code else wall_path(branch.code)
    member = commitment.member
    post = [part for part in (member.post if member else "", branch.name if member else "") if part]
    about = f"about={code}" if code else f"wall={branch.code}"
    return ChainPage(
        chrome=site.chrome(chain_path(commitment.public_id), f"{commitment.title} · {record.owner}"),
        owner=Link(home, record.owner),
        owner_line=" · ".join(post),
        heading=commitment.title,
        file_number=commitment.file_number or "",
        standing=standing_of(commitment, site.today),
        truths=_truths(site, record),
        facts=facts_of(text_of(commitment)),
        chain=_chain(site, record),
        old_texts=_old_texts(site, record),
        wall_path=wall_path(branch.code),
        feedback_path=f"/feedback?{about}",
        related=_related(site, commitment),
    )


def _owner_code(site: Site, commitment: Commitment) -> str | None:
    if commitment.member_id is not None:
        return queries.find_member_code(site.session, commitment.member_id)
    return queries.find_own_code(site.session, commitment.organisation_id)


def facts_of(text: CommitmentText) -> tuple[tuple[str, str], ...]:
    """Return the words of a commitment as labelled lines; what nobody wrote is left out."""
    count = f"{text.target_amount} {text.unit}" if text.kind is CommitmentKind.COUNTED else ""
    facts = (
        ("办什么", text.detail),
        ("怎么办", text.measures),
        ("谁受益", text.beneficiary),
        ("做多少", count),
        ("什么时候办完", full_day(text.due_on) if text.due_on else "没写期限"),
        ("哪一类", f"{LABELS[text.category]}，{LABELS[text.kind]}"),
    )
    return tuple((label, words) for label, words in facts if words)


# ---------------------------------------------------------------- three truths


def _truths(site: Site, record: _Record) -> tuple[Truth, ...]:
    return _claimed(site, record), _checked(site, record), _rated(site, record)


def _claimed(site: Site, record: _Record) -> Truth:
    commitment = record.commitment
    if commitment.claimed_at is not None and commitment.state in {S.DONE_CLAIMED, S.CLOSED_OUT}:
        return Truth("自报", "办成了", f"{day(commitment.claimed_at, site.today)}报的", "done")
    last = max((entry.happened_on for entry in record.entries), default=None)
    rest = f"最近一次记录 {day(last, site.today)}，共 {len(record.entries)} 条" if last else "还没有记录"
    return Truth("自报", "还在办" if commitment.state is not S.WITHDRAWN else "没有办成", rest, "")


def _checked(site: Site, record: _Record) -> Truth:
    commitment = record.commitment
    if commitment.state is S.CLOSED_OUT and commitment.closed_out_at is not None:
        last = _last(record, E.CLOSED_OUT)
        who = last.who if last else "支部"
        return Truth("核实", "办成了", f"{day(commitment.closed_out_at, site.today)}，{who}", "done")
    if commitment.state is S.DONE_CLAIMED:
        return Truth("核实", "等待核实", "支部看过以后写在这里", "")
    back = _last(record, E.SENT_BACK)
    if back is not None:
        return Truth("核实", "没有办好，退回再办", f"{day(back.at, site.today)}，{back.who}", "late")
    return Truth("核实", "还没核实", "报了办成以后再核实", "")


def _rated(site: Site, record: _Record) -> Truth:
    commitment = record.commitment
    if commitment.member_id is not None:
        standing = find_standing(site.session, member_id=commitment.member_id)
    else:
        standing = find_standing(site.session, organisation_id=commitment.organisation_id)
    strong, rest = truth_words(standing, record.owner)
    return Truth("群众评", strong, rest, "")


def _last(record: _Record, kind: EventKind) -> ChainEvent | None:
    return next((link for link in reversed(record.links) if link.kind is kind), None)


# ---------------------------------------------------------------- the chain


def _chain(site: Site, record: _Record) -> tuple[ChainLink, ...]:
    return tuple(link_of(link, site.today) for link in reversed(record.links))


def link_of(link: ChainEvent, today: date) -> ChainLink:
    """Return one link of a chain in a plain sentence, as it is read on ``today`` (Asia/Shanghai)."""
    if link.entry is not None:
        return _entry_link(link, link.entry, today)
    return ChainLink(
        day=day(link.at, today),
        exact=day_of(link.at).isoformat(),
        sentence=f"{link.who}{link.sentence}。",
        reason=link.why,
        tone=TONES.get(link.kind, ""),
    )


def _entry_link(link: ChainEvent, entry: EntryView, today: date) -> ChainLink:
    later = f"（{day(link.at, today)}补记）" if day_of(link.at) != entry.happened_on else ""
    corrected = link.kind is E.ENTRY_SUPERSEDED
    verb = "更正为" if corrected else "记录"
    struck = "（后来更正过）" if entry.superseded else ""
    amount = f"（{entry.amount} {entry.unit}）" if entry.amount else ""
    return ChainLink(
        day=f"{day(entry.happened_on, today)}{later}",
        exact=entry.happened_on.isoformat(),
        sentence=f"{entry.byline}{verb}{amount}{struck}：",
        text=entry.text,
        reason=link.why if corrected else "",
        tone="" if entry.superseded else "go",
        pictures=_pictures(entry, today),
        struck=entry.superseded,
    )


def _pictures(entry: EntryView, today: date) -> tuple[Picture, ...]:
    return tuple(
        Picture(
            small=photo_path(photo.public_id, "s"),
            large=photo_path(photo.public_id, "l"),
            width=THUMBNAIL,
            height=THUMBNAIL,
            text=f"{day(entry.happened_on, today)}的照片，第 {place} 张",
        )
        for place, photo in enumerate(entry.photos, 1)
    )


def _old_texts(site: Site, record: _Record) -> tuple[OldText, ...]:
    """Return the earlier texts in force, newest first; what waits or was refused is not shown."""
    used = [row for row in record.revisions if row.state is RevisionState.ACCEPTED]
    earlier = [row for row in used if row.number < record.commitment.revision]
    reasons = {row.number: row.reason for row in used}
    return tuple(
        OldText(
            heading=f"第 {place} 版文字（{day(row.created_at, site.today)}写的，后来改了）",
            reason=reasons.get(record.commitment.revision, "") if row is earlier[-1] else "",
            facts=(("承诺", str(row.text["title"])), *facts_of(from_json(row.text))),
        )
        for place, row in reversed(list(enumerate(earlier, 1)))
    )


def _related(site: Site, commitment: Commitment) -> tuple[Link, ...]:
    links = []
    parent = queries.find_parent(site.session, commitment)
    if parent is not None and parent.published_at is not None:
        links.append(Link(chain_path(parent.public_id), f"接着办的是：{parent.title}"))
    following = queries.find_recommitment(site.session, commitment)
    if following is not None:
        links.append(Link(chain_path(following.public_id), f"后来再承诺：{following.title}"))
    return tuple(links)
