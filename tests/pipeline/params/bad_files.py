"""Bad parameter files: the committed ones with one mistake each, made by walking their text and their schema.

The mistakes are written into the text itself, so a file keeps its comments, its layout and everything else.
"""

import math
from functools import cache
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, SequenceNode

from tests.pipeline.params.json_schema import permits, schemas_at
from tests.pipeline.params.parameter_files import TEXTS, dotted, kind, may_be_absent


class BadFile(NamedTuple):
    """A file with a mistake: its message must name one of `keys`, or the file where there are none."""

    file: str
    content: str | bytes
    keys: tuple[str, ...] = ()


def parsed(text):
    """Return what YAML holds, by another parser than the one under test."""
    return YAML(typ="safe", pure=True).load(text)


@cache
def places(text):
    """Return {path: node} of everything in the text of a file, the whole at ()."""
    nodes = {}

    def visit(node, path):
        nodes[path] = node
        if isinstance(node, MappingNode):
            for key, value in node.value:
                visit(value, (*path, key.value))
        elif isinstance(node, SequenceNode):
            for position, entry in enumerate(node.value):
                visit(entry, (*path, position))

    visit(YAML(typ="safe", pure=True).compose(text), ())
    return nodes


@cache
def kinds_of_places(file):
    """Return {path: node} of the first place of every kind."""
    firsts = {}
    for path, node in places(TEXTS[file]).items():
        firsts.setdefault(kind(path, file), (path, node))
    return dict(firsts.values())


def written(text, node):
    """Return the span of a node in the text, without the white space and the comments behind it."""
    start = node.start_mark.index
    lines = text[start : node.end_mark.index].rstrip().split("\n")
    while lines[-1].lstrip().startswith("#") or not lines[-1].strip():
        lines.pop()
    return start, start + len("\n".join(lines))


def spliced(text, node, raw):
    """Return the text with `raw` in the place of a node."""
    start, end = written(text, node)
    # A list in lines of its own may begin in the column of its key, where nothing but a list's entry may stand.
    indent = " " if isinstance(node, SequenceNode) and text[start] == "-" else ""
    return text[:start] + indent + raw + text[end:]


def without(text, mapping, position):
    """Return the text without a key of a mapping and its value."""
    if len(mapping.value) == 1:
        return spliced(text, mapping, "{}")
    key, value = mapping.value[position]
    follows = mapping.value[position + 1 : position + 2]
    end = follows[0][0].start_mark.index if follows else written(text, value)[1]
    return text[: key.start_mark.index] + text[end:]


def with_pair(text, mapping, pair):
    """Return the text with another key and value at the beginning of a mapping."""
    start = mapping.start_mark.index
    if text[start] == "{":
        return f"{text[: start + 1]}{pair}, {text[start + 1 :]}"
    return f"{text[:start]}{pair}\n{' ' * mapping.start_mark.column}{text[start:]}"


# As they are written; wrong wherever the schema does not allow the like.
VALUES = [
    "", "~", "true", "false", "0", "1", "-1", "0.5", "-0.5", "1e999", ".nan", ".inf", "-.inf", "12345678901234567890",
    "0x" + "f" * 5000, "'1'", "'0.5'", "''", "two words", "a; touch x", "a && touch x", "$(touch x)", "'`touch x`'",
    "'a | touch x'", "../x", "/etc/passwd", "--help", "'a\n\n  b'", r'"a\nb"', r'"\e[2J\0"', "'${beta}'", "2020-01-01",
    "{}", "{key: 1}", "[]", "[[]]", "[~]",
]  # fmt: skip
# Not plain YAML, or no YAML at all, so no key can be named.
UNREADABLE = [
    "!!python/object/apply:os.system ['touch x']", "!!python/name:os.system", "!!binary eA==", "!!str 1", "! 1",
    "!!set {a}", "&anchor 1", "*nothing", "&a [*a]", "[1", "{a: 1", "'open", '"open', "`touch x`", "@x", "a: b: c",
    "%x", "\0", "\x07", r'"\x"', "1" * 5000, "[" * 100_000, "{a: " * 100_000, "? {a: 1}",
]  # fmt: skip
KEYS = ["unknown", "Beta", "../x", "a; touch x", "$(touch x)", r'"a\nb"', r'"\e[2J"', "3", "~", "''"]
SHOWN = {"~": "None", r'"a\nb"': r"a\nb", r'"\e[2J"': r"\x1b[2J"}  # how a message names them
LAUGHS = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}' if n else 'ha'] * 9)}]\n" for n in range(12))


def wrong_values(file):
    """Yield files with a value of another type or kind, in every kind of place.

    Each place has a tenth of the values, its neighbour the next tenth: test_fields.py tries such values everywhere,
    without writing files.
    """
    for turn, (path, node) in enumerate(kinds_of_places(file).items()):
        schemas = schemas_at(file, path)
        for raw in VALUES[turn % 10 :: 10]:
            value = parsed(f"[{raw}]")[0] if raw else None
            in_a_list = path and isinstance(path[-1], int)  # where nothing is no entry
            if not permits(schemas, value) and not (raw == "" and in_a_list):
                yield BadFile(file, spliced(TEXTS[file], node, raw), (dotted(path),) if path else ())


def out_of_range(file):
    """Yield files with a number just beyond a bound, a list too long or with an entry twice, a text not quite right."""
    for path, node in kinds_of_places(file).items():
        for schema in schemas_at(file, path):
            for raw in (*beyond(schema), *longer(schema, file, node), *misspelt(schema, node)):
                yield BadFile(file, spliced(TEXTS[file], node, raw), (dotted(path),))


