"""What gunicorn loads: ``brickwall.wsgi:app``."""

from brickwall.app import create_app

app = create_app()
