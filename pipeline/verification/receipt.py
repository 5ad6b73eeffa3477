"""What a verification found, as a receipt: for the terminal, as JSON, and as Markdown that can be posted.

It names the processor and the versions, but no machine, no path outside of the project and no date.
"""

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline.jobs.settings import settings
from pipeline.verification.rule import LEVEL, SAME, Judged
from tfvae.training.processor import has_gpu, this_processor

_LIBRARIES = ("keras", "numpy", "scikit-learn", "scipy", "tensorflow")
_HEADER = ("record", "number", "recorded", "here", "within", "verdict")
_TOLD = 12  # disagreements that the text repeats of each kind; JSON has all


@dataclass(frozen=True)
class Findings:
    """What was found.

    Attributes:
        numbers: each number with its verdict.
        precisions: the number formats of each record that tells its own, recorded and here.
        descriptions: what records say of models and trainings in other words than those made here.
        files: whether other files than records, such as weights, have the recorded bytes.
        disagreements: what does not agree among what Git keeps, by what was compared.
    """

    numbers: Sequence[Judged]
    precisions: Mapping[str, tuple[str, str]]
    descriptions: Sequence[str]
    files: Mapping[str, bool]
    disagreements: Mapping[str, Sequence[str]]

    def count(self, verdict: str) -> int:
        """Return how many numbers have a verdict."""
        return sum(one.verdict == verdict for one in self.numbers)

    @property
    def is_off(self) -> bool:
        """Whether anything is off."""
        return bool(self.count("off") or self.descriptions or any(self.disagreements.values()))

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        kinds = {"same": "the same", "within": "within the spread over seeds", "off": "off", "no spread": "not judged"}
        counts = [f"{self.count(kind)} {words}" for kind, words in kinds.items() if self.count(kind)]
        numbers = f"Of {len(self.numbers)} numbers that were trained again {_listed(counts)}"
        lines = len(self.descriptions) + sum(map(len, self.disagreements.values()))
        kept = f"{lines} disagreements among" if lines != 1 else "1 disagreement among"
        kept = f"{kept} committed files, parameters and code" if lines else "committed files, parameters and code agree"
        return f"{'Something is off' if self.is_off else 'Nothing is off'}. {numbers}; {kept}."


def machine(root: Path) -> dict[str, Any]:
    """Return what may decide a result: processor, versions, settings, and the commit if Git tells it."""
    processor = this_processor()
    told = [one if "/" not in one else f"{one.partition('=')[0]}=(a path)" for one in settings(os.environ)]
    commit = _git(root, "rev-parse", "HEAD")
    return {
        "processor": processor.name,
        "instructions": list(processor.instructions),
        "gpu": has_gpu(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
        "settings": told,
        "commit": commit or None,
        "changed": bool(_git(root, "status", "--porcelain", "--untracked-files=no")) if commit else None,
    }


def content(found: Findings, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the receipt as data for JSON."""
    return {
        "verdict": "off" if found.is_off else "nothing off",
        "sentence": found.sentence,
        "rule": {"level": LEVEL, "same": SAME, "described_in": "pipeline/verification/rule.py"},
        "machine": dict(about),
        "precisions": {name: {"recorded": old, "here": new} for name, (old, new) in found.precisions.items()},
        "numbers": [_entry(one) for one in found.numbers],
        "descriptions": list(found.descriptions),
        "files": {name: "same bytes" if same else "other bytes" for name, same in found.files.items()},
        "disagreements": {name: list(lines) for name, lines in found.disagreements.items()},
    }


def text(found: Findings, about: Mapping[str, Any]) -> str:
    """Return the receipt for a terminal."""
    rows = [_HEADER, *_rows(found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*table, "", *_paragraphs(found, about), "", found.sentence])


def markdown(found: Findings, about: Mapping[str, Any]) -> str:
    """Return the receipt as Markdown: the verdict first, what is off, the table folded away."""
    rows = ["| " + " | ".join(row) + " |" for row in (_HEADER, ["---"] * len(_HEADER), *_rows(found))]
    folded = ["<details><summary>Each number</summary>", "", *rows, "", "</details>"]
    off = [f"- off: {one.number.record} {one.number.name}" for one in found.numbers if one.verdict == "off"]
    lines = [
        f"- {line}" if not line.startswith("  ") else f"    - {line.strip()}" for line in _paragraphs(found, about)
    ]
    return "\n".join([f"**{found.sentence}**", "", *off, *lines, "", *folded, ""])


def _rows(found: Findings) -> list[list[str]]:
    """Return the rows of the table; neighbours without a spread share one."""
    rows = []
    unjudged: dict[tuple[str, str], int] = {}
    for one in found.numbers:
        number = one.number
        if one.verdict == "no spread":
            group = (number.record, number.name.partition(".")[0])
            unjudged[group] = unjudged.get(group, 0) + 1
            continue
        interval = "{:.4g} to {:.4g}".format(*one.interval) if one.interval else "-"
        sides = (_mean(number.recorded), _mean(number.here))
        rows.append([number.record, number.name, *sides, interval, one.verdict])
    rows += [[record, f"{name} ({count})", "-", "-", "-", "no spread"] for (record, name), count in unjudged.items()]
    return rows


def _paragraphs(found: Findings, about: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, wrong in {"descriptions of models": found.descriptions, **found.disagreements}.items():
        lines.append(f"{name[:1].upper()}{name[1:]}: {f'{len(wrong)} off' if wrong else 'agree'}.")
        lines += [f"  {line}" for line in wrong[:_TOLD]]
        lines += [f"  and {len(wrong) - _TOLD} more"] if len(wrong) > _TOLD else []
    for name, same in found.files.items():
        lines.append(f"{name}: {'same bytes' if same else 'other bytes (its numbers are judged)'}.")
    pairs: dict[tuple[str, str], list[str]] = {}
    for name, precisions in found.precisions.items():
        pairs.setdefault(precisions, []).append(name)
    lines += [f"Recorded in {old}, here in {new}: {', '.join(names)}." for (old, new), names in pairs.items()]
    libraries = ", ".join(f"{name} {version}" for name, version in about["libraries"].items())
    gpu = "with a GPU" if about["gpu"] else "no GPU"
    lines.append(f"Processor: {about['processor']}, {gpu} ({' '.join(about['instructions'])}).")
    lines.append(f"Versions: {about['system']}, Python {about['python']}, {libraries}.")
    if about["settings"]:
        lines.append(f"Settings: {', '.join(about['settings'])}.")
    if about["commit"]:
        lines.append(f"Commit: {about['commit'][:12]}{', with changes' if about['changed'] else ''}.")
    return lines


def _entry(one: Judged) -> dict[str, Any]:
    number, spread = one.number, one.number.spread
    told = spread and {"sd": spread.sd, "degrees": _finite(spread.degrees), "of_logarithms": spread.logarithmic}
    return {
        "record": number.record,
        "number": number.name,
        "recorded": list(number.recorded),
        "here": list(number.here),
        "within": list(one.interval) if one.interval else None,
        "spread": told,
        "verdict": one.verdict,
    }


def _finite(value: float) -> float | None:
    return value if value < float("inf") else None


def _mean(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):.4g}" if values else "missing"


def _listed(parts: Sequence[str]) -> str:
    *others, last = parts or ["none"]
    verb = "is" if last.startswith("1 ") and not others else "are"
    return f"{', '.join(others)} and {last}" if others else f"{verb} {last}"


def _git(root: Path, *arguments: str) -> str:
    """Return what Git says of a work tree, "" where there is no Git or no repository."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
