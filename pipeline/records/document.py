"""The page docs/records.md of all records: `python -m pipeline.records.document docs/records.md` writes it.

With --check nothing is written, and the exit status says whether the file is up to date.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from pipeline.params.document import main, networks_as_one, options, resolved
from pipeline.records.fields import Summary
from pipeline.records.kinds import KINDS

_HEAD = """\
# Records

What the JSON files in `metrics/` hold, by the stage's folder or file there. Generated from `pipeline/records` by
`python -m pipeline.records.document docs/records.md`. A stage that reads a record refuses a value of another type, a
name that does not stand here, and a record of another dataset, network or beta than its file's name says.

A *summary* of a metric over the seeds is `{"mean", "sd", "n", "values"}`: `values` has the value of each seed, `sd` is
the standard deviation with n - 1 below the line, null for one seed. In a name, `<name>` stands for that of a model, a
sampler or a metric of generated images (`fid`, `fid_relative`, `kid`, `tvd`, `max_class_gap`, `inception_score`;
`precision`, `recall`, `density`, `coverage`, `cas` where they are measured), and `[]` for every
entry of a list. FID compares features of the dataset's classifier.
"""
_WORDS = {"integer": "whole number", "string": "text", "boolean": "true or false", "object": "names and values"}
_Schema = Mapping[str, Any]


def rows(schema: _Schema, definitions: _Schema, key: str = "", meaning: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (key, meaning, type) of each value at and below a key of a JSON schema."""
    part = resolved(schema, definitions)
    items = resolved(part.get("items", {}), definitions)
    if "properties" in items:
        yield from rows(items, definitions, f"{key}[]")
    elif part.get("type") == "object" and part.get("title") != Summary.__name__:
        fields, others = part.get("properties", {}), part.get("patternProperties", {}).values()
        further = part.get("additionalProperties") or next(iter(others), None)
        for name, field in {**networks_as_one(fields), **({"<name>": further} if further else {})}.items():
            about = field.get("description") or (meaning or "another metric" if name == "<name>" else "")
            rest = "" if name in part.get("required", (name,)) or name.startswith("<") else "; may be absent"
            yield from rows(field, definitions, f"{key}.{name}".lstrip("."), f"{about}{rest}")
    else:
        yield key, meaning, _type(schema, definitions)


def _type(schema: _Schema, definitions: _Schema) -> str:
    if len(choices := options(schema)) > 1:
        return " or ".join(_type(choice, definitions) for choice in choices)
    part = resolved(schema, definitions)
    if names := part.get("enum", [part["const"]] if "const" in part else []):
        return " or ".join(f"`{name}`" for name in names)
    if part.get("type") == "array":
        return f"list, each {_type(part['items'], definitions)}"
    return "summary" if part.get("title") == Summary.__name__ else _WORDS.get(part["type"], str(part["type"]))


def page() -> str:
    """Return the whole of docs/records.md."""
    parts = [_HEAD]
    for name, kind in KINDS.items():
        schema = TypeAdapter(kind).json_schema()
        table = [f"| `{key}` | {meaning} | {words} |" for key, meaning, words in rows(schema, schema.get("$defs", {}))]
        parts += [f"## {name}\n", "| name | meaning | type |\n| --- | --- | --- |", *table, ""]
    return "\n".join(parts)


if __name__ == "__main__":
    main(page=page)
