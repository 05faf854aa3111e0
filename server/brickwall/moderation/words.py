"""The local word list: the package's own and the installation's, matched on the bare letters."""

import unicodedata
from functools import cache
from pathlib import Path

import structlog

from brickwall.config import Settings

OWN = Path(__file__).with_name("words.txt")
INSTALLED = "words.txt"
log = structlog.get_logger()


def bare(text: str) -> str:
    """Return only letters and digits, half-width and case-folded: ``加 V·信`` is ``加v信``."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def parse(text: str) -> dict[str, str]:
    """Return the words of a list as written, by their bare form; ``#`` starts a comment."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return {bare(line): line for line in lines if bare(line)}


@cache
def _own() -> dict[str, str]:
    return parse(OWN.read_text(encoding="utf-8"))


_kept: dict[Path, tuple[tuple[int, int], dict[str, str]]] = {}


def _installed(path: Path) -> dict[str, str]:
    """Return the installation's list, read again only when the file has changed."""
    try:
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_size)
        if path not in _kept or _kept[path][0] != stamp:
            _kept[path] = (stamp, parse(path.read_text(encoding="utf-8", errors="replace")))
    except FileNotFoundError:
        return {}
    except OSError as error:
        log.warning("moderation.words_unreadable", reason=type(error).__name__)
        return {}
    return _kept[path][1]


def find_word(settings: Settings, text: str) -> str:
    """Return the first word of the lists that stands in ``text``, or an empty text."""
    letters = bare(text)
    lists = (_own(), _installed(settings.var_dir / INSTALLED))
    return next((word for words in lists for key, word in words.items() if key in letters), "")
