"""The application: settings in, WSGI application out. The only place that knows every part."""

from flask import Flask
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

import brickwall.accounts.jobs as account_jobs
import brickwall.commitments.jobs as commitment_jobs
import brickwall.evaluations.jobs as evaluation_jobs
import brickwall.messages.jobs as message_jobs
import brickwall.messages.leaving as message_leaving
import brickwall.models as models
import brickwall.moderation.jobs as moderation_jobs
import brickwall.moderation.leaving as moderation_leaving
import brickwall.organisations.jobs as organisation_jobs
import brickwall.plaques.jobs as plaque_jobs
import brickwall.wechat.jobs as wechat_jobs
from brickwall.accounts.api import blueprint as accounts_api
from brickwall.accounts.web_auth import load_actor
from brickwall.accounts.wechat.api import blueprint as sign_ins_api
from brickwall.commitments.api import blueprint as commitments_api
from brickwall.config import Settings, load_settings
from brickwall.evaluations.api import blueprint as evaluations_api
from brickwall.kernel.db import db, engine_options, prepare_engine
from brickwall.kernel.health import set_up_health
from brickwall.kernel.http import Application, set_up_edge
from brickwall.kernel.logging import set_up_logging
from brickwall.kernel.refusals import set_up_refusals
from brickwall.messages.api import blueprint as messages_api
from brickwall.organisations.api import blueprint as organisations_api
from brickwall.plaques.api import blueprint as plaques_api
from brickwall.publicity.api import blueprint as publicity_api
from brickwall.web.api import set_up_api
from brickwall.web.console import console_blueprints
from brickwall.web.media import blueprint as media
from brickwall.web.member import set_up_pocket
from brickwall.web.phone.desk.api import blueprint as desk_api
from brickwall.web.phone.pocket.api import blueprint as pocket_api
from brickwall.web.problem_page import problem_page
from brickwall.web.public import set_up_public
from brickwall.web.public.api import blueprint as visitors_api
from brickwall.web.words import set_up_words
from brickwall.wechat.api import blueprint as wechat

API_BLUEPRINTS = [
    accounts_api,
    sign_ins_api,
    organisations_api,
    commitments_api,
    plaques_api,
    publicity_api,
    evaluations_api,
    pocket_api,
    desk_api,
    visitors_api,
    messages_api,
]


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        BRICKWALL=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=False,
        DEBUG=settings.debug,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        # Flask's own session carries flash messages only; sign-ins are rows (accounts).
        SESSION_COOKIE_NAME="__Host-bw_flash" if settings.secure else "bw_flash",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_FORM_PARTS=5000,
    )


def _set_up_database(app: Flask) -> None:
    db.init_app(app)
    database = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database
    if database and app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        app.config["BRICKWALL"].var_dir.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        prepare_engine(db.engine)


def create_app(settings: Settings | None = None) -> Application:
    """Return the WSGI application.

    Args:
        settings: read from the environment when not given.

    Raises:
        ConfigurationError: when production settings are unsafe.
    """
    settings = settings or load_settings()
    set_up_logging()
    app = Application("brickwall.web", static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    _configure(app, settings)
    _set_up_database(app)
    set_up_words(app)
    set_up_edge(app, load_actor)
    set_up_refusals(app, problem_page)
    set_up_health(app)
    set_up_api(app, API_BLUEPRINTS)
    app.register_blueprint(media)
    app.register_blueprint(wechat)
    for blueprint in console_blueprints():
        app.register_blueprint(blueprint)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    set_up_public(app, settings)
    set_up_pocket(app)
    return app


__all__ = [
    "account_jobs",
    "commitment_jobs",
    "create_app",
    "evaluation_jobs",
    "message_jobs",
    "message_leaving",
    "models",
    "moderation_jobs",
    "moderation_leaving",
    "organisation_jobs",
    "plaque_jobs",
    "wechat_jobs",
]
