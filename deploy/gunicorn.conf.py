"""gunicorn's settings, the same for ``make run`` and for a server under systemd.

Every number can be changed by an environment variable of deploy/env.example.
"""

import gc
import json
import os
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response

from brickwall.kernel.db import db

CPUS = len(os.sched_getaffinity(0))
# What follows this prefix names a receipt: it stays out of the log.
SECRET_PATHS = re.compile(r"^(/api/v1/receipts/).+")

wsgi_app = "brickwall.wsgi:app"
bind = os.environ.get("BRICKWALL_BIND", f"0.0.0.0:{os.environ.get('PORT', '8000')}")
worker_class = "gthread"
# Pages wait for the disk more often than for the processor, so a worker has threads;
# Python runs one of them at a time, so there are as many workers as processors.
workers = int(os.environ.get("BRICKWALL_WORKERS", min(max(CPUS, 2), 8)))
threads = int(os.environ.get("BRICKWALL_THREADS", "8"))
# Loaded once, then forked: the workers share the pages of code they never write to.
preload_app = True

# A worker is replaced now and then, not all at the same moment.
max_requests = 20_000
max_requests_jitter = 4_000
timeout = 60
graceful_timeout = 20
keepalive = 15

# A request line and header fields longer than these are refused before they are read.
limit_request_line = 4_094
limit_request_fields = 60
limit_request_field_size = 8_190

forwarded_allow_ips = os.environ.get("BRICKWALL_FORWARDED_ALLOW_IPS", "127.0.0.1")
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
proc_name = "brickwall"
# The socket and the photos: readable by the group (nginx), by nobody else.
umask = 0o007


class JSONLogger(Logger):
    """One JSON object per request: no query string, no address, no header a person sent.

    The address is left out on purpose: time and address of a rating would tell who
    rated (RATINGS.md, "never stored").
    """

    def access(
        self,
        resp: Response,
        req: Request,
        environ: dict[str, Any],
        request_time: timedelta,
    ) -> None:
        """Write the line for one finished request."""
        if not (self.cfg.accesslog or self.cfg.logconfig):
            return
        line = {
            "event": "request",
            "method": environ.get("REQUEST_METHOD"),
            "path": SECRET_PATHS.sub(r"\1-", environ.get("PATH_INFO", "")),
            "status": resp.status_code,
            "bytes": getattr(resp, "sent", None),
            "ms": round(request_time.total_seconds() * 1000, 1),
            "request_id": dict(resp.headers).get("X-Request-Id"),
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        self.access_log.info(json.dumps(line, ensure_ascii=False))


logger_class = JSONLogger
# Off behind nginx, which writes a log of its own.
accesslog = os.environ.get("BRICKWALL_ACCESS_LOG") or None
errorlog = "-"
loglevel = os.environ.get("BRICKWALL_LOG_LEVEL", "warning")


def when_ready(server: Any) -> None:
    """Keep the garbage collector off what was loaded, so that it stays shared after the fork."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """Give each worker database connections of its own: one that crossed a fork is broken."""
    with worker.app.callable.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
