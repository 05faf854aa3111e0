"""Progress page of a job, its state for polling, and its finished file.

A handler's result may hold ``sentence`` (what was done, in one Chinese sentence), ``file`` (a
path below ``settings.work_dir``) with ``file_name`` (what the download is called), and
``url`` (a console path where the outcome is seen). A refusal is shown by its own sentence.
"""

from pathlib import Path
from typing import Any

from flask import Response, jsonify, render_template, request, send_file
from flask.typing import ResponseReturnValue

from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.jobs import Job, JobState, get_job
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import NotFound
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.downloads import attachment_headers
from brickwall.web.console.paths import local_path

area = console_area("jobs", __name__)
FINISHED = frozenset({JobState.DONE, JobState.FAILED})
REFRESH_SECONDS = 3
GONE = "这个文件已经过期，请再做一次"


def _own_job(public_id: str) -> Job:
    return get_job(db.session(), public_id, current_actor().account_id)


def _result(job: Job) -> dict[str, Any]:
    return job.result or {}


def finished_file(job: Job) -> tuple[Path, str]:
    """Return the path and download name of the file a job has made.

    Raises:
        NotFound: when it made none, it was swept away, or its path leaves the work folder.
    """
    result = _result(job)
    work_dir = settings().work_dir.resolve()
    path = (work_dir / str(result.get("file", ""))).resolve()
    if job.state is not JobState.DONE or not path.is_relative_to(work_dir) or not path.is_file():
        raise NotFound(GONE)
    return path, str(result.get("file_name") or path.name)


@area.get("/<public_id>")
@requires(Permission.OWN_SESSION)
def page(public_id: str) -> ResponseReturnValue:
    """Show how far a job is; the page may be left and opened again."""
    job = _own_job(public_id)
    html = render_template(
        "console/jobs/page.html",
        job=job,
        result=_result(job),
        finished=job.state in FINISHED,
        done=job.state is JobState.DONE,
        back=local_path(request.args.get("back", "")),
    )
    headers = {} if job.state in FINISHED else {"Refresh": str(REFRESH_SECONDS)}
    return html, headers


@area.get("/<public_id>/state")
@requires(Permission.OWN_SESSION)
def state(public_id: str) -> Response:
    """Return ``{"progress": 0–100, "finished": bool}`` for the page's script."""
    job = _own_job(public_id)
    return jsonify(progress=job.progress, finished=job.state in FINISHED)


@area.get("/<public_id>/file")
@requires(Permission.OWN_SESSION)
def download(public_id: str) -> Response:
    """Hand out the finished file, to the account that asked for it only."""
    path, name = finished_file(_own_job(public_id))
    answer = send_file(path)
    answer.headers.update(attachment_headers(name))
    return answer
