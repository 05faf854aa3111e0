"""The Node packages of these tests: pinned, checked by hash, from whatever registry is at hand."""

import json
import re

from tests.miniprogram.support.compiled import HERE


def test_the_lock_names_no_host_and_knows_every_hash() -> None:
    text = (HERE / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert len(packages) > 50
    assert [name for name, entry in packages.items() if not entry.get("integrity")] == []


def test_versions_are_exact_and_locked() -> None:
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert "dependencies" not in wanted, "nothing of this is needed to run the server"
    for name, version in wanted["devDependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned"
        assert locked[f"node_modules/{name}"]["version"] == version
