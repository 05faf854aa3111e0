"""Who may talk to WeChat: one package, and the contract names all the others."""

import tomllib
from pathlib import Path

import brickwall

PACKAGE = Path(brickwall.__file__).parent


def test_the_contract_about_wechatpy_covers_every_other_package() -> None:
    project = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text())
    contracts = {each["name"]: each for each in project["tool"]["importlinter"]["contracts"]}
    contract = contracts["only the gateway talks to wechatpy"]
    parts = {
        f"brickwall.{path.stem}"
        for path in PACKAGE.iterdir()
        if path.stem != "wechat" and not path.name.startswith("_") and (path.is_dir() or path.suffix == ".py")
    }

    assert set(contract["source_modules"]) == parts
    assert set(contract["forbidden_modules"]) == {"wechatpy", "requests", "xmltodict"}


def test_the_gateway_imports_nothing_above_it() -> None:
    source = "\n".join(path.read_text() for path in (PACKAGE / "wechat").rglob("*.py"))
    used = {
        line.split()[1]
        for line in source.splitlines()
        if line.startswith(("from brickwall", "import brickwall"))
    }
    assert {".".join(name.split(".")[:2]) for name in used} <= {
        "brickwall.wechat",
        "brickwall.kernel",
        "brickwall.config",
    }
