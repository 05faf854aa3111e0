"""Walls over the API."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.organisations.constants import OrganisationKind
from tests.factories.organisations import make_organisation
from tests.publicity.conftest import Bricks


def test_a_branch_s_wall_carries_figures_with_denominators_and_bricks(
    bricks: Bricks, client: FlaskClient
) -> None:
    wall = client.get("/api/v1/walls/liuhe").get_json()
    assert wall["name"] == "柳河村党支部"
    assert wall["kind_label"] == "党支部"
    assert wall["figures"] == {
        "members": 3,
        "exempt": 1,
        "expected": 2,
        "committed": 1,
        "published": 4,
        "closed_out": 1,
        "claimed": 0,
        "overdue": 1,
    }
    assert [(brick["name"], brick["tone"], brick["page"]) for brick in wall["bricks"]] == [
        ("林秀峰", "late", "/q/7k3m9qx2"),
        ("周大勇", "end", None),
        ("柳春风", "end", None),
    ]
    assert wall["children"] == []


def test_a_township_s_wall_names_its_branches(bricks: Bricks, client: FlaskClient) -> None:
    wall = client.get("/api/v1/walls/jishi").get_json()
    assert [child["code"] for child in wall["children"]] == ["liuhe", "dongpo"]
    assert wall["bricks"] == []
    assert wall["figures"]["members"] == 3


def test_a_group_counts_its_own_members(bricks: Bricks, session: Session, client: FlaskClient) -> None:
    group = make_organisation(
        session,
        code="g1",
        name="第一党小组",
        short_name="一组",
        kind=OrganisationKind.GROUP,
        parent=bricks.village.branch,
    )
    session.merge(bricks.village.member).group_id = group.id
    session.commit()
    wall = client.get("/api/v1/walls/g1").get_json()
    assert [brick["name"] for brick in wall["bricks"]] == ["林秀峰"]
    assert (wall["figures"]["members"], wall["figures"]["published"]) == (1, 3)


def test_an_unknown_wall_is_a_problem_with_a_next_step(app: object, client: FlaskClient) -> None:
    answer = client.get("/api/v1/walls/nowhere")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert "请从列表里重新选择" in answer.get_json()["title"]
