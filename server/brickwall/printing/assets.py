"""Where the material of paper lies: templates, font chain, supplied glyphs."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parents[3] / "qr_assets"
TEMPLATES = ASSETS / "templates"
OWN_FONTS = ASSETS / "fonts"
OWN_GLYPHS = ASSETS / "glyphs"
