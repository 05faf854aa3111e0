"""Photos on their own path: fresh JPEG bytes, nothing a browser could run.

A photo is open to everybody once its entry stands in a published commitment and both were looked
at (brickwall.moderation); before that to whoever uploaded it and to the branch's staff. WeChat's
check fetches it under a signed address that ends by itself.
"""

from flask import Blueprint, Response, request

from brickwall.commitments import queries, rules
from brickwall.commitments.models import FulfilmentEntry, Photo
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.images import Size, image_path
from brickwall.kernel.permissions import find_actor, public
from brickwall.kernel.problems import NotFound
from brickwall.moderation.addresses import is_check_address

blueprint = Blueprint("media", __name__, url_prefix="/media")

_ONE_YEAR = 365 * 24 * 3600
_NO_PHOTO = "没有找到这张照片，可能已被更正或移走"


@blueprint.get("/<public_id>-<size>.jpg")
@public
def photo(public_id: str, size: str) -> Response:
    """Serve one size of a photo: ``s`` 480 pixels, ``l`` 1600 pixels."""
    found = queries.find_photo_with_entry(db.session(), public_id) if size in set(Size) else None
    if found is None or not (rules.photo_is_public(*found) or _may_see(*found)):
        raise NotFound(_NO_PHOTO)
    answer = _read(found[0], Size(size))
    return _with_headers(answer, rules.photo_is_public(*found))


@blueprint.get("/check/<public_id>-<int:expires>-<signature>.jpg")
@public
def photo_for_check(public_id: str, expires: int, signature: str) -> Response:
    """Serve a photo nobody may see yet to WeChat's check, under an address good for half an hour."""
    if not is_check_address(settings(), public_id, expires, signature):
        raise NotFound(_NO_PHOTO)
    found = queries.find_photo(db.session(), public_id)
    if found is None:
        raise NotFound(_NO_PHOTO)
    return _with_headers(_read(found, Size.LARGE), open_to_all=False)


def _read(photo: Photo, size: Size) -> Response:
    """Return the bytes of one size, or "not modified".

    Raises:
        NotFound: when the file is gone.
    """
    try:
        body = image_path(settings().media_dir, photo.public_id, size).read_bytes()
    except FileNotFoundError as error:
        raise NotFound(_NO_PHOTO) from error
    answer = Response(body, mimetype="image/jpeg")
    answer.set_etag(f"{photo.digest[:16]}{size}")
    answer.make_conditional(request)
    return answer


def _may_see(photo: Photo, entry: FulfilmentEntry | None) -> bool:
    """Tell whether the signed-in person uploaded the photo or looks after its commitment."""
    actor = find_actor()
    if actor is None:
        return False
    if photo.account_id == actor.account_id:
        return True
    return entry is not None and rules.may_read(actor, entry.commitment)


def _with_headers(answer: Response, open_to_all: bool) -> Response:
    cached = f"public, max-age={_ONE_YEAR}, immutable" if open_to_all else "private, no-store"
    answer.headers["Cache-Control"] = cached
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
