"""Importing a ledger at the desk: upload, look, confirm; nothing typed is lost."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.kernel.imports import Import, ImportState
from brickwall.kernel.jobs import run_pending_jobs
from tests.factories.commitments import Village, make_village
from tests.factories.pictures import jpeg
from tests.factories.workbooks import csv_file, xlsx
from tests.support.people import FORM_TOKEN, SignIn

HERE = "/console/commitments/import"
ROWS = [
    ["姓名", "承诺内容", "完成时限", "次数"],
    ["林秀峰", "修好村东头排水沟 120 米", "年底", ""],
    ["周大勇", "全年义务夜巡", "", "每月1次"],
    ["查无此人", "修路", "尽快", ""],
]


@pytest.fixture
def village(session: Session) -> Village:
    """Return a township with two branches and everybody in it."""
    found = make_village(session)
    session.commit()
    return found


@pytest.fixture
def secretary(sign_in: SignIn, village: Village) -> FlaskClient:
    """Return the branch secretary's browser."""
    return sign_in(Role.SECRETARY, village.branch)


def upload(client: FlaskClient, data: bytes, name: str = "承诺表.xlsx", **more: Any) -> Any:
    fields = {"form_token": FORM_TOKEN, "organisation": "liuhe", "year": "2026", **more}
    return client.post(HERE, data={**fields, "file": (io.BytesIO(data), name)})


def test_the_page_explains_and_gives_a_template(secretary: FlaskClient) -> None:
    assert "下载模板" in secretary.get(HERE).text
    template = secretary.get(f"{HERE}/template")
    assert template.data.startswith(b"PK")
    assert "attachment" in template.headers["Content-Disposition"]


def test_upload_look_confirm(secretary: FlaskClient, session: Session) -> None:
    answer = upload(secretary, xlsx(ROWS))
    assert answer.status_code == 303
    page = secretary.get(answer.location).text
    assert "修好村东头排水沟 120 米" in page
    assert "第 4 行" in page
    assert "名册里没有这个人" in page
    assert session.scalars(select(Commitment)).all() == []
    session.rollback()
    done = secretary.post(f"{answer.location}/apply", data={"form_token": FORM_TOKEN, "publish": "1"})
    assert "/console/jobs/" in done.location
    assert run_pending_jobs() == 1
    states = session.scalars(select(Commitment.state)).all()
    assert states == [CommitmentState.PUBLISHED] * 2
    assert "其中 2 件已审过并公示" in secretary.get(done.location).text
    assert "导入好了：新增 2 件" in secretary.get(answer.location).text


def test_a_preview_can_be_dropped(secretary: FlaskClient, session: Session) -> None:
    location = upload(secretary, csv_file(ROWS), "承诺.csv").location
    answer = secretary.post(f"{location}/discard", data={"form_token": FORM_TOKEN}, follow_redirects=True)
    assert "什么都没有改" in answer.text
    assert session.scalars(select(Import.state)).all() == [ImportState.DISCARDED]
    assert secretary.post(f"{location}/apply", data={"form_token": FORM_TOKEN}).status_code == 409


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "这个文件是空的"),
        (jpeg(), "不是表格"),
        (xlsx([["姓名", "电话"], ["林秀峰", "139"]]), "没有找到“姓名”和“承诺内容”两列"),
        (b"PK\x03\x04 broken", "打不开"),
    ],
    ids=["empty", "picture", "no columns", "broken"],
)
def test_files_that_are_no_ledger_are_refused_in_words(
    secretary: FlaskClient, session: Session, data: bytes, said: str
) -> None:
    answer = upload(secretary, data)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.scalars(select(Import)).all() == []


def test_another_branch_sees_nothing_of_it(secretary: FlaskClient, sign_in: SignIn, village: Village) -> None:
    location = upload(secretary, xlsx(ROWS)).location
    stranger = sign_in(Role.SECRETARY, village.other)
    assert stranger.get(location).status_code == 404
    assert stranger.post(f"{location}/apply", data={"form_token": FORM_TOKEN}).status_code == 404
    assert upload(stranger, xlsx(ROWS)).status_code == 404
    assert "承诺表.xlsx" not in stranger.get(HERE).text
