"""The nginx configuration of deploy/, in a real nginx before an application that can be watched."""

import gzip
import http.client
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from brickwall.kernel.http import content_security_policy
from tests.support.nginx import Nginx, running_nginx

pytestmark = pytest.mark.once

# Pages are kept for 3 s, and nginx counts whole seconds.
PAGE_SECONDS = 4.2
PAGE = "<!doctype html><title>砖</title><p>承诺</p>" + "。" * 600


class Watched(BaseHTTPRequestHandler):
    """An application that counts requests, notes their headers and may fail on demand."""

    protocol_version = "HTTP/1.1"
    server: "Application"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with a page, a 304, or whatever failure is switched on."""
        self.server.note(self)
        if self.server.failing:
            self.answer(500, b"broken")
        elif self.headers.get("If-None-Match") == '"v1"':
            self.answer(304, b"")
        else:
            self.answer(200, f"{PAGE}{self.headers.get('Cookie', '')}".encode())

    def do_POST(self) -> None:
        """Read the body and answer 201."""
        self.server.note(self)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(201, b"{}")

    def cache_control(self) -> str:
        """Return what brickwall would say about this path."""
        if self.path.startswith("/media/private"):
            return "private, no-store"
        shared = self.path.startswith(("/media/", "/static/"))
        return "public, max-age=31536000, immutable" if shared else "no-cache"

    def answer(self, status: int, body: bytes) -> None:
        """Send an answer as brickwall does: ETag, and no-cache for phones."""
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", self.cache_control())
        self.send_header("Vary", "Cookie")
        self.send_header("ETag", '"v1"')
        if self.path.startswith("/w/personal"):
            self.send_header("Set-Cookie", "device=secret")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Application(ThreadingHTTPServer):
    """The server around :class:`Watched`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Watched)
        self.failing = False
        self.seen: list[tuple[str, str, dict[str, str]]] = []

    def note(self, handler: Watched) -> None:
        """Remember a request."""
        self.seen.append((handler.command, handler.path, dict(handler.headers)))

    @property
    def hits(self) -> Counter[str]:
        """Requests by path."""
        return Counter(path for _, path, _ in self.seen)


