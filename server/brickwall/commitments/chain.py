"""The chain of a commitment in plain sentences: who, when, what, why (DOMAIN.md, PRACTICES A7).

The public chain holds what happened since it was written, without the drafts' inner changes;
the branch sees every link.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from brickwall.commitments import queries
from brickwall.commitments.constants import LABELS, EntrySource, EventKind, RevisionState, Showing
from brickwall.commitments.models import Commitment, CommitmentEvent, FulfilmentEntry, Photo, Revision
from brickwall.commitments.texts import Change, changes_between, from_json
from brickwall.moderation.constants import ContentKind
from brickwall.moderation.queries import find_checks

_SENTENCES: dict[EventKind, str] = {
    EventKind.PROPOSED: "写下了这件承诺",
    EventKind.EDITED: "改了稿子",
    EventKind.SUBMITTED: "交上去审核",
    EventKind.RETURNED: "退回，请修改",
    EventKind.APPROVED: "审过了",
    EventKind.PUBLISHED: "公示了",
    EventKind.ENTRY_RECORDED: "记了一条",
    EventKind.ENTRY_SUPERSEDED: "更正了一条记录",
    EventKind.DONE_CLAIMED: "报告办成了，等待核实",
    EventKind.SENT_BACK: "核实后退回，接着办",
    EventKind.CLOSED_OUT: "核实办成，销号",
    EventKind.WITHDRAWN: "撤回了这件承诺",
    EventKind.REVISION_PROPOSED: "申请修改内容，等待审核",
    EventKind.REVISED: "审过修改，换用新的内容",
    EventKind.REVISION_REFUSED: "没有采用修改，内容照旧",
}
# Work on the draft is nobody's business but the branch's.
_INNER = frozenset({EventKind.EDITED})
# Done by staff for a member, these say for whom.
_FOR_HIM = frozenset({EventKind.PROPOSED, EventKind.DONE_CLAIMED})
# The words beside a member's own step are public once the branch has acted on it: a person has
# read them then (brickwall.moderation).
_READ_WITH = {
    EventKind.DONE_CLAIMED: frozenset({EventKind.SENT_BACK, EventKind.CLOSED_OUT}),
    EventKind.REVISION_PROPOSED: frozenset({EventKind.REVISED, EventKind.REVISION_REFUSED}),
}


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as it is read. ``who`` did it, ``recorder`` wrote it down for him (代录) or is empty.

    ``notice`` tells its writer and the branch that it, or a photo of it, is not shown, and why.
    """

    public_id: str
    happened_on: date
    text: str
    amount: int | None
    unit: str
    source: EntrySource
    who: str
    recorder: str
    superseded: bool
    supersedes: str
    showing: Showing = Showing.SHOWN
    notice: str = ""
    photos: list[Photo] = field(default_factory=list)

    @property
    def byline(self) -> str:
        """Return who stands behind the entry: ``林秀峰`` or ``林秀峰（陈干事在走访时代录）``."""
        if not self.recorder:
            return self.who
        where = f"在{LABELS[self.source]}时" if self.source is not EntrySource.PHONE else ""
        return f"{self.who}（{self.recorder}{where}代录）"


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One link: ``sentence`` says what ``who`` did at ``at``; ``why`` is the reason or remark."""

    sequence: int
    at: datetime
    kind: EventKind
    who: str
    sentence: str
    why: str
    entry: EntryView | None = None
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One text of a commitment: number 1 is the first, ``current`` the one in force."""

    number: int
    state: RevisionState
    current: bool
    who: str
    at: datetime
    reason: str
    changes: list[Change]


def read_chain(session: Session, commitment: Commitment, *, public: bool = True) -> list[ChainLink]:
    """Return the chain, the first link first, with three queries whatever its length.

    Args:
        public: leave out the drafts' inner changes and what nobody may see yet (entries and
            photos that wait to be looked at, or were refused; a member's words beside a step the
            branch has not answered); False for the owner and his branch.
    """
    events = [
        event for event in queries.list_events(session, commitment) if not (public and event.kind in _INNER)
    ]
    entries = {view.public_id: view for view in read_entries(session, commitment, public=public)}
    unread: set[int] = set()
    if public:
        events = [event for event in events if not _is_hidden(event, entries)]
        unread = _unread(events)
    revisions = {row.number: row for row in queries.list_revisions(session, commitment)}
    links = (_link(event, commitment, entries, revisions) for event in events)
    return [replace(link, why="") if link.sequence in unread else link for link in links]


def _unread(events: Sequence[CommitmentEvent]) -> set[int]:
    """Return the numbers of a member's own steps whose words nobody of the branch has read yet."""
    return {
        event.sequence
        for event in events
        if event.data.get("by_owner")
        and event.kind in _READ_WITH
        and not any(
            later.kind in _READ_WITH[event.kind] for later in events if later.sequence > event.sequence
        )
    }


def _is_hidden(event: CommitmentEvent, shown: dict[str, EntryView]) -> bool:
    """Tell whether an event brought an entry that is not among those shown."""
    entry = event.data.get("entry")
    return entry is not None and str(entry) not in shown


