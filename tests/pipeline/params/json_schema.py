"""What the JSON schema of a parameter file says of a place in it, read by a small evaluator of its own."""

import re
from functools import cache

from tests.pipeline.params.parameter_files import MODELS, NAMED


@cache
def schemas_at(file, path=()):
    """Return the JSON schemas, one for each alternative and none of them a reference, of a place in a file."""
    whole = schema_of(file)
    found = options(whole, whole)
    for part in path:
        found = [option for above in found for child in children(above, part) for option in options(child, whole)]
    return found


@cache
def schema_of(file):
    return MODELS[file].model_json_schema()


def options(schema, whole):
    if "$ref" in schema:
        return options(whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole)
    alternatives = schema.get("oneOf", schema.get("anyOf"))
    return [schema] if alternatives is None else [part for each in alternatives for part in options(each, whole)]


def children(schema, part):
    if isinstance(part, int):
        return [schema["items"]] if "items" in schema else []
    if part in schema.get("properties", {}):
        return [schema["properties"][part]]
    if part in NAMED and schema.get("additionalProperties"):
        return [schema["additionalProperties"]]
    return [entry for pattern, entry in schema.get("patternProperties", {}).items() if re.search(pattern, part)]


def permits(schemas, value):
    """Return whether one of the schemas permits a scalar, a list by its length, or a mapping by its kind."""
    return any(_permits(schema, value) for schema in schemas)


def _permits(schema, value):
    kinds = {"null": type(None), "boolean": bool, "integer": int, "number": (int, float), "string": str}
    kinds |= {"array": list, "object": dict}
    if not isinstance(value, kinds[schema["type"]]) or (isinstance(value, bool) and schema["type"] != "boolean"):
        return False
    if isinstance(value, str):
        if "const" in schema or "enum" in schema:
            return value in schema.get("enum", [schema.get("const")])
        return re.fullmatch(schema["pattern"], value) is not None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (
            value >= schema.get("minimum", value)
            and value <= schema.get("maximum", value)
            and not value <= schema.get("exclusiveMinimum", float("-inf"))
            and not value >= schema.get("exclusiveMaximum", float("inf"))
            and not value % schema.get("multipleOf", value or 1)
            and ("significantDigits" not in schema or value == float(f"{value:.{schema['significantDigits']}g}"))
        )
    if isinstance(value, list):
        return schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
    return True
