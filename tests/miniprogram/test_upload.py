"""Preparing an upload: the site's address goes into a copy, and nonsense is refused in a sentence."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "deploy/miniprogram/upload.mjs"
GOOD = {"BRICKWALL_BASE_URL": "https://liuhe.example/", "BRICKWALL_WECHAT_APPID": "wx0123456789abcdef"}


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the script with these settings and none of ours."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BRICKWALL_")}
    command = ["node", str(SCRIPT), *arguments]
    return subprocess.run(command, env={**clean, **environ}, capture_output=True, text=True, timeout=60)


def test_a_copy_knows_its_site_and_the_repository_does_not(tmp_path: Path) -> None:
    done = run("prepare", str(tmp_path / "copy"), **GOOD)
    assert done.returncode == 0, done.stderr
    config = (tmp_path / "copy/utils/config.js").read_text(encoding="utf-8")
    assert config.count("https://liuhe.example'") == 2
    assert "site.example" not in config
    project = json.loads((tmp_path / "copy/project.config.json").read_text(encoding="utf-8"))
    assert project["appid"] == GOOD["BRICKWALL_WECHAT_APPID"]
    assert not (tmp_path / "copy/README.md").exists()
    assert "touristappid" in (ROOT / "miniprogram/project.config.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({}, "BRICKWALL_BASE_URL 没有填"),
        ({**GOOD, "BRICKWALL_BASE_URL": "http://liuhe.example"}, "BRICKWALL_BASE_URL 不对"),
        ({**GOOD, "BRICKWALL_WECHAT_APPID": "touristappid"}, "BRICKWALL_WECHAT_APPID 不对"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(tmp_path: Path, environ: dict[str, str], sentence: str) -> None:
    done = run("prepare", str(tmp_path / "copy"), **environ)
    assert done.returncode == 1
    assert sentence in done.stderr


def test_an_upload_needs_its_key_and_a_version(tmp_path: Path) -> None:
    key = run("upload", "1.0.0", "说明", **GOOD)
    assert "BRICKWALL_WECHAT_UPLOAD_KEY 没有填" in key.stderr
    lost = run("upload", "1.0.0", "说明", **GOOD, BRICKWALL_WECHAT_UPLOAD_KEY=str(tmp_path / "no.key"))
    assert "指的文件不存在" in lost.stderr
    version = run("upload", "newest", "说明", **GOOD)
    assert "用法" in version.stderr


def test_without_miniprogram_ci_it_says_how_to_get_it(tmp_path: Path) -> None:
    key = tmp_path / "upload.key"
    key.write_text("secret", encoding="utf-8")
    done = run("upload", "1.0.0", "说明", **GOOD, BRICKWALL_WECHAT_UPLOAD_KEY=str(key))
    assert "还没有装 miniprogram-ci" in done.stderr
    assert "secret" not in done.stdout + done.stderr
