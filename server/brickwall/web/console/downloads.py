"""Files handed out by the console: names people understand, nothing cached, nothing run."""

from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|\r\n\t', " "))


def attachment_headers(file_name: str) -> dict[str, str]:
    """Return the headers of a download called ``file_name`` (any characters; RFC 6266, 5987)."""
    clean = file_name.translate(_FORBIDDEN).strip() or "下载"
    suffix = clean.rpartition(".")[2] if clean.rpartition(".")[2].isascii() else "bin"
    return {
        "Content-Disposition": f"attachment; filename=\"download.{suffix}\"; filename*=UTF-8''{quote(clean)}",
        "Cache-Control": "no-store",
    }


def attachment(body: bytes, file_name: str, mimetype: str) -> Response:
    """Return ``body`` as a download called ``file_name``."""
    return Response(body, mimetype=mimetype, headers=attachment_headers(file_name))


def workbook_response(body: bytes, name: str) -> Response:
    """Return an .xlsx download called ``name``, without its suffix."""
    return attachment(body, f"{name}.xlsx", XLSX)
