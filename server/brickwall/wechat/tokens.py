"""The access token: one fetch for all threads and processes, renewed before it ends.

In a process its age is counted on a clock that never jumps; the row in the database says by the
wall clock until when it lasts, and what looks impossible there is not believed. Nothing here
holds a transaction while WeChat is asked.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass, field

import structlog

from brickwall.wechat.client import Timeouts
from brickwall.wechat.constants import Timing
from brickwall.wechat.errors import Misconfigured, WeChatError, WeChatUnavailable
from brickwall.wechat.token_store import StoredToken, TokenStore

LOOK_SECONDS = 0.1
log = structlog.get_logger()
Fetch = Callable[[Timeouts], tuple[str, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A token in this process; two fetches of the same text are two tokens."""

    stored: StoredToken = field(repr=False)
    good_until: float

    @property
    def value(self) -> str:
        """The token itself."""
        return self.stored.value

    @property
    def left(self) -> float:
        """Seconds until it ends."""
        return self.good_until - time.monotonic()


class TokenKeeper:
    """Gives out the token of one mini-program.

    Args:
        store: the row all processes share.
        fetch: asks WeChat for the token and its seconds; raises WeChatError.
    """

    def __init__(self, store: TokenStore, fetch: Fetch) -> None:
        self._store = store
        self._fetch = fetch
        self._guard = threading.Lock()
        self._kept: Token | None = None
        self._flight: Future[Token] | None = None
        self._paused_until = 0.0

    def token(self, timeouts: Timeouts, refused: Token | None = None) -> Token:
        """Return a token to use now.

        Args:
            timeouts: for fetching one, and for waiting until somebody else has.
            refused: the one the platform has just not taken.

        Raises:
            Misconfigured: when WeChat refuses to give one, or refused a fresh one a moment ago.
            WeChatUnavailable: when WeChat does not answer.
        """
        if self._paused_until > time.monotonic():
            raise Misconfigured
        kept = self._kept
        if kept is None or kept is refused or kept.left <= Timing.LEAST_SECONDS:
            return self._fetch_together(timeouts, refused)
        if kept.left <= Timing.RENEW_SECONDS:
            self._renew_ahead(timeouts)
        return self._kept or kept

    def pause(self) -> None:
        """Fetch nothing for a minute, in any process: WeChat refused even a fresh token."""
        self._paused_until = time.monotonic() + Timing.PAUSE.total_seconds()
        self._store.pause()

    def _renew_ahead(self, timeouts: Timeouts) -> None:
        """Fetch the next token while the present one lasts; whoever comes meanwhile goes on with that."""
        with self._guard:
            if self._flight is not None:
                return
            flight = self._flight = Future()
        try:
            self._lead(flight, timeouts, None, ahead=True)
        except WeChatError as error:
            log.warning("wechat.renewal_failed", code=error.code, errcode=error.errcode)

    def _fetch_together(self, timeouts: Timeouts, refused: Token | None) -> Token:
        """Fetch once for all threads that want a token now; they share a failure, too."""
        with self._guard:
            if (
                self._kept is not None
                and self._kept is not refused
                and self._kept.left > Timing.LEAST_SECONDS
            ):
                return self._kept
            flight, leads = self._flight, self._flight is None
            if flight is None:
                flight = self._flight = Future()
        if leads:
            return self._lead(flight, timeouts, refused, ahead=False)
        try:
            return flight.result(sum(timeouts) + 1)
        except TooLong:
            raise WeChatUnavailable from None

    def _lead(
        self, flight: "Future[Token]", timeouts: Timeouts, refused: Token | None, *, ahead: bool
    ) -> Token:
        try:
            token = self._obtain(timeouts, refused, ahead=ahead)
        except BaseException as error:
            with self._guard:
                self._flight = None
            flight.set_exception(error)
            raise
        with self._guard:
            self._kept, self._flight = token, None
        flight.set_result(token)
        return token

    def _obtain(self, timeouts: Timeouts, refused: Token | None, *, ahead: bool) -> Token:
        """Take the token another process fetched, or fetch it with the row claimed."""
        deadline = time.monotonic() + sum(timeouts)
        least = Timing.RENEW_SECONDS if ahead else Timing.LEAST_SECONDS
        while True:
            found = self._find_stored(refused, least)
            if found is not None:
                return found
            if self._store.claim():
                return self._take_or_fetch(timeouts, refused, least)
            if ahead and self._kept is not None:
                return self._kept
            if time.monotonic() > deadline:
                raise WeChatUnavailable
            time.sleep(LOOK_SECONDS)

    def _find_stored(self, refused: Token | None, least: float) -> Token | None:
        stored, paused = self._store.read()
        if paused:
            raise Misconfigured
        if stored is None or (refused is not None and stored == refused.stored):
            return None
        left = stored.seconds_left()
        return Token(stored, time.monotonic() + left) if left > least else None

    def _take_or_fetch(self, timeouts: Timeouts, refused: Token | None, least: float) -> Token:
        """Fetch a token, unless another process finished between our look and our claim."""
        try:
            found = self._find_stored(refused, least)
            if found is not None:
                self._store.release()
                return found
            value, seconds = self._fetch(timeouts)
        except BaseException as error:
            self._store.release()
            if isinstance(error, Misconfigured):
                self.pause()
            raise
        good_until = time.monotonic() + seconds
        return Token(self._store.keep(value, seconds), good_until)
