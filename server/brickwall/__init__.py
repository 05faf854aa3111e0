"""承诺砖墙: public commitments on a wall of bricks, scanned and rated from a phone."""

__version__ = "0.2.0"
