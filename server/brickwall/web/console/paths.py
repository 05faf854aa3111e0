"""Addresses that come from a request: only paths of this console are followed."""

import re

SIGN_IN = "/console/sign-in"
_LOCAL = re.compile(r"/console(?:/[\w\-./]*)?(?:\?[\w\-.=&%+]*)?", re.ASCII)


def local_path(given: str, fallback: str = "/console") -> str:
    """Return ``given`` if it is a path of the console, otherwise ``fallback``."""
    safe = _LOCAL.fullmatch(given) and "//" not in given and ".." not in given
    return given if safe else fallback
