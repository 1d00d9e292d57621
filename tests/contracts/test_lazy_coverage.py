"""The coverage requests of a generated test, which are generated when the test runs."""

from types import SimpleNamespace

import pytest
import schemathesis
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.hypothesis import builder
from schemathesis.generation.overrides import Override

from mockvoice_contracts.harness import lazy_coverage

lazy_coverage.install()

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 5}, "size": {"type": "integer"}},
    "required": ["name"],
}


def generated(media_types, limit=None, **options):
    """Return the coverage requests of an operation whose body has these media types."""
    content = {media_type: {"schema": SCHEMA} for media_type in media_types}
    post = {"requestBody": {"content": content}, "responses": {"200": {"description": "OK"}}}
    document = {
        "openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/items": {"post": post}},
    }  # fmt: skip
    operation = schemathesis.openapi.from_dict(document)["/items"]["POST"]
    config = operation.schema.config.generation_for(operation=operation, phase="coverage")
    test = lambda case: None  # noqa: E731
    builder.add_coverage(
        test, operation, config.modes, None, Override({}, {}, {}, {}), NO_FEEDBACK, config
    )
    lazy_coverage.generate(SimpleNamespace(obj=test), limit, **options)
    assert [body.media_type for body in operation.body] == media_types
    return [example.kwargs["case"] for example in test.hypothesis_explicit_examples]


def media_types_of(cases):
    return {case.media_type for case in cases}


def test_requests_are_as_many_without_forms_as_with_json_only():
    plain = generated([JSON])
    both = generated([JSON, FORM])

    kept = generated([JSON, FORM], forms=False)

    assert media_types_of(both) == {JSON, FORM}
    assert len(kept) == len(plain) == sum(case.media_type != FORM for case in both)
    assert media_types_of(kept) == {JSON}


@pytest.mark.parametrize("media_types", [[FORM], [FORM, JSON]])
def test_forms_stay_if_json_is_not_the_first_body(media_types):
    assert FORM in media_types_of(generated(media_types, forms=False))


def test_a_limit_keeps_requests_of_the_whole_phase():
    cases = generated([JSON])

    kept = generated([JSON], limit=4)

    assert len(kept) == 4 < len(cases)
    assert kept[0].body == cases[0].body
