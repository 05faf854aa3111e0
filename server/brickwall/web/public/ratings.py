"""Rating from a phone, and looking up a receipt; works without JavaScript.

A phone is known by a mark in an HttpOnly cookie. The brick's page is cached for everybody and
sets no cookie, so the first tap of a phone arrives without one. Counting it then would make two
voters of an impatient double tap, because both taps leave before any cookie comes back. So
nothing is counted without a mark: the first answer sets it and asks for one "确认"; the page's
script sees ``X-Device-Mark: new`` and sends the same tap again by itself, so that with
JavaScript the villager taps once. A browser that keeps no cookies is told so, not counted twice.
"""

from typing import TypeVar

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from brickwall.evaluations.constants import LABELS, RatingValue
from brickwall.evaluations.devices import Device, cookie_name, find_device, new_device_token
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.leaves import receipt_text
from brickwall.evaluations.queries import ReceiptStatus, find_receipt
from brickwall.evaluations.services import Receipt, Tap, record_rating
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.ids import RECEIPT_LENGTH, new_public_id, normalise_code
from brickwall.kernel.permissions import public
from brickwall.kernel.problems import Invalid, Refused
from brickwall.publicity.constants import HOME
from brickwall.web.public.blueprint import page, public_area

TWO_YEARS = 2 * 365 * 24 * 3600
ONE_DAY = 24 * 3600
RECEIPT_COOKIE = "bw_receipt"
MARK_HEADER = "X-Device-Mark"
DONE = "/ratings/done"
R = TypeVar("R", bound=Response)

area = public_area("ratings", __name__)


def _set_cookie(response: R, name: str, value: str, *, path: str, seconds: int) -> R:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _mark(response: R, token: str) -> R:
    """Give the phone its mark, or two more years of the one it has."""
    return _set_cookie(response, cookie_name(settings()), token, path="/", seconds=TWO_YEARS)


def _read_tap(device: Device) -> Tap:
    form = request.form
    try:
        value = RatingValue(form.get("value", ""))
    except ValueError as error:
        raise Invalid("请点一张脸：满意、一般或不满意", "rating.no_value") from error
    return Tap(
        round_public_id=form.get("round", "")[:40],
        code=form.get("subject", "")[:40],
        value=value,
        device=device,
        request_key=request.headers.get("Idempotency-Key") or form.get("key", ""),
        supersedes=tuple(form.get("supersedes", "").split()),
        comment=form.get("comment", ""),
    )


def _ask_again() -> Response:
    """Answer a tap of an unmarked phone: set the mark, count nothing, ask for one "确认".

    Raises:
        Refused: when the browser did not keep the mark it was given.
    """
    if request.form.get("marked"):
        raise Refused(
            "这部手机没有留住记号，所以记不上。请在浏览器设置里允许 Cookie，或换一部手机再扫",
            "rating.no_cookies",
        )
    tap = _read_tap(Device(b"", b""))
    answer = page("public/ratings/confirm.html", tap=tap, label=LABELS[tap.value], key=new_public_id())
    answer.headers[MARK_HEADER] = "new"
    return _mark(answer, new_device_token(settings()))


@area.post("/ratings")
@public
def rate() -> ResponseReturnValue:
    """Count a tap and go on to its receipt; the address of that page names nothing."""
    token = request.cookies.get(cookie_name(settings()), "")
    device = find_device(settings(), token)
    if device is None:
        return _ask_again()
    tap = _read_tap(device)
    receipt = record_rating(RoundKeys(settings().keys_dir), tap)
    response = _mark(redirect(DONE, 303), token)
    return _set_cookie(
        response, RECEIPT_COOKIE, receipt_cookie(receipt, tap), path="/ratings", seconds=ONE_DAY
    )


@area.get("/ratings")
@public
def opened_again() -> ResponseReturnValue:
    """Lead on a phone that opens the answer to a tap again, which browsers do by its address."""
    return redirect(DONE if _find_own_receipt() else HOME, 303)


def receipt_cookie(receipt: Receipt, tap: Tap) -> str:
    """Return what the receipt page needs, kept by the phone alone: receipt and brick."""
    brick = "".join(character for character in tap.code if character.isalnum())
    return f"{receipt.code}.{brick}"


def _find_own_receipt() -> tuple[ReceiptStatus, str] | None:
    """Return this phone's last receipt and the brick's code, or None."""
    code, _, brick = request.cookies.get(RECEIPT_COOKIE, "").partition(".")
    try:
        code, brick = normalise_code(code, RECEIPT_LENGTH), normalise_code(brick)
    except ValueError:
        return None
    found = find_receipt(db.session(), code)
    return (found, brick) if found is not None else None


@area.get(DONE)
@public
def done() -> ResponseReturnValue:
    """Show the last receipt of this phone, to be photographed."""
    own = _find_own_receipt()
    if own is None:
        return redirect("/r", 303)
    found, brick = own
    return page("public/ratings/done.html", found=found, receipt=receipt_text(found.receipt), brick=brick)


@area.get("/r")
@public
def receipt_form() -> Response:
    """Ask for a receipt's code."""
    return page("public/ratings/lookup.html", typed="", found=None, receipt="", missing=False)


@area.post("/r")
@public
def look_up() -> Response:
    """Tell whether a receipt is on record: the same bytes however one rated; the code stays in the body."""
    typed = request.form.get("code", "")[:60]
    try:
        found = find_receipt(db.session(), normalise_code(typed, RECEIPT_LENGTH))
    except ValueError:
        found = None
    return page(
        "public/ratings/lookup.html",
        200 if found else 404,
        typed=typed,
        found=found,
        receipt=receipt_text(found.receipt) if found else "",
        missing=found is None,
    )
