"""``python -m brickwall.cli``: the same as ``brickwall``."""

from brickwall.cli import main

main()
