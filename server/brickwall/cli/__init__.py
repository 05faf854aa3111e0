"""The ``brickwall`` command: one group, each domain's verbs plugged in."""

import sys

import click

from brickwall.accounts.cli import account, phones, token
from brickwall.app import create_app
from brickwall.cli.miniprogram import miniprogram
from brickwall.cli.openapi import openapi, routes
from brickwall.cli.operations import backup, migrate, restore
from brickwall.cli.run import run
from brickwall.cli.worker import worker
from brickwall.config import ConfigurationError
from brickwall.kernel.problems import Problem
from brickwall.kernel.refusals import to_problem
from brickwall.organisations.cli import organisation, roster
from brickwall.plaques.cli import plaques
from brickwall.publicity.cli import export_site
from brickwall.wechat.cli import wechat


@click.group()
@click.pass_context
def brickwall(context: click.Context) -> None:
    """承诺砖墙：一村一面墙，一块砖一个党员的公开承诺。"""
    if context.invoked_subcommand in WITHOUT_APPLICATION:
        return
    context.with_resource(create_app().app_context())


# Commands that prepare the ground themselves and must run before there is a database.
WITHOUT_APPLICATION: frozenset[str] = frozenset({"run", "migrate", "backup", "restore", "miniprogram"})


for command in (
    account,
    openapi,
    routes,
    migrate,
    miniprogram,
    backup,
    export_site,
    organisation,
    phones,
    plaques,
    restore,
    roster,
    run,
    token,
    wechat,
    worker,
):
    brickwall.add_command(command)


def main() -> None:
    """Run the command line; a refusal is one Chinese sentence and exit code 1, never a trace.

    What nobody foresaw keeps its trace: whoever types commands can pass it on.
    """
    try:
        brickwall()
    except (Problem, ConfigurationError) as error:
        _refuse(str(error))
    except Exception as error:
        problem = to_problem(error)
        if problem.code == Problem.default_code:
            raise
        _refuse(problem.title)


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)
