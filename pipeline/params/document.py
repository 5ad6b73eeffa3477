"""The page docs/parameters.md of all parameters: `python -m pipeline.params.document docs/parameters.md` writes it.

With --check nothing is written, and the exit status says whether the file is up to date.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from pipeline import files
from pipeline.params.architectures import Architectures
from pipeline.params.schema import FILES as PARAMETER_FILES

FILES: dict[str, type[BaseModel]] = {**PARAMETER_FILES, "architectures.yaml": Architectures}
_NETWORKS = {"mlp", "cnn"}
_HEAD = """\
# Parameters

Every key of `params.yaml`, of the files in `params/` and of `architectures.yaml`, with its meaning and the values that
it may have. Generated from `pipeline/params` by `python -m pipeline.params.document docs/parameters.md`.

`params.yaml` holds the study of the thesis and the lists of datasets, `params/variants.yaml` its models with one thing
changed, each other file the section of one further system. `dvc exp run -S` takes a key of `params.yaml` as it stands,
and any other behind the name of its file:

```
dvc exp run -S beta=0.3
dvc exp run -S 'params/legacy.yaml:legacy_experiments.common.scale=10'
```

In a key, `<dataset>` and `<network>` stand for the name of a dataset and for `mlp` or `cnn`, `<name>` for a name of
your own (at most 16 small letters and digits; in `params/variants.yaml` up to three of these, with hyphens between),
and `[]` for every entry of a list. A file must have all its keys, and no others; only the `precision` of a section, and
what a model of `params/variants.yaml` leaves as the study has it, may be absent. How values must fit together, such as
steps that are a multiple of the periods, `make check-params` explains where they do not. A beta has its shortest form,
which names stages and files: 2, not 2.0. All files are plain YAML, without anchors, aliases and tags.

`precision: auto` is bfloat16 on processors that compute it in hardware (x86-64 with AVX512-BF16 or AMX, as far as the
environment lets oneDNN use them), and float32 on all others. Where a section has a `precision`, that counts on every
machine; the rest follows that of `params.yaml`, so `-S precision=float32` pins all but these. A change of the machine
alone reruns nothing: records say what their models were trained in, and `python -m pipeline.compare` where that differs
between two revisions. Tested on x86-64 Linux; on macOS, arm64 and GPUs, where nothing was measured, `auto` is float32.
"""


class Parameter(NamedTuple):
    """A key with a value or a list of mappings; `schema` is the JSON schema of its values, without references."""

    key: str
    meaning: str
    schema: Mapping[str, Any]


def parameters(model: type[BaseModel]) -> list[Parameter]:
    """Return every parameter of a model's file, in the order of the schema."""
    schema = model.model_json_schema()
    listed = _walk(schema, schema["$defs"], "", "")
    return list({parameter.key: parameter for parameter in listed}.values())


def allowed(schema: Mapping[str, Any]) -> str:
    """Return the values that a JSON schema allows, in words; raise KeyError for a kind that no parameter has."""
    if len(choices := options(schema)) > 1:
        return ", or ".join(map(allowed, choices))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
    return _IN_WORDS[schema["type"]](schema)


def page() -> str:
    """Return the whole of docs/parameters.md."""
    parts = [_HEAD]
    for file, model in FILES.items():
        rows = [f"| `{key}` | {meaning} | {allowed(schema)} |" for key, meaning, schema in parameters(model)]
        parts += [f"## {file}\n", "| key | meaning | allowed |\n| --- | --- | --- |", *rows, ""]
    return "\n".join(parts)


def main(argv: Sequence[str] | None = None, page: Callable[[], str] = page) -> None:
    """Write a page, or check it and exit with an error if it is out of date."""
    about = sys.modules[page.__module__].__doc__
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with status 1 if it is out of date")
    arguments = parser.parse_args(argv)
    if not arguments.check:
        files.write_bytes(arguments.page, page().encode())
    elif not arguments.page.is_file() or arguments.page.read_text(encoding="utf-8") != page():
        sys.exit(f"{arguments.page} is out of date; run the same command without --check")


def _walk(schema: Mapping[str, Any], definitions: Mapping[str, Any], key: str, meaning: str) -> Iterator[Parameter]:
    """Yield the parameters at and below a key; `meaning` is the description of the nearest field above."""
    schema = resolved(schema, definitions)
    if "properties" in schema:
        for name, part in networks_as_one(schema["properties"]).items():
            yield from _walk(part, definitions, f"{key}.{name}".lstrip("."), part.get("description", ""))
        if own := schema["additionalProperties"]:
            yield from _walk(own, definitions, f"{key}.<dataset>", "")
    elif schema.get("type") == "object":
        [part] = schema["patternProperties"].values()
        yield from _walk(part, definitions, f"{key}.<name>", part.get("description", meaning))
    else:
        entries = [resolved(option, definitions) for option in options(schema.get("items", {}))]
        mappings = [entry for entry in entries if "properties" in entry]
        yield Parameter(key, meaning, {**schema, "items": {"type": "object"}} if mappings else schema)
        for entry in mappings:
            yield from _walk(entry, definitions, f"{key}[]", "")


def resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the JSON schema that a reference stands for, or a schema as it is."""
    return definitions[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def options(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the JSON schemas of which a value may have any: one unless the schema lists several."""
    return schema.get("oneOf") or schema.get("anyOf") or [schema]


def networks_as_one(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of a mapping, those of two networks as one if they are the same."""
    parts = [{name: value for name, value in part.items() if name != "title"} for part in properties.values()]
    if set(properties) == _NETWORKS and parts[0] == parts[1]:
        return {"<network>": parts[0]}
    return properties


def _number_in_words(kind: str, schema: Mapping[str, Any]) -> str:
    below = {"minimum": "≤", "exclusiveMinimum": "<"}
    above = {"maximum": "≤", "exclusiveMaximum": "<"}
    low = [f"{schema[name]:,.10g} {sign}" for name, sign in below.items() if name in schema]
    high = [f"{sign} {schema[name]:,.10g}" for name, sign in above.items() if name in schema]
    multiple = f", a multiple of {schema['multipleOf']}" if "multipleOf" in schema else ""
    digits = f", of at most {schema['significantDigits']} digits" if "significantDigits" in schema else ""
    return " ".join([*low, kind, *high]) + multiple + digits


def _text_in_words(schema: Mapping[str, Any]) -> str:
    examples = "".join(f", such as `{example}`" for example in schema.get("examples", []))
    pattern = schema["pattern"].replace("|", r"\|")  # which would end a column of the table
    return f"text of the form `{pattern}`{examples}"


def _list_in_words(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    count = f"{least} or more" if most is None else f"{least}" if least == most else f"{least} to {most:,}"
    different = " different" if schema.get("uniqueItems") else ""
    return f"list of {count}{different} entries, each {allowed(schema['items'])}"


_IN_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "array": _list_in_words,
    "boolean": lambda _: "`true` or `false`",
    "integer": lambda schema: _number_in_words("whole number", schema),
    "null": lambda _: "nothing (`null`)",
    "number": lambda schema: _number_in_words("number", schema),
    "object": lambda _: "with the keys below",
    "string": _text_in_words,
}


if __name__ == "__main__":
    main()
