"""The precision of each section: its own, or else that of the study, which may follow the machine."""

from typing import Any, TypeVar

from pipeline.params.fields import Section
from pipeline.params.schema import Parameters
from tfvae.training.processor import fast_precision

Content = TypeVar("Content", bound=Section)


def resolved(parameters: Parameters) -> Parameters:
    """Return the parameters with a number format in place of `auto`, and of each precision that a section leaves out.

    `auto` is what this machine computes fastest.
    """
    return _filled(parameters, fast_precision() if parameters.precision == "auto" else parameters.precision)


def emulates_bfloat16(parameters: Parameters) -> bool:
    """Return whether resolved parameters pin bfloat16 somewhere on a machine that is not known to compute it."""
    return fast_precision() != "bfloat16" and "bfloat16" in _named(parameters)


def _named(section: Section) -> set[str]:
    """Return the precisions that a section and those inside it name."""
    inner = {one for _, value in section if isinstance(value, Section) for one in _named(value)}
    return inner | {value for name, value in section if name == "precision"}


def _filled(section: Content, precision: str) -> Content:
    """Return a section in which no precision is absent or `auto`."""
    values: dict[str, Any] = {}
    for name, value in section:
        if isinstance(value, Section):
            values[name] = _filled(value, precision)
        else:
            values[name] = precision if name == "precision" and value in (None, "auto") else value
    return type(section).model_validate(values)
