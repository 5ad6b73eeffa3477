"""From the files to checked values, or to one message that tells every mistake."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent

from pipeline.params.architectures import KINDS_OF_LAYER, Architectures
from pipeline.params.fields import KINDS_OF_CANDIDATES, Section
from pipeline.params.precision import resolved
from pipeline.params.schema import FILE_OF, FILES, STUDY, Parameters, unknown_candidates

_IN_NO_FILE = {*KINDS_OF_LAYER, *KINDS_OF_CANDIDATES, "[key]"}
_DEEPEST = 20  # levels of mappings and lists; the schema has fewer
_LONGEST = 300  # characters that a message repeats of a file
Content = TypeVar("Content", bound=Section)


class ParameterError(Exception):
    """A parameter file has mistakes; the message says where, what is allowed and what was found."""


def load_parameters(path: Path) -> Parameters:
    """Read params.yaml and the files in the folder `params` beside it, check them as one, and resolve each precision.

    Raises:
        ParameterError: with each faulty file and, in a line for each mistake, the key, the rule and the value.
    """
    paths = {file: path if file == STUDY else path.parent / file for file in FILES}
    others = sorted({*path.parent.glob("params/*.y*ml")} - {*paths.values()})
    mistakes = [f"{other} is no parameter file; these are {', '.join(FILES)}" for other in others]
    sections: dict[str, Any] = {}
    for file, model in FILES.items():
        try:
            sections |= dict(_read(paths[file], model))
        except ParameterError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ParameterError("\n".join(mistakes))
    try:
        parameters = Parameters.model_validate(sections)
    except ValidationError as error:
        by_file: dict[str, list[str]] = {}
        for line in _lines(error):
            by_file.setdefault(FILE_OF[line[: line.index(":")].split(".")[0]], []).append(line)
        raise ParameterError("\n".join(_message(paths[file], lines) for file, lines in by_file.items())) from None
    return resolved(parameters)


def load_architectures(path: Path, parameters: Parameters | None = None) -> Architectures:
    """Read and check architectures.yaml, with the candidates of the parameters, or raise ParameterError."""
    architectures = _read(path, Architectures)
    if parameters is not None and (unknown := list(unknown_candidates(parameters, architectures))):
        raise ParameterError(_message(f"{path} lacks what the parameters name", unknown))
    return architectures


def _read(path: Path, model: type[Content]) -> Content:
    content = plain_content(path)
    if not isinstance(content, dict):
        raise ParameterError(f"{path} must be a mapping of names to values. Received: {_shown(content)}")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ParameterError(_message(path, _lines(error))) from None


def plain_content(path: Path) -> Any:
    """Return the content of a file, which must hold plain values only.

    Aliases of aliases would fill the memory, deep nesting end the process, and a tag such as `!!binary` stand for
    another value than is written.
    """
    try:
        text = path.read_text(encoding="utf-8")
        depth = 0
        for event in YAML(typ="safe").parse(text):
            if getattr(event, "anchor", None) or getattr(event, "tag", None):
                line = event.start_mark.line + 1
                raise ParameterError(f"{path}, line {line}: anchors (&), aliases (*) and tags (!) are not allowed")
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > _DEEPEST:
                raise ParameterError(f"{path} is nested more than {_DEEPEST} levels deep")
        # DVC's own parser, the one in C, so both read the same values; it refuses a key that stands there twice.
        return YAML(typ="safe").load(text)
    except ParameterError:
        raise
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror}") from error
    except Exception as error:  # the parser raises KeyError, IndexError, ValueError and more on broken files
        raise ParameterError(f"{path} is not valid YAML: {_printable(' '.join(str(error).split()))}") from error


def _message(head: Path | str, lines: Iterable[str]) -> str:
    return f"{head}:\n" + "\n".join(f"  {line}" for line in lines)


def _lines(error: ValidationError) -> list[str]:
    return list(dict.fromkeys(_explain(entry) for entry in error.errors(include_url=False)))


def _explain(entry: Any) -> str:
    parts = (part for part in entry["loc"] if part not in _IN_NO_FILE)
    key = ".".join(_printable(part) if part and isinstance(part, str) else _shown(part) for part in parts) or "the file"
    if entry["type"] == "extra_forbidden":
        if key in FILE_OF:
            return f"{key}: this belongs in {FILE_OF[key]}"
        return f"{key}: there is no such parameter; remove it or correct its name"
    if entry["type"] == "missing":
        return f"{key}: this parameter is missing; every parameter has to be given"
    return f"{key}: {mistake(entry)}"


def mistake(entry: Any) -> str:
    """Return what is allowed in the place of a value, and the value, from an entry of a ValidationError."""
    message = entry["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    received = entry["input"]
    shown = "" if isinstance(received, dict) else f". Received: {_shown(received)}"
    return f"{message}{shown}"


def _shown(value: Any) -> str:
    try:
        return _printable(repr(value))
    except ValueError:  # Python writes no integer of more than 4300 digits
        return "a number of thousands of digits"


def _printable(text: str) -> str:
    """Return a text of a file as one line that a terminal can show."""
    text = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
