"""Labels keep members of different enums apart although their texts are equal."""

from enum import StrEnum

import pytest

from brickwall.kernel.labels import Labels


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Round(StrEnum):
    OPEN = "open"


def test_equal_texts_of_two_enums_keep_their_own_labels():
    labels = Labels({Door.OPEN: "开着", Door.SHUT: "关着"}, {Round.OPEN: "正在评"})
    assert labels[Door.OPEN] == "开着"
    assert labels[Round.OPEN] == "正在评"
    assert len(labels) == 3


def test_labels_can_be_put_together():
    both = Labels(Labels({Door.OPEN: "开着"}), Labels({Round.OPEN: "正在评"}))
    assert list(both) == [Door.OPEN, Round.OPEN]
    assert [type(member) for member in both] == [Door, Round]
    assert both[Round.OPEN] == "正在评"


def test_unlabelled_member_is_an_error():
    with pytest.raises(KeyError):
        Labels({Door.OPEN: "开着"})[Round.OPEN]


def test_two_labels_for_one_member_are_refused():
    with pytest.raises(ValueError, match="two labels"):
        Labels({Door.OPEN: "开着"}, {Door.OPEN: "敞着"})
