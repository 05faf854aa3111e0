"""A job's page: progress, outcome, and its file for nobody else."""

import pytest
from sqlalchemy import select

from brickwall.accounts.constants import Role
from brickwall.accounts.models import Account
from brickwall.kernel import clock
from brickwall.kernel.jobs import JobState, enqueue
from tests.factories.organisations import make_organisation
from tests.support.people import SignIn


@pytest.fixture
def asked(session, sign_in: SignIn):
    branch = make_organisation(session)
    client = sign_in(Role.SECRETARY, branch)
    account = session.scalars(select(Account)).one()
    job = enqueue(session, "tests.nothing", {}, account_id=account.id)
    session.commit()
    return client, job, branch


def finish(session, job, state=JobState.DONE, **result):
    job.state = state
    job.result = result
    job.progress = 100
    job.finished_at = clock.now()
    session.commit()


def test_running_job_shows_how_far_it_is_and_looks_again_by_itself(asked, session):
    client, job, _ = asked
    job.state, job.progress = JobState.RUNNING, 40
    session.commit()
    answer = client.get(f"/console/jobs/{job.public_id}?back=/console/audit/")
    assert "40%" in answer.text
    assert answer.headers["Refresh"] == "3"
    assert 'href="/console/audit/"' in answer.text
    assert client.get(f"/console/jobs/{job.public_id}/state").json == {"progress": 40, "finished": False}


def test_finished_job_says_what_was_done_and_stops_looking(asked, session):
    client, job, _ = asked
    finish(session, job, sentence="已导入 71 人。", url="/console/audit/")
    answer = client.get(f"/console/jobs/{job.public_id}")
    assert "已导入 71 人。" in answer.text
    assert "Refresh" not in answer.headers
    assert client.get(f"/console/jobs/{job.public_id}/state").json["finished"] is True


def test_refused_job_shows_its_sentence(asked, session):
    client, job, _ = asked
    finish(session, job, JobState.FAILED, title="名册第 3 行没有姓名，请补上后再传", code="x")
    page = client.get(f"/console/jobs/{job.public_id}").text
    assert "名册第 3 行没有姓名，请补上后再传。" in page
    assert "没有办成" in page


def test_back_never_leaves_the_console(asked):
    client, job, _ = asked
    page = client.get(f"/console/jobs/{job.public_id}?back=https://evil.example/").text
    assert "evil.example" not in page


def test_file_is_handed_out_under_its_name(asked, session, settings):
    client, job, _ = asked
    settings.work_dir.mkdir(parents=True, exist_ok=True)
    (settings.work_dir / "wall.pdf").write_bytes(b"%PDF-1.7")
    finish(session, job, file="wall.pdf", file_name="柳河铭牌.pdf")
    assert "下载柳河铭牌.pdf" in client.get(f"/console/jobs/{job.public_id}").text
    with client.get(f"/console/jobs/{job.public_id}/file") as answer:
        assert answer.data == b"%PDF-1.7"
    assert "%E6%9F%B3%E6%B2%B3" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["../keys/secret.key", "/etc/passwd", "gone.pdf", "", "."])
def test_file_outside_the_work_folder_or_swept_is_not_found(asked, session, settings, name):
    client, job, _ = asked
    (settings.var_dir / "keys").mkdir(parents=True, exist_ok=True)
    (settings.var_dir / "keys" / "secret.key").write_text("geheim")
    finish(session, job, file=name)
    answer = client.get(f"/console/jobs/{job.public_id}/file")
    assert answer.status_code == 404
    assert "请再做一次" in answer.text


def test_nobody_else_sees_a_job_or_its_file(asked, session, settings, sign_in: SignIn):
    _, job, branch = asked
    settings.work_dir.mkdir(parents=True, exist_ok=True)
    (settings.work_dir / "wall.pdf").write_bytes(b"%PDF-1.7")
    finish(session, job, file="wall.pdf")
    colleague = sign_in(Role.CLERK, branch)
    for address in ("", "/state", "/file"):
        assert colleague.get(f"/console/jobs/{job.public_id}{address}").status_code == 404
