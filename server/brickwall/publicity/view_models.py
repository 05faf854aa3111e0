"""What a public page shows, ready to print: texts in people's words, no rows, no rules.

Builders fill these from the record; templates only arrange them.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    """How a thing stands, as a colour and always as words beside it; also its CSS class."""

    GOING = "go"
    LATE = "late"
    DONE = "done"
    CLAIMED = "wait"
    ENDED = "end"


@dataclass(frozen=True, slots=True)
class StepMark:
    """One of the six steps (PRACTICES L1). ``state`` is ``past``, ``now`` or ``next``."""

    short: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a counted promise is done: ``done`` of ``target``, in ``unit``."""

    done: int
    target: int
    unit: str

    @property
    def percent(self) -> int:
        """Share done in per cent, at most 100, rounded down: 100 only when all is done."""
        return min(100, self.done * 100 // self.target)

    @property
    def segments(self) -> int:
        """Into how many bricks the bar is cut; 0 when there are too many to be seen."""
        return self.target if self.target <= 24 else 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a commitment stands: ``strong`` says it in a word or two, ``rest`` explains."""

    tone: Tone
    strong: str
    rest: str
    steps: tuple[StepMark, ...]
    steps_in_words: str
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class CommitmentCard:
    """One commitment on a brick page."""

    path: str
    title: str
    standing: Standing
    latest: str
    more: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its label; ``value`` carries its denominator where it has one."""

    value: str
    label: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class RatingForm:
    """The three faces while a round is open. ``subject`` is the plaque's code.

    ``comment_length`` is how many characters a comment may have.
    """

    subject: str
    round: str
    question: str
    closes: str
    comment_length: int


@dataclass(frozen=True, slots=True)
class RatingBar:
    """One of the three counts. ``count`` may be words ("少于3"); ``percent`` draws the bar."""

    label: str
    count: str
    percent: int
    tone: str


@dataclass(frozen=True, slots=True)
class RatingResult:
    """The last closed round, or the words that say why there is no figure (RATINGS.md, Figures)."""

    heading: str
    sentence: str
    level: str = ""
    bars: tuple[RatingBar, ...] = ()
    notes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chrome:
    """What every public page carries. ``path`` is its own address; ``host`` the one to trust.

    ``receipts`` says whether there has been a round whose receipts can be looked up.
    """

    path: str
    title: str
    host: str
    receipts: bool = False


@dataclass(frozen=True, slots=True)
class BrickPage:
    """What a scanned brick opens: a member's promises, or a branch's own."""

    chrome: Chrome
    brick: str
    name: str
    lines: tuple[str, ...]
    figures: tuple[Figure, ...]
    summary: str
    filled: int
    cards: tuple[CommitmentCard, ...]
    empty: str
    rating: RatingForm | RatingResult | None
    wall_path: str
    feedback_path: str
    code: str
    older: tuple[CommitmentCard, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WallBrick:
    """One brick of a wall. ``path`` is empty for a brick that leads nowhere."""

    anchor: str
    name: str
    note: str
    tone: str
    filled: int
    path: str


@dataclass(frozen=True, slots=True)
class WallSegment:
    """The bricks of one party group; ``name`` is empty when the branch has no groups."""

    name: str
    bricks: tuple[WallBrick, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link and its words."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class WallPage:
    """A branch's wall of bricks."""

    chrome: Chrome
    heading: str
    lead: str
    figures: tuple[Figure, ...]
    segments: tuple[WallSegment, ...]
    links: tuple[Link, ...]
    rating: RatingResult | None
    as_of: str
    feedback_path: str
    round: str = ""
    is_home: bool = False


@dataclass(frozen=True, slots=True)
class BranchLine:
    """One organisation in a list of walls."""

    path: str
    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class WallListPage:
    """The walls below an organisation above branches, or all walls of the site."""

    chrome: Chrome
    heading: str
    lead: str
    figures: tuple[Figure, ...]
    branches: tuple[BranchLine, ...]
    links: tuple[Link, ...]
    as_of: str
    is_home: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """One of the three truths that are never merged (DOMAIN.md): 自报, 核实, 群众评."""

    label: str
    strong: str
    rest: str
    tone: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo of an entry: small one shown, large one behind it. Sizes in pixels."""

    small: str
    large: str
    width: int
    height: int
    text: str


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One thing that happened, as a plain sentence, with what belongs to it."""

    day: str
    exact: str
    sentence: str
    text: str = ""
    reason: str = ""
    tone: str = ""
    pictures: tuple[Picture, ...] = ()
    struck: bool = False


@dataclass(frozen=True, slots=True)
class OldText:
    """An earlier text of a commitment that stays readable."""

    heading: str
    reason: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChainPage:
    """The whole life of one commitment."""

    chrome: Chrome
    owner: Link
    owner_line: str
    heading: str
    file_number: str
    standing: Standing
    truths: tuple[Truth, ...]
    facts: tuple[tuple[str, str], ...]
    chain: tuple[ChainLink, ...]
    old_texts: tuple[OldText, ...]
    wall_path: str
    feedback_path: str
    related: tuple[Link, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page that explains itself: a retired, blank, or orphaned brick."""

    chrome: Chrome
    brick: str
    heading: str
    lines: tuple[str, ...]
    links: tuple[Link, ...]
