"""Wrong JSON, generated from right JSON: values of other types, a name too many, another model's record."""

import json

HEAD = {"dataset": ("digits", "mnist"), "network": ("mlp", "cnn"), "beta": (3, 4)}
# What is wrong: the type of the values that stand there, and what stands in the place of one.
REPLACED = {
    "a number where a text stands": (str, lambda value: 3),
    "a text where a number stands": (float, lambda value: "abc"),
    "a list where names stand": (dict, lambda value: [1]),
    "a name too many": (dict, lambda value: {**value, "another": "left by a merge"}),
}


def places(content, place=()):
    """Yield (keys that lead there, value) of all values in a content, the content itself first."""
    yield place, content
    pairs = content.items() if isinstance(content, dict) else enumerate(content if isinstance(content, list) else ())
    for key, value in pairs:
        yield from places(value, (*place, key))


def is_of(value, kind):
    return type(value) in ((int, float) if kind is float else (kind,))


def replaced(content, place, value):
    """Return a content with a value in a place."""
    if not place:
        return value
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    parts = {key: replaced(part, place[1:], value) if key == place[0] else part for key, part in pairs}
    return parts if isinstance(content, dict) else [*parts.values()]


def wrong_everywhere(content):
    """Yield (what is wrong, keys that lead there, content) of each kind in each place."""
    for wrong, (kind, change) in REPLACED.items():
        for place, value in places(content):
            if is_of(value, kind):
                yield wrong, place, replaced(content, place, change(value))


def of_another_model(content, name):
    """Yield (part, content) for each part of a record's head that its file's name has, with another value there."""
    for part, values in HEAD.items():
        if part in content and str(content[part]) in name.split("-"):
            yield part, {**content, part: next(value for value in values if value != content[part])}


def wrong(path):
    """Return {what is wrong: content}, of each kind the last one."""
    content = json.loads(path.read_bytes())
    found = {kind: other for kind, _, other in wrong_everywhere(content)}
    heads = {f"another {part}": other for part, other in of_another_model(content, path.stem)}
    return {kind: json.dumps(other).encode() for kind, other in (found | heads).items()}
