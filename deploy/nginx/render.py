#!/usr/bin/env python3
r"""Fill in deploy/nginx/brickwall.conf.template and print the result.

    deploy/nginx/render.py --server-name liuhe.example \
        --tls-certificate /etc/ssl/liuhe.pem --tls-key /etc/ssl/private/liuhe.key \
        > /etc/nginx/conf.d/brickwall.conf

Needs nothing but Python's standard library. Without a certificate it listens on plain
http, for a first try or behind another machine that ends TLS.
"""

import argparse
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The same prefixes as SECRET_PATHS in deploy/gunicorn.conf.py.
SECRET_PREFIXES = "api/v1/receipts"

PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
    "<style>body{{margin:0;padding:32px 20px;background:#FAF7F2;color:#22201E;"
    "font:20px/1.6 system-ui,sans-serif}}main{{max-width:34em;margin:auto}}</style></head>"
    "<body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
)
# status, name, title, text: what nginx answers by itself.
REFUSALS = (
    (
        413,
        "too_large",
        "内容太大",
        "发送的内容太大，没有收下。照片每张不超过 8 MB，请换小一点的再发。",
    ),
    (
        429,
        "too_many",
        "请稍等一下",
        "这会儿来的人太多，请过几秒钟再试一次。已经填好的内容不会丢。",
    ),
    (503, "away", "正在重新启动", "网站正在重新启动，请过一分钟再试一次。"),
)
REFUSAL_LOCATION = """    location @{name} {{
        internal;
        default_type "{content_type}";
        add_header Cache-Control no-store always;
        add_header Retry-After {retry_after} always;
        return {status} '{body}';
    }}
"""
# As brickwall.kernel.http says it for pages without a script of their own; a test compares them.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
PAGES = "    location ~ ^/(?:(?:q|w|c)/[^/]+/?)?$ {"
# What `brickwall export-site` wrote is sent without asking the application; big letters and
# pages not yet written are the application's. The headers are those it sends itself.
EXPORTED_PAGES = """{pages}
        limit_req zone=brickwall_read burst=400 nodelay;
        root {folder};
        try_files $brickwall_file @pages;
        gzip_static on;
        add_header Cache-Control "public, max-age=0, must-revalidate";
        add_header Content-Security-Policy "{policy}";
        add_header X-Content-Type-Options nosniff;
        add_header Referrer-Policy same-origin;
        add_header X-Frame-Options DENY;
        add_header X-Cache EXPORTED;
    }}

    location @pages {{"""
LISTEN = "    listen {address}{options};\n"
TLS = """    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:brickwall_tls:10m;
    ssl_session_timeout 1d;
    ssl_session_tickets off;
"""
# A scan may begin with http typed by hand; the code must survive the redirect.
REDIRECT_SERVER = """server {{
    listen 80;
    listen [::]:80;
    server_name {name};
    access_log off;
    return 301 https://{name}$request_uri;
}}
"""


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Print brickwall's nginx configuration.")
    parser.add_argument("--server-name", required=True)
    parser.add_argument("--upstream", default="unix:/run/brickwall/web.sock")
    parser.add_argument("--listen", action="append", help="default: port 80, or 443 with TLS")
    parser.add_argument("--tls-certificate")
    parser.add_argument("--tls-key")
    parser.add_argument("--cache-dir", default="/var/cache/nginx-brickwall")
    parser.add_argument("--log-dir", default="/var/log/nginx")
    parser.add_argument("--site-dir", help="folder of `brickwall export-site`, sent as it is")
    parser.add_argument("--reads-per-second", type=int, default=100, help="per address")
    parser.add_argument("--writes-per-second", type=int, default=20, help="per address")
    chosen = parser.parse_args(arguments)
    if bool(chosen.tls_certificate) != bool(chosen.tls_key):
        parser.error("--tls-certificate and --tls-key belong together")
    return chosen


def render_refusals() -> str:
    """Return the named locations nginx refuses with: a page for people, JSON for machines."""
    blocks = []
    for status, name, title, text in REFUSALS:
        problem = json.dumps(
            {"title": text, "status": status, "code": f"proxy.{name}"},
            ensure_ascii=False,
        )
        answers = (
            (name, "text/html; charset=utf-8", PAGE.format(title=title, text=text)),
            (f"api_{name}", "application/problem+json; charset=utf-8", problem),
        )
        blocks += [
            REFUSAL_LOCATION.format(
                name=location,
                content_type=content_type,
                retry_after=60 if status == 503 else 5,
                status=status,
                body=body,
            )
            for location, content_type, body in answers
        ]
    return "".join(blocks)


def render_listen(chosen: argparse.Namespace) -> str:
    """Return the lines that say where to listen, with the certificate when there is one."""
    tls = bool(chosen.tls_certificate)
    port = 443 if tls else 80
    addresses = chosen.listen or [str(port), f"[::]:{port}"]
    options = " ssl http2" if tls else ""
    lines = "".join(LISTEN.format(address=address, options=options) for address in addresses)
    if tls:
        lines += TLS.format(certificate=chosen.tls_certificate, key=chosen.tls_key)
    return lines.rstrip("\n")


def render_pages(chosen: argparse.Namespace) -> str:
    """Return the beginning of the public pages' location, with exported files when there are any."""
    if not chosen.site_dir:
        return PAGES
    return EXPORTED_PAGES.format(pages=PAGES, folder=chosen.site_dir, policy=PAGE_POLICY)


def render(chosen: argparse.Namespace) -> str:
    """Return the configuration for the chosen values.

    Raises:
        ValueError: when the template asks for a value there is none for.
    """
    redirect = REDIRECT_SERVER.format(name=chosen.server_name) if chosen.tls_certificate else ""
    values = {
        "SERVER_NAME": chosen.server_name,
        "UPSTREAM": chosen.upstream,
        "CACHE_DIR": chosen.cache_dir,
        "LOG_DIR": chosen.log_dir,
        "READS_PER_SECOND": str(chosen.reads_per_second),
        "WRITES_PER_SECOND": str(chosen.writes_per_second),
        "SECRET_PREFIXES": SECRET_PREFIXES,
        "LISTEN": render_listen(chosen),
        "REDIRECT_SERVER": redirect,
        "PAGES_LOCATION": render_pages(chosen),
        "REFUSALS": render_refusals(),
    }
    template = (HERE / "brickwall.conf.template").read_text(encoding="utf-8")
    if unknown := set(re.findall(r"@([A-Z_]+)@", template)) - values.keys():
        raise ValueError(f"no value for {', '.join(sorted(unknown))}")
    return re.sub(r"@([A-Z_]+)@", lambda match: values[match[1]], template)


if __name__ == "__main__":
    sys.stdout.write(render(parse_arguments(sys.argv[1:])))
