"""The command line of a stage, which follows from the signature of its `main`, and how a stage ends."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from inspect import get_annotations
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from pipeline.jobs.settings import refuse_other_arithmetic
from pipeline.params.fields import AnyDatasetName, Beta, DatasetName, NetworkName
from pipeline.params.loading import ParameterError, load_parameters, mistake
from pipeline.params.schema import Parameters
from tfvae import lifetime
from tfvae.errors import Refused

PARAMETERS = Path("params.yaml")


def run(main: Callable[..., None]) -> None:
    """Run a stage as a command: parse the command line, check params.yaml, call `main`.

    Each annotated argument of `main` is a required option: text (`str`), a number (`int | float`), a path (`Path`), a
    type of `pipeline.params.fields` (`Beta`), or several of one kind (`list[Path]`); `stick_breaking` is
    `--stick-breaking`. An argument `parameters` gets the checked parameters. The process ends with status 2 and one
    message if an option is at fault, with status 1 and one message if the parameters, the files or the computation
    are, and soon after DVC has died.
    """
    lifetime.end_with_parent(os.getppid())
    try:
        call(main)
    except KeyboardInterrupt:
        sys.exit(130)
    except (ParameterError, OSError, RuntimeError, Refused) as error:
        sys.exit(f"error: {error}")


def call(main: Callable[..., None], line: Sequence[str] | None = None) -> None:
    """Call a stage's `main` with a command line, that of this process if None; see `run`."""
    kinds = get_annotations(main, eval_str=True)
    parser = argparse.ArgumentParser(description=sys.modules[main.__module__].__doc__)
    for name, kind in kinds.items():
        if name not in ("parameters", "return"):
            parser.add_argument(f"--{name.replace('_', '-')}", required=True, **_parsing(kind))
    given = vars(parser.parse_args(line))
    refuse_other_arithmetic(os.environ)
    main(**({"parameters": load_parameters(PARAMETERS)} if "parameters" in kinds else {}), **given)


def _parsing(kind: Any) -> dict[str, Any]:
    """Return how argparse reads an option of a kind."""
    several = get_origin(kind) is list
    of = get_args(kind)[0] if several else kind
    is_number = (get_args(of)[0] if get_origin(of) is Annotated else of) == int | float

    def parse(text: str) -> Any:
        value: Any = text
        if is_number:
            with suppress(ValueError):  # the type says what it wants instead
                value = number(text)
        try:
            return TypeAdapter(of).validate_python(value)
        except ValidationError as error:
            raise argparse.ArgumentTypeError(mistake(error.errors(include_url=False)[0])) from error

    return {"type": parse, **({"nargs": "+"} if several else {})}


def number(text: str) -> int | float:
    """Return a number from the command line as YAML would read it: 2 stays whole."""
    return int(text) if text.lstrip("-").isdigit() else float(text)


__all__ = [
    "PARAMETERS", "AnyDatasetName", "Beta", "DatasetName", "NetworkName", "Parameters", "call", "number", "run",
]  # fmt: skip
