"""What can be awaited. The domain that owns a thing says here who may wait for it, and how it is called.

So this domain knows neither rounds nor complaints, and they do not know mailboxes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.kernel.problems import Invalid


@dataclass(frozen=True, slots=True)
class Awaited:
    """A thing somebody may wait for: its topic, and what the inbox calls it meanwhile."""

    topic: str
    label: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: the name after the kind (``round:<name>``), and a code where one is needed."""

    name: str
    code: str = ""


Resolver = Callable[[Session, Settings, Wish], Awaited]
RESOLVERS: dict[str, Resolver] = {}


def topic(kind: str) -> Callable[[Resolver], Resolver]:
    """Register who answers for topics of a kind.

    The resolver raises a Problem when the thing is not there or already over, and locks its row
    (``FOR SHARE``), so that nobody asks between the last event and its announcement.
    """

    def register(resolver: Resolver) -> Resolver:
        RESOLVERS[kind] = resolver
        return resolver

    return register


def resolve(session: Session, settings: Settings, text: str, code: str = "") -> Awaited:
    """Return what ``text`` (``round:<public id>``, ``feedback``) stands for.

    Raises:
        Invalid: nobody knows this kind.
        Problem: whatever the owner of the thing says.
    """
    kind, _, name = text.partition(":")
    resolver = RESOLVERS.get(kind)
    if resolver is None:
        raise Invalid("没有这样的消息可以等，请回到原来的页面再点", "messages.unknown_topic")
    return resolver(session, settings, Wish(name, code))
