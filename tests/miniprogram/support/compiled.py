"""Compiles a mini-program and the runtime into one HTML file; what has not changed is not compiled again."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
ROOT = HERE.parents[1]
PROGRAM = ROOT / "miniprogram"
CONFORMANCE = HERE / "conformance"
PHONE_MARK = "<!--phone-->"
TOOLS = ("package-lock.json", "build", "runtime")


class CannotCompile(Exception):
    """WeChat would refuse the program, or the tools are missing; the message says which."""


def fingerprint(*paths: Path) -> str:
    """Return a hash of the names and contents of everything below ``paths``."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "node_modules" not in file.parts:
                digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:24]


def compile_program(program: Path = PROGRAM) -> str:
    """Return the HTML that runs ``program``; it holds PHONE_MARK once.

    Finished files are kept under the system's temporary folder by content, so that the processes
    of one run, and later runs, share them.

    Raises:
        CannotCompile: with the compiler's own words.
    """
    if not (HERE / "node_modules").is_dir() or shutil.which("node") is None:
        raise CannotCompile("node or its packages are missing. 请先执行：deploy/bootstrap.sh --test")
    mark = fingerprint(program, *(HERE / tool for tool in TOOLS))
    folder = Path(tempfile.gettempdir()) / f"brickwall-miniprogram-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    target = folder / f"{program.name}-{mark}.html"
    with (folder / f"{program.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            _run(program, target)
        return target.read_text(encoding="utf-8")


def _run(program: Path, target: Path) -> None:
    """Compile to a name beside, so that a broken run leaves nothing that looks finished."""
    for old in target.parent.glob(f"{program.name}-*.html"):
        old.unlink()
    beside = target.with_suffix(".new")
    command = ["node", str(HERE / "build/main.mjs"), str(program), str(beside)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise CannotCompile(done.stderr.strip() or done.stdout.strip())
    beside.rename(target)
