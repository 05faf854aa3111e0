"""``brickwall openapi`` and ``brickwall routes``: what the snapshots of the tests are made from."""

import json

import click
from flask import current_app

from brickwall.web.api import api_document


@click.command()
def openapi() -> None:
    """Print the API's OpenAPI document."""
    click.echo(json.dumps(api_document(current_app), ensure_ascii=False, indent=1, sort_keys=True))


@click.command()
def routes() -> None:
    """Print every route with its methods, as tests/whole_app/routes.txt keeps them."""
    lines = {
        f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule}"
        for rule in current_app.url_map.iter_rules()
    }
    for line in sorted(lines):
        click.echo(line)
