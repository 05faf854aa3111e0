"""The child of `press.ChildPress`: one piece of work from standard input, its answer on output."""

from __future__ import annotations

import pickle
import sys

from brickwall.printing.errors import PrintingError
from brickwall.printing.press_direct import DIRECT


def main() -> None:
    """Do what was asked; a refusal is an answer too."""
    name, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent
    try:
        answer = getattr(DIRECT, name)(*args, **kwargs)
    except PrintingError as error:
        answer = error
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    main()