def beyond(schema):
    whole = schema.get("type") == "integer"
    for bound, direction in (("minimum", -1), ("maximum", 1)):
        if bound in schema:
            yield repr(schema[bound] + direction if whole else math.nextafter(schema[bound], direction * math.inf))
        if (exclusive := f"exclusive{bound.capitalize()}") in schema:
            yield repr(schema[exclusive])


def longer(schema, file, node):
    """Yield lists with an entry twice, and with one more than there may be."""
    if schema.get("type") == "array":
        entries = node.value if isinstance(node, SequenceNode) else []
        first = TEXTS[file][slice(*written(TEXTS[file], entries[0]))] if entries else "e0-d0"
        if "\n" in first:  # a mapping in lines of its own
            first = f"{{{', '.join(line.strip() for line in first.splitlines())}}}"
        if schema.get("uniqueItems"):
            yield f"[{first}, {first}]"
        if "maxItems" in schema:
            entry = first if not schema.get("uniqueItems") else "e{0}-d{0}" if "-" in first else "{0}"
            yield f"[{', '.join(entry.replace('{0}', str(number)) for number in range(1, schema['maxItems'] + 2))}]"


def misspelt(schema, node):
    """Yield texts that begin or end with what belongs to no name."""
    if schema.get("type") == "string" and not schema.get("pattern", "").startswith("^[^"):  # which allows any path
        value = schema.get("const") or schema.get("enum", [node.value])[0]
        for wrong in (rf"{value}\n", f" {value}", f"{value}/..", f"{value}; touch x", f"../{value}", value * 5000):
            yield f'"{wrong}"'
        yield value.swapcase()


def wrong_keys(file):
    """Yield files in which a mapping lacks a key, has an unknown one (a third of them in turn), or has one twice."""
    text, kinds = TEXTS[file], kinds_of_places(file)
    mappings = [(path, node) for path, node in kinds.items() if isinstance(node, MappingNode)]
    for turn, (path, node) in enumerate(mappings):
        for position, (key, _) in enumerate(node.value):
            if (*path, key.value) in kinds and not may_be_absent((*path, key.value)) and path != ("user_datasets",):
                # No part of an architecture has to be there, but a candidate that names it is wrong then.
                parts = path[-1:] in (("encoders",), ("decoders",))
                only = path and len(node.value) == 1
                named = (path[0], "candidates") if parts else path if only else (*path, key.value)
                yield BadFile(file, without(text, node, position), (dotted(named),))
        for key in KEYS[turn % 3 :: 3]:
            yield BadFile(file, with_pair(text, node, f"{key}: 1"), (dotted((*path, SHOWN.get(key, key))),))
        yield BadFile(file, with_pair(text, node, f"{node.value[0][0].value}: 1"))


def unreadable(file):
    """Yield files that are not plain YAML, or no YAML, or no mapping."""
    text = TEXTS[file]
    scalars = [node for node in places(text).values() if not isinstance(node, (MappingNode, SequenceNode))]
    for node in (places(text)[()], scalars[0], scalars[-1]):
        yield from (BadFile(file, spliced(text, node, raw)) for raw in UNREADABLE)
        yield BadFile(file, LAUGHS + spliced(text, node, "*l11"))
    lines = text.splitlines(keepends=True)
    for part in range(20):
        end = len(lines) * part // 20
        # What no list names may be missing, and variants that follow others.
        begins_a_variant = file == "variants" and lines[end].startswith("      ") and lines[end][6] != " "
        unlisted = {"colour_images": ["  flowers102:\n"], "model_family": ["  mnist:\n", "  fashion_mnist:\n"]}
        unlisted["known_factors"] = ["  dots:\n"]
        if lines[end] not in unlisted.get(file, []) and not begins_a_variant:
            yield BadFile(file, "".join(lines[:end]))  # cut off
    yield BadFile(file, f"{text}---\n{text}")
    yield BadFile(file, text + text)
    yield BadFile(file, f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n")
    yield BadFile(file, text.replace("\n  ", "\n\t"))
    yield BadFile(file, text.encode("utf-16"))
    yield BadFile(file, text.encode() + b"\xff\xfe")
    yield BadFile(file, b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    yield BadFile(file, b"PK\x03\x04" + bytes(1000))
    yield BadFile(file, b"\x80\x04cos\nsystem\n(S'touch x'\ntR.")  # a pickle


def unknown_names(file):
    """Yield parameters that name datasets or candidates which are not there."""
    for path, node in kinds_of_places(file).items():
        if path[-1:] in (("candidates",), ("architecture",), ("grid",)):
            names = ("e99-d99",) if path[-1] == "architecture" else ("[e99-d99]", "[e0-d0, d0-e0]")
            blamed = "architectures"
        elif path in (("datasets",), ("searched",), ("transferred",)):
            names, blamed = ("[imagenet]", "[digits, usps]", "[digits, a; touch x]"), file
        else:
            continue
        yield from (BadFile(blamed, spliced(TEXTS[file], node, name), (dotted(path),)) for name in names)


@cache
def every_bad_file(file):
    """Return {maker: its bad files} of one file."""
    return {make: list(make(file)) for make in MAKERS}


MAKERS = (wrong_values, out_of_range, wrong_keys, unreadable, unknown_names)
