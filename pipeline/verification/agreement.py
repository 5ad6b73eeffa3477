"""Whether what Git keeps agrees: code and fingerprints, files and parameters and dvc.lock, means and their values.

Each function returns lines for people, none where all agrees. Nothing is trained, written or asked of DVC.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline import files
from pipeline.jobs.fingerprint import fingerprints
from tfvae.errors import Refused

CODE = "metrics/code"
LOCK = "dvc.lock"
FINGERPRINT = "fingerprint"  # its deps are whole folders of code, which `code_disagreements` compares by their meaning
_ROUNDING = 1e-12  # relative, of a mean
_ABSENT = object()
_SHOWN = 3  # stages that a line names


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file as plain data."""

    def parse(content: bytes) -> Any:
        try:
            return YAML(typ="safe").load(content.decode())
        except YAMLError as error:
            raise ValueError(str(error)) from error

    return files.read(path, parse)


def read_lock(root: Path) -> dict[str, Any]:
    """Return the stages of dvc.lock that dvc.yaml has, by name."""
    families = read_yaml(root / "dvc.yaml")["stages"]
    stages = read_yaml(root / LOCK)["stages"]
    return {name: stage for name, stage in stages.items() if name.partition("@")[0] in families}


def kept_by_dvc(root: Path) -> tuple[str, ...]:
    """Return the beginnings of the paths whose files Git does not keep: outputs without `cache: false` in dvc.yaml."""
    stages = read_yaml(root / "dvc.yaml")["stages"].values()
    outputs = [out for stage in stages for out in (stage.get("do") or stage).get("outs", [])]
    named = [(out, {}) if isinstance(out, str) else next(iter(out.items())) for out in outputs]
    return tuple(sorted({path.partition("${")[0] for path, options in named if options.get("cache", True)}))


def disagreements(root: Path) -> dict[str, list[str]]:
    """Return what does not agree in a work tree, by what was compared."""
    lock = read_lock(root)
    return {
        f"code and its fingerprints in {CODE}": code_disagreements(root),
        f"files and their checksums in {LOCK}": file_disagreements(root, lock),
        f"parameters and those in {LOCK}": parameter_disagreements(root, lock),
        "means and the values that they are of": summary_disagreements(root),
    }


def code_disagreements(root: Path) -> list[str]:
    """Return the files of fingerprints that are not those of the code."""
    try:
        now = fingerprints(root)
    except SyntaxError as error:
        raise Refused(f"{error.filename}:{error.lineno}: {error.msg}") from error
    kept = {path.name: path.read_text(encoding="utf-8") for path in (root / CODE).glob("*.txt")}
    lines = []
    for name in sorted(now.keys() | kept.keys()):
        if now.get(name) != kept.get(name):
            new, old = ({*lines_of.get(name, "").splitlines()} for lines_of in (now, kept))
            changed = sorted({line.partition(" ")[0] for line in new ^ old})
            lines.append(f"{CODE}/{name}: of another version of {_some(changed)}")
    return lines


def file_disagreements(root: Path, lock: Mapping[str, Any]) -> list[str]:
    """Return the files and folders that are not what dvc.lock says; those that DVC keeps may be missing."""
    stages: dict[tuple[str, str, str], list[str]] = {}
    for name, stage in lock.items():
        for kind in ("deps", "outs") if name != FINGERPRINT else ("outs",):
            for entry in stage.get(kind, []):
                if "md5" in entry:
                    stages.setdefault((entry["path"], entry["md5"], kind), []).append(name)
    ignored, elsewhere = _ignored(root), kept_by_dvc(root)
    found = {path: _checksum(root / path, ignored) for path in {path for path, *_ in stages}}
    lines = []
    for (path, wanted, kind), names in stages.items():
        has = found[path]
        if has is None and not path.startswith(elsewhere):
            lines.append(f"{path}: missing, of {_some(names)}")
        elif has is not None and has != wanted:
            told = "changed since the run of" if kind == "deps" else "not what was written by"
            lines.append(f"{path}: {told} {_some(names)} (MD5 {has}, in {LOCK} {wanted})")
    return sorted(lines)


def parameter_disagreements(root: Path, lock: Mapping[str, Any]) -> list[str]:
    """Return the parameters that have another value than that with which dvc.lock says that stages ran."""
    contents: dict[str, Any] = {}
    stages: dict[str, list[str]] = {}
    for name, stage in lock.items():
        for file, values in stage.get("params", {}).items():
            content = contents[file] if file in contents else contents.setdefault(file, read_yaml(root / file))
            for key, value in values.items():
                for place, now, then in _differing(_looked_up(content, key), value, key):
                    line = f"{file} {place}: {_short(now)}, at the run of {{}} {_short(then)}"
                    stages.setdefault(line, []).append(name)
    return [line.replace("{}", _some(names)) for line, names in stages.items()]


def _differing(now: Any, then: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield the place, the value now and the value then of each parameter that differs."""
    if isinstance(now, Mapping) and isinstance(then, Mapping):
        for key in {**then, **now}:
            yield from _differing(now.get(key, _ABSENT), then.get(key, _ABSENT), f"{place}.{key}")
    elif now != then:
        yield place, now, then


def summary_disagreements(root: Path) -> list[str]:
    """Return the means in records that are not those of the values beside them."""
    return [
        f"{path.relative_to(root).as_posix()} {name}: the mean is {one['mean']!r}, that of its values {mean!r}"
        for path in sorted((root / "metrics").rglob("*.json"))
        for name, one in summaries(files.read_json(path))
        if not math.isclose(one["mean"], mean := math.fsum(one["values"]) / len(one["values"]), rel_tol=_ROUNDING)
    ]


def summaries(content: Any, name: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the dotted name and the content of each summary over seeds in a record."""
    if isinstance(content, list):
        content = dict(enumerate(content))
    if isinstance(content, Mapping):
        if content.keys() >= {"mean", "sd", "values"}:
            yield name, content
        else:
            for key, part in content.items():
                yield from summaries(part, f"{name}.{key}" if name else str(key))


def _checksum(path: Path, ignored: Sequence[str]) -> str | None:
    """Return the MD5 by which DVC knows a file or a folder, None if there is none."""
    if path.is_file():
        return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    if not path.is_dir():
        return None
    inside = {file.relative_to(path): file for file in path.rglob("*") if file.is_file()}
    entries = [
        {"md5": _checksum(file, ignored), "relpath": relative.as_posix()}
        for relative, file in inside.items()
        if not any(fnmatch(part, pattern) for part in relative.parts for pattern in ignored)
    ]
    listing = json.dumps(sorted(entries, key=lambda entry: str(entry["relpath"])), sort_keys=True)
    return hashlib.md5(listing.encode(), usedforsecurity=False).hexdigest() + ".dir"


def _ignored(root: Path) -> list[str]:
    """Return the names that DVC leaves out of a folder."""
    lines = files.read_text(root / ".dvcignore").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _looked_up(content: Any, key: str) -> Any:
    for part in key.split("."):
        if not isinstance(content, Mapping) or part not in content:
            return _ABSENT
        content = content[part]
    return content


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _short(value: Any) -> str:
    text = "none" if value is _ABSENT else json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
