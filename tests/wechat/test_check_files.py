"""Files by which WeChat makes sure of a host: served beside the codes, which they never swallow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from brickwall.config import Settings
from brickwall.kernel.ids import new_code
from brickwall.wechat.check_files import LARGEST, find_check_file, list_check_files


@pytest.fixture
def folder(settings: Settings, app: object) -> Iterator[Path]:
    """Provide the folder of check files, emptied afterwards."""
    folder = settings.var_dir / "wechat"
    folder.mkdir(exist_ok=True)
    yield folder
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.parametrize("name", ["q7Gk3mPX2x", "MP_verify_AbCd-1234", "7k3m9qx2"])
@pytest.mark.parametrize("place", ["/", "/q/"])
def test_a_check_file_is_served_at_both_places(
    client: FlaskClient, folder: Path, name: str, place: str
) -> None:
    (folder / f"{name}.txt").write_bytes(b"8f14e45fceea167a")

    answer = client.get(f"{place}{name}.txt")

    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"8f14e45fceea167a", "text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/q/unknown.txt",
        "/unknown.txt",
        "/q/a.b.txt",
        "/q/..%2Fsecret.txt",
        "/..%2Fkeys%2Fsecret.txt",
        "/q/.txt",
        "/q/%00.txt",
        "/q/砖.txt",
        f"/q/{'a' * 65}.txt",
        "/wechat/known.txt",
    ],
)
def test_nothing_else_is_served(client: FlaskClient, folder: Path, settings: Settings, path: str) -> None:
    (folder / "known.txt").write_text("x")
    (folder / "a.b.txt").write_text("x")
    (settings.var_dir / "secret.txt").write_text("not for anybody")

    answer = client.get(path)

    assert answer.status_code == 404
    assert b"not for anybody" not in answer.data


def test_links_folders_and_large_files_are_no_check_files(
    client: FlaskClient, folder: Path, settings: Settings, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not for anybody")
    (folder / "link.txt").symlink_to(secret)
    (folder / "large.txt").write_bytes(b"x" * (LARGEST + 1))
    (folder / "good.txt").write_bytes(b"x" * LARGEST)

    assert client.get("/q/link.txt").status_code == 404
    assert client.get("/q/large.txt").status_code == 404
    assert list_check_files(settings) == ["good"]
    assert find_check_file(settings, "../secret") is None


def test_codes_go_on_working_whatever_lies_in_the_folder(client: FlaskClient, folder: Path) -> None:
    code = new_code()
    before = client.get(f"/q/{code}")
    (folder / f"{code}.txt").write_text("x")

    after = client.get(f"/q/{code}")

    assert after.status_code == before.status_code == 404
    assert after.mimetype == "text/html"
    assert client.get(f"/q/{code}.txt").status_code == 200
