"""Files by which WeChat makes sure that a host is ours: the operator puts them into a folder.

``BRICKWALL_VAR/wechat/<name>.txt`` is served at ``/<name>.txt`` and at ``/q/<name>.txt``, the last
folder of the link rule (WECHAT.md, link rules).
"""

import re
from pathlib import Path

from brickwall.config import Settings

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
LARGEST = 1024


def check_folder(settings: Settings) -> Path:
    """Return the folder of the check files; it need not exist."""
    return settings.var_dir / "wechat"


def find_check_file(settings: Settings, name: str) -> bytes | None:
    """Return what stands in a check file, or None: unknown, too large, no plain file, a forbidden name.

    Args:
        name: without ``.txt``.
    """
    path = check_folder(settings) / f"{name}.txt"
    if not NAME.fullmatch(name) or path.is_symlink() or not path.is_file():
        return None
    body = path.read_bytes()
    return body if len(body) <= LARGEST else None


def list_check_files(settings: Settings) -> list[str]:
    """Return the names, without ``.txt``, of the files that are served."""
    names = sorted(path.stem for path in check_folder(settings).glob("*.txt"))
    return [name for name in names if find_check_file(settings, name) is not None]
