"""What the fake remembers: tokens, spent codes, consents, calls, and what is to go wrong."""

import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

FAKE_APPID = "wxfake0000000000"
FAKE_SECRET = "the secret of a fake mini-program"
# What the platform's calls are named here, in faults and in the list of calls.
TOKEN, SIGN_IN = "token", "sign_in"
WITH_TOKEN = frozenset({"phone", "text", "image", "risk", "message", "code"})
OLD_TOKEN_SECONDS = 300
FORCED_SECONDS = 30


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong.

    Args:
        call: a call's name, ``api`` for every call with an access token, ``*`` for all.
        errcode: answered instead of the work.
        status: HTTP status of the answer.
        body: answered as it is, instead of JSON.
        seconds: waited before anything else happens.
        hang_up: ``silent`` closes without an answer, ``short`` in the middle of one, ``drip``
            sends it a letter at a time.
        times: how often; None for ever.
    """

    call: str = "*"
    errcode: int = 0
    status: int = 200
    body: str | None = None
    seconds: float = 0
    hang_up: str = ""
    times: int | None = None

    def hits(self, call: str) -> bool:
        """Tell whether this call goes wrong, and count it."""
        if self.call not in ("*", call) and not (self.call == "api" and call in WITH_TOKEN):
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


@dataclass(slots=True)
class Push:
    """Where and how pushes are sent: the four settings of the console's page, and a delay in seconds."""

    url: str = ""
    token: str = ""
    key: str = ""
    mode: str = "plain"
    format: str = "json"
    delay: float = 0.2


@dataclass(slots=True)
class World:
    """The state of one fake; every change happens under ``lock``.

    ``image`` is the verdict on pictures: ``pass``, ``review``, ``risky``, or ``silent`` for a
    push that never comes. ``consents`` counts messages a person allowed; without an entry any
    number is allowed, unless he is among ``refusers``. ``stale`` are people not seen for two hours.
    """

    appid: str = FAKE_APPID
    secret: str = FAKE_SECRET
    expires_in: int = 7200
    clock_offset: float = 0
    image: str = "pass"
    unionid: bool = False
    push: Push = field(default_factory=Push)
    risk: dict[str, int] = field(default_factory=dict)
    consents: dict[str, int] = field(default_factory=dict)
    refusers: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    pushed: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    current: str = ""
    forced_at: float = 0
    spent: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def take_fault(self, call: str) -> Fault | None:
        """Return what goes wrong with this call, or None."""
        with self.lock:
            return next((fault for fault in self.faults if fault.hits(call)), None)

    def note(self, call: str, **details: Any) -> None:
        """Remember a call for whoever looks later."""
        with self.lock:
            self.calls.append({"call": call, **details})

    def counts(self) -> Counter[str]:
        """Return how often each call was made."""
        with self.lock:
            return Counter(entry["call"] for entry in self.calls)

    def spend(self, code: str) -> bool:
        """Use a one-time code up; return False when it was used before."""
        with self.lock:
            fresh = code not in self.spent
            self.spent.add(code)
            return fresh

    def issue_token(self, force: bool = False) -> tuple[str, int]:
        """Return the stable token and its seconds left, as the platform does it.

        The same token until five minutes before its end; then a new one, the old one lives on
        for five minutes. A forced refresh ends the old one, but not twice within 30 s.
        """
        now = time.monotonic()
        with self.lock:
            left = self.tokens.get(self.current, 0) - now
            if force and now - self.forced_at >= FORCED_SECONDS:
                self.forced_at = now
                self.tokens.clear()
                left = 0
            if left <= min(OLD_TOKEN_SECONDS, self.expires_in / 2):
                self.current = f"FAKE_{secrets.token_urlsafe(96)}"
                left = self.expires_in
                self.tokens[self.current] = now + left
            return self.current, round(left)

    def knows_token(self, token: str) -> bool:
        """Tell whether an access token is valid now."""
        with self.lock:
            return self.tokens.get(token, 0) > time.monotonic()

    def control(self, changes: dict[str, Any]) -> None:
        """Change the world: ``reset``, ``revoke``, ``faults``, ``push`` and the plain fields above.

        Raises:
            KeyError: for a name that is none of these.
        """
        with self.lock:
            if changes.pop("reset", False):
                self._reset()
            if changes.pop("revoke", False):
                self.tokens.clear()
            for name, value in changes.items():
                self._change(name, value)

    def _change(self, name: str, value: Any) -> None:
        if name == "faults":
            self.faults = [Fault(**fault) for fault in value]
        elif name == "push":
            self.push = Push(**value)
        elif name in {"refusers", "stale"}:
            setattr(self, name, set(value))
        elif name in {
            "expires_in",
            "clock_offset",
            "image",
            "unionid",
            "risk",
            "consents",
            "appid",
            "secret",
        }:
            setattr(self, name, value)
        else:
            raise KeyError(name)

    def _reset(self) -> None:
        """Forget everything but the lock."""
        fresh = World(appid=self.appid, secret=self.secret)
        for item in fields(self):
            if item.name != "lock":
                setattr(self, item.name, getattr(fresh, item.name))