def read_entries(session: Session, commitment: Commitment, *, public: bool = True) -> list[EntryView]:
    """Return every entry of a commitment, corrected ones included, the earliest day first.

    Args:
        public: leave out entries and photos that nobody may see yet.
    """
    rows = queries.list_entries(session, commitment)
    public_ids = {row.id: row.public_id for row in rows}
    if public:
        return [
            entry_view(row, commitment, public_ids, public=True)
            for row in rows
            if row.showing is Showing.SHOWN
        ]
    reasons = _refusal_reasons(session, rows)
    return [entry_view(row, commitment, public_ids, refusal=reasons.get(row.public_id, "")) for row in rows]


def _refusal_reasons(session: Session, rows: Iterable[FulfilmentEntry]) -> dict[str, str]:
    """Return why people refused entries, by public id; no query when none was."""
    refused = [row.public_id for row in rows if row.showing is Showing.REFUSED]
    return {each: check.decision for each, check in find_checks(session, ContentKind.ENTRY, refused).items()}


def notice_of(row: FulfilmentEntry, refusal: str = "") -> str:
    """Return what its writer is told about an entry that, or whose photos, are not shown."""
    if row.superseded:
        return ""
    if row.showing is Showing.WAITING:
        return LABELS[Showing.WAITING]
    if row.showing is Showing.REFUSED:
        why = f"，原因：{refusal.rstrip('。')}" if refusal else ""
        return f"{LABELS[Showing.REFUSED]}{why}。可以更正这条，改好再交"
    photos = [photo.showing for photo in row.photos]
    refused, waiting = photos.count(Showing.REFUSED), photos.count(Showing.WAITING)
    words = [f"有 {waiting} 张照片等待审看，通过后公开"] if waiting else []
    if refused:
        words.append(f"有 {refused} 张照片没有通过审看，可以更正这条，换一张")
    return "；".join(words)


def entry_view(
    row: FulfilmentEntry,
    commitment: Commitment,
    public_ids: dict[int, str] | None = None,
    *,
    public: bool = False,
    refusal: str = "",
) -> EntryView:
    """Return one entry as it is read; photos of a corrected entry are left out.

    Args:
        public: leave out photos nobody may see yet, and every notice about that.
        refusal: why a person refused it.
    """
    photos = [] if row.superseded else list(row.photos)
    return EntryView(
        public_id=row.public_id,
        happened_on=row.happened_on,
        text=row.text,
        amount=row.amount,
        unit=commitment.unit,
        source=row.source,
        who=row.on_behalf_of or row.recorded_by,
        recorder=row.recorded_by if row.on_behalf_of else "",
        superseded=row.superseded,
        supersedes=(public_ids or {}).get(row.supersedes_id or 0, ""),
        showing=row.showing,
        notice="" if public else notice_of(row, refusal),
        photos=[one for one in photos if not public or one.showing is Showing.SHOWN],
    )


def _link(
    event: CommitmentEvent,
    commitment: Commitment,
    entries: dict[str, EntryView],
    revisions: dict[int, Revision],
) -> ChainLink:
    return ChainLink(
        sequence=event.sequence,
        at=event.at,
        kind=event.kind,
        who=event.actor_label,
        sentence=_sentence(event, commitment),
        why=event.reason,
        entry=entries.get(str(event.data.get("entry", ""))),
        changes=_changes(event, revisions),
    )


def _sentence(event: CommitmentEvent, commitment: Commitment) -> str:
    if event.kind in _FOR_HIM and commitment.member is not None and not event.data.get("by_owner"):
        return f"替{commitment.member.name}{_SENTENCES[event.kind]}"
    if event.kind is EventKind.APPROVED and commitment.file_number:
        return f"{_SENTENCES[event.kind]}，编号{commitment.file_number}"
    if event.kind is EventKind.WITHDRAWN and commitment.published_at is None:
        return "没有公示就作废了"
    return _SENTENCES[event.kind]


def _changes(event: CommitmentEvent, revisions: dict[int, Revision]) -> list[Change]:
    """Return what a revision taken into force changed; a refused text is nobody's promise."""
    if event.kind is not EventKind.REVISED:
        return []
    after, before = revisions.get(event.data["revision"]), revisions.get(event.data["earlier"])
    if after is None or before is None:
        return []
    return changes_between(from_json(before.text), from_json(after.text))


def read_revisions(session: Session, commitment: Commitment) -> list[RevisionView]:
    """Return every text with what it changed against the one accepted before it."""
    views: list[RevisionView] = []
    accepted: Revision | None = None
    for row in queries.list_revisions(session, commitment):
        changes = changes_between(from_json(accepted.text), from_json(row.text)) if accepted else []
        current = row.number == commitment.revision
        views.append(
            RevisionView(row.number, row.state, current, row.actor_label, row.created_at, row.reason, changes)
        )
        if row.state is RevisionState.ACCEPTED:
            accepted = row
    return views


def first_due_on(revisions: Iterable[Revision]) -> date | None:
    """Return the deadline first promised, so that a page can say ``原定 11 月 16 日``."""
    for row in revisions:
        if row.number == 1:
            return from_json(row.text).due_on
    return None
