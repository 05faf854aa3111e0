"""What a scanned brick opens: pages for villagers, without login, name, phone or place."""

from flask import Flask

from brickwall.config import Settings
from brickwall.web.public import feedback, help, pages, ratings
from brickwall.web.public.blueprint import set_up_templates
from brickwall.web.public.lane import Lane


def set_up_public(app: Flask, settings: Settings) -> None:
    """Register the public pages on ``app`` and put the fast lane in front of it."""
    app.url_map.converters["name"] = pages.NameConverter
    set_up_templates(app)
    for area in (pages.area, help.area, feedback.area, ratings.area):
        app.register_blueprint(area)
    app.wsgi_app = Lane(app, app.wsgi_app, settings)  # type: ignore[method-assign]
