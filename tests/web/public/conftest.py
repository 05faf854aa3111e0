"""The village of the publicity tests, for the pages in front of it."""

from tests.publicity.conftest import bricks, nothing_unstored

__all__ = ["bricks", "nothing_unstored"]
