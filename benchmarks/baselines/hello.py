"""The least a Flask application can do: one route, one string."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Answer with a word."""
    return "hello"
