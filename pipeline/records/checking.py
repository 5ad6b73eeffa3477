"""Check the content of a JSON file against its type."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfvae.errors import Refused

if TYPE_CHECKING:
    from pydantic import TypeAdapter  # which what reads no record need not import

_HEAD = ("dataset", "network", "beta")  # of a record, and the parts of its file's name
_WANTED = {
    "model_type": "names and values in braces are needed",
    "dict_type": "names and values in braces are needed",
    "extra_forbidden": "no such name is known",
}
_LONGEST = 100  # characters that a message repeats of a file


def check_read(content: Mapping[str, Any], kind: Any, name: str) -> None:
    """Refuse what is not of a `kind`, a type of `pipeline.records`, or not what its file's name says; None allows all.

    A name that the kind has and the content lacks is told where it is looked up: older code may have written it. The
    dataset, the network and the beta of a record, and of those that stand in it, make its file's name.
    """
    if kind is None:
        return
    if mistake := _mistake(content, kind):
        raise Refused(mistake)
    for record in (content, *content.values()):
        if isinstance(record, Mapping) and "dataset" in record:
            head = [*accumulate((str(record[part]) for part in _HEAD if part in record), "{}-{}".format)]
            if name not in head:
                raise Refused(f"its name is not that of what it holds. Received: {head[-1]}")


def check_written(content: Any, kind: Any, path: Path) -> None:
    """Refuse what is not of a `kind`, so that its type says all that a record holds; None allows all."""
    if kind is not None and (mistake := _mistake(content, kind)):
        raise Refused(f"{path} is not written, for its type does not allow it: {mistake}")


def _mistake(content: Any, kind: Any) -> str:
    """Return the place of a mistake, what is wanted there, and what was received; "" if there is none."""
    from pydantic import ValidationError

    try:
        _adapter(kind).validate_python(content)
    except ValidationError as error:
        if mistakes := [one for one in error.errors(include_url=False) if one["type"] != "missing"]:
            # Of what several types say of one value, the deepest place tells most.
            return _told(max(mistakes, key=lambda one: len(one["loc"])), content)
    return ""


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _told(mistake: Any, content: Any) -> str:
    place = []
    for part in mistake["loc"]:
        with suppress(LookupError, TypeError):  # the name of a type, not of a value
            content = content[part]
            place.append(str(part))
    wanted = _WANTED.get(mistake["type"]) or mistake["msg"].removeprefix("Value error, ")
    return f"{'.'.join(place)}: {wanted[:1].lower()}{wanted[1:]}. Received: {repr(content)[:_LONGEST]}"
