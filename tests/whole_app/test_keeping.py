"""The public data table cannot fall behind: every table, and every telling column, says what it keeps."""

from typing import Any

import pytest

from brickwall.kernel.db import Base
from brickwall.kernel.keeping import LABELS, PERSONAL, Whose, kept_by, kept_of
from brickwall.models import metadata

MODELS = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda model: model.__tablename__)
# Columns that say nothing about anybody: what a row is called, when it was written.
PLUMBING = frozenset({"public_id", "created_at", "updated_at", "key", "page", "next_at", "form_token"})


def _telling(model: Any) -> set[str]:
    columns = model.__table__.columns
    return {
        column.name
        for column in columns
        if not column.foreign_keys and column.name not in PLUMBING and column.name != "id"
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__tablename__)
def test_every_table_says_what_it_keeps_why_and_how_long(model: Any) -> None:
    kept = kept_by(model)
    assert kept is not None, f"{model.__name__} needs a __kept__ (kernel.keeping)"
    assert kept.why
    assert kept.until
    assert set(kept.fields) <= {column.name for column in model.__table__.columns}
    if kept.whose in PERSONAL:
        missing = _telling(model) - set(kept.fields) - PLUMBING
        assert not missing, f"{model.__name__}.__kept__ says nothing of {sorted(missing)}"


def test_every_table_is_a_model_and_every_kind_of_people_has_some() -> None:
    assert {model.__tablename__ for model in MODELS} == set(metadata.tables)
    for whose in Whose:
        assert kept_of(whose), LABELS[whose]


def test_the_words_are_plain_sentences_without_code() -> None:
    for whose in Whose:
        for kept in kept_of(whose):
            for words in (kept.what, kept.why, kept.until, kept.never):
                assert "openid" not in words.lower()
                assert "_" not in words
                assert "！" not in words
