"""`brickwall export-site`: the public pages as files."""

from pathlib import Path

import click

from brickwall.kernel.http import settings
from brickwall.publicity import export
from brickwall.publicity.services import adopt_templates


@click.command("export-site")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def export_site(directory: Path) -> None:
    """把公开页面写成文件，放到 DIRECTORY，任何网页服务器都能用。可以反复执行，只写变了的。"""
    adopt_templates(settings())
    result = export.export_site(settings(), directory)
    click.echo(
        f"已写到 {directory}：新写或更新 {result.written} 个，没变 {result.unchanged} 个，删去 {result.removed} 个"
    )
