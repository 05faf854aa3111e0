"""The whole of it: real nginx, real brickwall, and then brickwall is gone."""

import http.client
import time
from pathlib import Path

import pytest

from tests.faults.conftest import RatedSite, send_tap
from tests.support.databases import free_port
from tests.support.nginx import Nginx, running_nginx
from tests.support.server import Server

pytestmark = pytest.mark.once


def ask(nginx: Nginx, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Open a page through nginx."""
    connection = http.client.HTTPConnection(nginx.url.removeprefix("http://"), timeout=20)
    try:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=given)
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()
    finally:
        connection.close()


def test_bricks_stay_readable_after_the_application_has_died(
    rated_site: RatedSite, live: Server, tmp_path: Path
) -> None:
    port = free_port()
    brick = f"/q/{rated_site.codes[0]}"
    with running_nginx(tmp_path / "nginx", f"127.0.0.1:{live.port}", port) as nginx:
        ask(nginx, brick)
        status, headers, body = ask(nginx, brick)
        assert (status, headers["X-Cache"]) == (200, "HIT")
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert ask(nginx, brick, If_None_Match=headers["ETag"])[0] == 304
        _, compressed, small = ask(nginx, brick, Accept_Encoding="gzip")
        assert compressed["Content-Encoding"] == "gzip"
        assert len(small) < 14 * 1024
        assert send_tap(port, rated_site.new_tap(0), "through nginx")[0] == 201

        live.kill()
        time.sleep(4.2)

        assert ask(nginx, brick)[::2] == (200, body)
        status, refusal = send_tap(port, rated_site.new_tap(1), "while away")
        assert (status, refusal["code"]) == (503, "proxy.away")

        live.start()
        assert send_tap(port, rated_site.new_tap(1), "while away")[0] == 201
        assert rated_site.column("SELECT count(*) FROM rating") == [2]


def test_check_files_of_wechat_come_through_beside_the_codes(
    rated_site: RatedSite, live: Server, tmp_path: Path
) -> None:
    folder = live.var_dir / "wechat"
    folder.mkdir()
    (folder / "q7Gk3mPX2x.txt").write_text("8f14e45fceea167a")
    site = tmp_path / "site"
    site.mkdir()
    for extra in ([], ["--site-dir", str(site)]):
        with running_nginx(
            tmp_path / f"nginx{len(extra)}", f"127.0.0.1:{live.port}", free_port(), *extra
        ) as nginx:
            for place in ("/q/", "/"):
                status, headers, body = ask(nginx, f"{place}q7Gk3mPX2x.txt")
                assert (status, body) == (200, b"8f14e45fceea167a")
                assert headers["Content-Type"].startswith("text/plain")
            assert ask(nginx, "/q/unknown.txt")[0] == 404
            assert ask(nginx, f"/q/{rated_site.codes[0]}")[0] == 200