@dataclass(frozen=True, slots=True)
class Answer:
    """What nginx answered."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Site:
    """nginx, and the application behind it."""

    nginx: Nginx
    application: Application

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **extra: str) -> Answer:
        """Send one request; ``extra`` are headers with underscores for hyphens."""
        connection = http.client.HTTPConnection(urlsplit(self.nginx.url).netloc, timeout=20)
        headers = {name.replace("_", "-"): value for name, value in extra.items()}
        try:
            connection.request(method, path, body, {"Host": "wall.example", **headers})
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def log(self) -> list[dict[str, object]]:
        """Return the access log once its lines, which nginx writes together, have come."""
        deadline = time.monotonic() + 5
        while not self.nginx.access_log.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        return [json.loads(line) for line in self.nginx.access_log.read_text().splitlines()]


def free_port() -> int:
    """Return a loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Provide nginx before a watched application."""
    application = Application()
    threading.Thread(target=application.serve_forever, args=(0.02,), daemon=True).start()
    upstream = f"127.0.0.1:{application.server_address[1]}"
    with running_nginx(tmp_path, upstream, free_port()) as nginx:
        yield Site(nginx, application)
    application.shutdown()
    application.server_close()


@pytest.mark.parametrize("path", ["/", "/q/7k3m9qx2", "/w/liuhe", "/c/0123456789ab"])
def test_public_pages_are_kept_for_a_moment(site: Site, path: str) -> None:
    answers = [site.ask(path) for _ in range(20)]

    assert {answer.status for answer in answers} == {200}
    assert site.application.hits[path] == 1
    assert answers[-1].headers["X-Cache"] == "HIT"
    assert answers[-1].headers["Cache-Control"] == "no-cache"


def test_a_crowd_at_a_cold_page_is_one_request(site: Site) -> None:
    crowd = [threading.Thread(target=site.ask, args=("/q/7k3m9qx2",)) for _ in range(30)]
    for person in crowd:
        person.start()
    for person in crowd:
        person.join()

    assert site.application.hits["/q/7k3m9qx2"] == 1


def test_phones_get_304_without_the_application(site: Site) -> None:
    site.ask("/q/7k3m9qx2")

    answer = site.ask("/q/7k3m9qx2", If_None_Match='"v1"')

    assert (answer.status, answer.body) == (304, b"")
    assert site.application.hits["/q/7k3m9qx2"] == 1


def test_pages_are_compressed(site: Site) -> None:
    answer = site.ask("/q/7k3m9qx2", Accept_Encoding="gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < len(PAGE.encode()) / 4


def test_big_letters_are_a_page_of_their_own_and_other_cookies_do_not_matter(site: Site) -> None:
    usual = site.ask("/q/7k3m9qx2", Cookie="device=abc")
    other = site.ask("/q/7k3m9qx2", Cookie="device=xyz; session=1")
    big = site.ask("/q/7k3m9qx2", Cookie="device=abc; big=1")

    assert usual.body == other.body == PAGE.encode()
    assert big.body == PAGE.encode() + b"big=1"
    assert site.application.hits["/q/7k3m9qx2"] == 2


def test_an_answer_with_a_cookie_is_never_kept(site: Site) -> None:
    for _ in range(3):
        site.ask("/w/personal")

    assert site.application.hits["/w/personal"] == 3


@pytest.mark.parametrize("path", ["/my/", "/console/members/", "/api/v1/me", "/ratings/done"])
def test_everything_else_is_never_kept_and_keeps_its_cookies(site: Site, path: str) -> None:
    answers = [site.ask(path, Cookie="session=1") for _ in range(2)]

    assert site.application.hits[path] == 2
    assert "X-Cache" not in answers[0].headers
    assert site.application.seen[0][2]["Cookie"] == "session=1"


def test_a_post_to_a_page_passes_with_its_cookies(site: Site) -> None:
    answer = site.ask("/q/7k3m9qx2", "POST", b"value=fair", Cookie="device=abc")

    assert answer.status == 201
    assert site.application.seen[0][2]["Cookie"] == "device=abc"


def test_pages_outlive_the_application(site: Site) -> None:
    before = site.ask("/q/7k3m9qx2")
    site.application.shutdown()
    site.application.server_close()
    time.sleep(PAGE_SECONDS)

    answers = [site.ask("/q/7k3m9qx2") for _ in range(3)]

    assert {answer.status for answer in answers} == {200}
    assert {answer.body for answer in answers} == {before.body}
    assert answers[0].headers["X-Cache"] in {"STALE", "UPDATING"}


def test_pages_outlive_a_broken_application(site: Site) -> None:
    site.ask("/q/7k3m9qx2")
    site.application.failing = True
    time.sleep(PAGE_SECONDS)

    assert site.ask("/q/7k3m9qx2").status == 200


def test_without_the_application_a_page_nobody_saw_says_so(site: Site) -> None:
    site.application.shutdown()
    site.application.server_close()

    page, problem = site.ask("/q/never000"), site.ask("/api/v1/me")

    assert page.status == problem.status == 503
    assert "正在重新启动" in page.body.decode()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Retry-After"] == "60"
    assert problem.headers["Content-Type"].startswith("application/problem+json")
    assert json.loads(problem.body)["code"] == "proxy.away"


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/ratings", 200_000, 201),
        ("/ratings", 300_000, 413),
        ("/api/v1/ratings", 300_000, 413),
        ("/api/v1/uploads", 8_000_000, 201),
        ("/console/roster", 30_000_000, 201),
        ("/console/roster", 90_000_000, 413),
    ],
)
def test_bodies_are_limited(site: Site, path: str, size: int, status: int) -> None:
    # The size alone decides: a refused body is not even read.
    body = bytes(size) if status == 201 else b""
    answer = site.ask(path, "POST", body, Content_Length=str(size))

    assert answer.status == status
    if status == 413:
        assert "太大" in answer.body.decode()
        assert not site.application.seen


def test_the_application_learns_who_asks_only_from_nginx(site: Site) -> None:
    site.ask("/my/", X_Forwarded_For="6.6.6.6", X_Forwarded_Proto="https", Forwarded="for=6.6.6.6")

    headers = site.application.seen[0][2]
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["Host"] == "wall.example"
    assert "Forwarded" not in headers
    assert len(headers["X-Request-ID"]) == 32


def test_the_log_holds_no_secret_and_no_address(site: Site) -> None:
    site.ask("/q/7k3m9qx2?scancode_time=1&token=QUERYSECRET")
    site.ask("/api/v1/receipts/RECEIPTSECRET", Cookie="session=COOKIESECRET")
    site.ask("/api/v1/ratings", "POST", b'{"value":"BODYSECRET"}', Authorization="Bearer BEARERSECRET")

    lines = site.log()
    text = site.nginx.access_log.read_text() + "".join(
        path.read_text() for path in site.nginx.room.glob("log/*error*")
    )
    assert [line["path"] for line in lines] == ["/q/7k3m9qx2", "/api/v1/receipts/-", "/api/v1/ratings"]
    assert [line["network"] for line in lines] == ["127.0.0.0", "127.0.0.0", "-"]
    assert "SECRET" not in text
    assert "127.0.0.1" not in text


@pytest.mark.parametrize("path", ["/media/public-s.jpg", "/static/public.css"])
def test_open_photos_and_styles_outlive_the_application(site: Site, path: str) -> None:
    site.ask(path, Cookie="session=1")
    site.ask(path)
    site.application.shutdown()
    site.application.server_close()

    assert site.ask(path).status == 200
    assert site.application.hits[path] == 1


def test_a_photo_not_yet_open_is_never_kept(site: Site) -> None:
    for _ in range(3):
        site.ask("/media/private-s.jpg", Cookie="session=1")

    assert site.application.hits["/media/private-s.jpg"] == 3
    assert site.application.seen[-1][2]["Cookie"] == "session=1"


def test_exported_pages_are_sent_without_the_application(tmp_path: Path, site: Site) -> None:
    folder = tmp_path / "wall"
    (folder / "q").mkdir(parents=True)
    (folder / "q/7k3m9qx2.html").write_text(PAGE)
    (folder / "q/7k3m9qx2.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    upstream = f"127.0.0.1:{site.application.server_address[1]}"
    room = tmp_path / "exported"
    with running_nginx(room, upstream, free_port(), "--site-dir", str(folder)) as nginx:
        exported = Site(nginx, site.application)
        plain = exported.ask("/q/7k3m9qx2")
        packed = exported.ask("/q/7k3m9qx2", Accept_Encoding="gzip")
        assert (plain.status, plain.body) == (200, PAGE.encode())
        assert plain.headers["Content-Type"] == "text/html; charset=utf-8"
        assert plain.headers["Content-Security-Policy"] == content_security_policy()
        assert gzip.decompress(packed.body) == PAGE.encode()
        assert not site.application.seen

        assert exported.ask("/q/7k3m9qx2", Cookie="big=1").body == PAGE.encode() + b"big=1"
        assert exported.ask("/w/notyet").headers["X-Cache"] == "MISS"
        assert exported.ask("/ratings", "POST", b"value=fair").status == 201


def test_marks_for_new_phones_are_rationed_and_marked_phones_are_not(tmp_path: Path, site: Site) -> None:
    def rate(there: Site, **headers: str) -> Counter[int]:
        with ThreadPoolExecutor(16) as phones:
            taps = [phones.submit(there.ask, "/ratings", "POST", b"", **headers) for _ in range(400)]
        return Counter(tap.result().status for tap in taps)

    upstream = f"127.0.0.1:{site.application.server_address[1]}"
    # The general limit out of the way, so that only the one for marks is seen.
    with running_nginx(tmp_path / "marks", upstream, free_port(), "--writes-per-second", "50000") as nginx:
        hall = Site(nginx, site.application)
        assert set(rate(hall, Cookie="big=1; __Host-bw_device=abc")) == {201}
        assert rate(hall)[429] > 0


def test_a_whole_village_may_read_but_a_flood_is_asked_to_wait(site: Site) -> None:
    village = [site.ask("/q/7k3m9qx2").status for _ in range(300)]
    assert set(village) == {200}

    connection = http.client.HTTPConnection(urlsplit(site.nginx.url).netloc, timeout=20)
    refused = None
    for _ in range(3000):
        connection.request("POST", "/console/sign-in", b"", {"Host": "wall.example"})
        response = connection.getresponse()
        body = response.read().decode()
        if response.status == 429:
            refused = body
            break
    connection.close()

    assert refused is not None
    assert "请稍等一下" in refused
