"""Opening members' phones: who has one, and printing activation slips."""

from collections.abc import Sequence

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brickwall.accounts import services
from brickwall.accounts.services import IssuedSlip
from brickwall.kernel import clock
from brickwall.kernel.db import db
from brickwall.kernel.http import settings
from brickwall.kernel.ids import group_code
from brickwall.kernel.permissions import Permission, current_actor, requires
from brickwall.kernel.problems import Invalid, Unavailable
from brickwall.organisations.models import Member
from brickwall.organisations.queries import get_member_for
from brickwall.printing.content import ActivationSlip
from brickwall.printing.errors import PrintingError
from brickwall.printing.press import CHILD
from brickwall.web.console.activation.table import TABLE, members, without_phone
from brickwall.web.console.blueprint import console_area
from brickwall.web.console.downloads import attachment
from brickwall.web.console.forms import done
from brickwall.web.console.places import home_name
from brickwall.web.console.tables import show
from brickwall.web.words import day

MOST_SLIPS = 200
area = console_area("activation", __name__)


@area.get("/")
@requires(Permission.ACTIVATION_ISSUE)
def index() -> str:
    """Show who has opened his phone and who waits for a slip."""
    return render_template("console/activation/index.html", view=show(TABLE, members()), most=MOST_SLIPS)


def _chosen() -> Sequence[Member]:
    """Return the members ticked in the form, or all without a phone.

    Raises:
        Invalid: when nobody is chosen, or more than fit into one print.
    """
    query = members()
    if request.form.get("who") == "all":
        query = without_phone(query)
    else:
        query = query.where(Member.public_id.in_(request.form.getlist("pick")))
    found = db.session.scalars(query.limit(MOST_SLIPS + 1)).all()
    if not found:
        raise Invalid("没有选中党员。请先在名单左边打勾，再打印激活条", "activation.nobody_chosen")
    if len(found) > MOST_SLIPS:
        raise Invalid(f"一次最多打印 {MOST_SLIPS} 张，请分几次选", "activation.too_many_chosen")
    return found


def _paper(issued: IssuedSlip) -> ActivationSlip:
    # The code stands in the fragment, which browsers keep to themselves: no log ever sees it.
    return ActivationSlip(
        name=issued.slip.member.name,
        code=group_code(issued.code),
        url=f"{settings().base_url}/activate#{issued.code}",
        valid_until=f"{day(clock.local(issued.slip.expires_at).date())}前有效",
    )


def _print(issued: Sequence[IssuedSlip]) -> bytes:
    branches = {each.slip.member.organisation.name for each in issued}
    branch = branches.pop() if len(branches) == 1 else home_name(current_actor())
    return CHILD.activation_slips(
        [_paper(each) for each in issued], branch=branch, host_words=settings().host
    )


@area.post("/")
@requires(Permission.ACTIVATION_ISSUE)
def issue() -> Response:
    """Issue slips and hand them out as a PDF; the codes are never shown again."""
    chosen = _chosen()
    try:
        unprintable = CHILD.missing([member.name for member in chosen])
        if unprintable:
            raise Invalid(unprintable, "activation.missing_glyphs")
        issued = services.issue_activations(db.session(), settings(), current_actor(), chosen)
        # Setting and proofing takes seconds: the writer's place is given up before.
        db.session.commit()
        return attachment(
            _print(issued), f"激活条 {clock.today():%Y-%m-%d}（{len(issued)} 张）.pdf", "application/pdf"
        )
    except PrintingError as error:
        raise Unavailable(str(error), "activation.not_printed") from error


@area.post("/<public_id>/revoke")
@requires(Permission.ACTIVATION_ISSUE)
def revoke(public_id: str) -> ResponseReturnValue:
    """Revoke a member's unused slip."""
    actor = current_actor()
    member = get_member_for(db.session(), actor, Permission.ACTIVATION_ISSUE, public_id)
    services.revoke_activations(db.session(), actor, member)
    return done(f"{member.name} 的激活条已作废", url_for("console_activation.index"))


@area.post("/<public_id>/unbind")
@requires(Permission.ACTIVATION_ISSUE)
def unbind(public_id: str) -> ResponseReturnValue:
    """Take every WeChat off a member: his phone is lost, or in wrong hands."""
    actor = current_actor()
    member = get_member_for(db.session(), actor, Permission.ACTIVATION_ISSUE, public_id)
    services.unbind_member(db.session(), actor, member)
    return done(f"{member.name} 的微信绑定已解除，小程序里已退出", url_for("console_activation.index"))
