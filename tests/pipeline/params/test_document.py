"""docs/parameters.md: up to date, complete, and true of what the schema enforces."""

import math
import re

import pytest
from pydantic import ValidationError

from pipeline.jobs.closure import ROOT
from pipeline.params import document
from pipeline.params.document import allowed, page, parameters
from tests.pipeline.params.json_schema import permits, schemas_at
from tests.pipeline.params.parameter_files import BASES, CONTENTS, EACH_FILE, FILES, MODELS, kind, paths, replaced

PAGE = ROOT / "docs" / "parameters.md"
EACH_PARAMETER = pytest.mark.parametrize(
    "parameter", [each for model in MODELS.values() for each in parameters(model)], ids=lambda each: each.key
)


def bounded(schema):
    """Return whether a JSON schema says of everything that it allows where it ends."""
    if alternatives := schema.get("oneOf") or schema.get("anyOf"):
        return all(bounded(each) for each in alternatives)
    if {"const", "enum"} & schema.keys() or schema["type"] in ("boolean", "null", "object"):
        return True
    if schema["type"] in ("integer", "number"):
        ends = [{"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}]
        return all(end & schema.keys() for end in ends)
    if schema["type"] == "array":
        finite = "maxItems" in schema or (schema.get("uniqueItems") and "enum" in schema["items"])
        return bool(finite) and bounded(schema["items"])
    # Of bounded length: nothing in the pattern may be repeated without an end.
    return re.fullmatch(r"\^[^*+]*\$", schema["pattern"]) is not None


def test_the_page_is_up_to_date():
    command = "python -m pipeline.params.document docs/parameters.md"
    document.main([str(PAGE), "--check"])
    assert f"`{command}`" in page()


@pytest.fixture(scope="module")
def rows():
    return set(page().splitlines())


@EACH_PARAMETER
def test_a_parameter_has_a_meaning_and_a_bounded_range(parameter, rows):
    assert parameter.meaning, f"{parameter.key}: give its field a description"
    assert bounded(parameter.schema), f"{parameter.key}: give its type bounds. Its schema: {parameter.schema}"
    row = f"| `{parameter.key}` | {parameter.meaning} | {allowed(parameter.schema)} |"
    assert row in rows and len(re.findall(r"(?<!\\)\|", row)) == 4


@EACH_FILE
def test_the_page_has_the_keys_of_the_files_and_no_others(file):
    content = CONTENTS[file]
    values = {kind(path, file) for path, value in paths(content) if not isinstance(value, (dict, list))}
    # A list of numbers or names is one parameter, a list of layers one beside those of its layers.
    lists = {kind(path, file) for path, value in paths(content) if isinstance(value, list)}
    keys = {parameter.key for parameter in parameters(document.FILES[str(FILES[file])])}
    given = {key.removesuffix("[]") for key in values} | lists
    assert given <= keys and all(key.endswith(".precision") for key in keys - given)  # which a section may leave out


@EACH_FILE
def test_what_is_documented_is_what_is_enforced(file):
    """At each bound of each number, and just beyond it."""
    tried = 0
    for path, value in paths(BASES[file]):
        for schema in schemas_at(file, path) if not isinstance(value, (dict, list)) else ():
            for number in around_bounds(schema):
                tried += 1
                complaints = errors_at(file, path, number)
                assert bool(complaints) is not permits([schema], number), (path, number, complaints)
    numbers = [path for path, value in paths(BASES[file]) if type(value) in (int, float) and path[-1] != "channels"]
    assert tried >= 6 * len(numbers) > 0  # channels are one of two numbers, without bounds


def around_bounds(schema):
    for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        if name in schema:
            bound = schema[name]
            yield bound
            if schema["type"] == "integer":
                yield from (bound - 1, bound + 1)
            else:
                yield from (math.nextafter(bound, -math.inf), math.nextafter(bound, math.inf))


def errors_at(file, path, value):
    """Return what the schema says of a value at a path itself, not of how it fits to others."""
    try:
        MODELS[file].model_validate(replaced(path, value, file))
    except ValidationError as error:
        return [entry["msg"] for entry in error.errors() if plain(entry["loc"]) == path]
    return []


def plain(location):
    return tuple(part for part in location if not str(part).startswith("("))


def test_a_page_is_written_and_checked(tmp_path):
    path = tmp_path / "new" / "parameters.md"
    with pytest.raises(SystemExit, match="out of date; run the same command without --check"):
        document.main([str(path), "--check"])
    assert not path.exists()
    document.main([str(path)])
    assert path.read_text(encoding="utf-8") == page()
    document.main([str(path), "--check"])
    path.write_text(page() + "\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="out of date; run the same command without --check"):
        document.main([str(path), "--check"])
    assert path.read_text(encoding="utf-8") == page() + "\n"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 10_000}, "1 ≤ whole number ≤ 10,000"),
        ({"type": "integer", "minimum": 0, "exclusiveMaximum": 2**31}, "0 ≤ whole number < 2,147,483,648"),
        ({"type": "number", "exclusiveMinimum": 0.01, "maximum": 1e6}, "0.01 < number ≤ 1,000,000"),
        ({"type": "integer", "minimum": 8, "multipleOf": 4}, "8 ≤ whole number, a multiple of 4"),
        (
            {"type": "number", "minimum": 0, "maximum": 9, "significantDigits": 6},
            "0 ≤ number ≤ 9, of at most 6 digits",
        ),
        ({"type": "boolean"}, "`true` or `false`"),
        ({"type": "string", "enum": ["a", "b"]}, "one of `a`, `b`"),
        ({"type": "string", "pattern": "^(a|b)$", "examples": ["b"]}, r"text of the form `^(a\|b)$`, such as `b`"),
        ({"anyOf": [{"type": "null"}, {"const": "all"}]}, "nothing (`null`), or `all`"),
        (
            {"type": "array", "minItems": 1, "maxItems": 9, "uniqueItems": True, "items": {"enum": ["a"]}},
            "list of 1 to 9 different entries, each one of `a`",
        ),
        ({"type": "array", "minItems": 3, "maxItems": 3, "items": {"type": "object"}}, "list of 3 entries, each with"),
        ({"type": "array", "items": {"enum": ["a"]}}, "list of 0 or more entries, each one of `a`"),
    ],
    ids=str,
)  # fmt: skip
def test_ranges_in_words(schema, words):
    assert allowed(schema).startswith(words)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 0},
        {"type": "number", "maximum": 1},
        {"type": "array", "items": {"enum": ["a"]}},
        {"type": "array", "maxItems": 2, "items": {"type": "integer", "minimum": 0}},
        {"type": "string", "pattern": "^[a-z]+$"},
        {"type": "string", "pattern": "[a-z]{1,3}"},
        {"anyOf": [{"type": "null"}, {"type": "number"}]},
    ],
    ids=str,
)
def test_a_range_without_an_end_is_noticed(schema):
    assert not bounded(schema)
