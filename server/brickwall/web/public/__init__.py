"""What a scanned brick opens: pages for villagers, without login, name, phone or place."""

from flask import Flask

from brickwall.config import Settings
from brickwall.web.public import feedback, help, inbox, pages, ratings
from brickwall.web.public.blueprint import set_up_templates
from brickwall.web.public.lane import Lane
from brickwall.web.public.rating_lane import RatingLane


def set_up_public(app: Flask, settings: Settings) -> None:
    """Register the public pages on ``app`` and put the fast lanes in front of it."""
    app.url_map.converters["name"] = pages.NameConverter
    set_up_templates(app)
    for area in (pages.area, help.area, feedback.area, ratings.area, inbox.area):
        app.register_blueprint(area)
    rating = RatingLane(app, app.wsgi_app, settings)
    app.wsgi_app = Lane(app, rating, settings)  # type: ignore[method-assign]
