"""schemathesis over the OpenAPI document: whatever is sent, no 5xx and nothing undocumented.

``make fuzz`` runs this; FUZZ_EXAMPLES sets how many requests an operation gets.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from brickwall.accounts.constants import Role
from brickwall.accounts.services import NewAccount, create_account, issue_token
from brickwall.app import create_app
from brickwall.kernel.db import transaction
from brickwall.kernel.permissions import SYSTEM
from brickwall.organisations.models import Organisation
from tests.support.server import Server, build_village, settings_for

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(3000)]
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "40")
# Throttled operations answer 429, and a random body is rarely meaningful enough to be accepted.
LEFT_OUT = "positive_data_acceptance,missing_required_header,unsupported_method"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Provide a running site with the sample village."""
    village = build_village(tmp_path_factory.mktemp("fuzz") / "var")
    with Server(village.var_dir, with_jobs=False) as server:
        yield server


@pytest.fixture(scope="module")
def token(site: Server) -> str:
    """Return a bearer token of a program that may do what a secretary may."""
    with create_app(settings_for(site.var_dir)).app_context(), transaction() as session:
        branch = session.scalars(select(Organisation).where(Organisation.parent_id.is_(None))).one()
        account, _ = create_account(session, SYSTEM, NewAccount("fuzzer", "测试程序", Role.SECRETARY), branch)
        return issue_token(session, SYSTEM, account, "fuzz").token


def _run(site: Server, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(SCHEMATHESIS),
        "run",
        f"{site.url}/api/v1/openapi.json",
        "--no-color",
        "--seed",
        "20261121",
    ]
    command += ["--max-examples", EXAMPLES, "--exclude-checks", LEFT_OUT, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=site.var_dir)


def test_anybody_may_send_anything(site: Server) -> None:
    result = _run(site)
    assert result.returncode == 0, result.stdout[-6000:]


def test_staff_may_send_anything(site: Server, token: str) -> None:
    result = _run(site, "--header", f"Authorization: Bearer {token}")
    assert result.returncode == 0, result.stdout[-6000:]
