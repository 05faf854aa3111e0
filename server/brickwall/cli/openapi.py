"""``brickwall openapi`` and ``brickwall routes``: what the snapshots of the tests are made from."""

import json

import click
from flask import current_app

from brickwall.web.api import api_document


@click.command()
def openapi() -> None:
    """打印接口说明（OpenAPI），供 docs/openapi.json 用。"""
    click.echo(json.dumps(api_document(current_app), ensure_ascii=False, indent=1, sort_keys=True))


@click.command()
def routes() -> None:
    """打印全部网址，供 tests/whole_app/routes.txt 用。"""
    lines = {
        f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule}"
        for rule in current_app.url_map.iter_rules()
    }
    for line in sorted(lines):
        click.echo(line)
