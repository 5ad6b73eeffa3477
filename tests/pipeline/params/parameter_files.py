"""The parameter files as tests need them: their content, reduced to what is needed, changed in one place, loaded."""

import copy
from pathlib import Path
from types import SimpleNamespace

import pytest
from ruamel.yaml import YAML

from pipeline.jobs.closure import ROOT
from pipeline.params import loading
from pipeline.params.loading import ParameterError, load_architectures, load_parameters
from tfvae.data.registry import DATASETS

# Read by another parser than the schema's own.
COMMITTED, PARTS = (
    YAML(typ="safe", pure=True).load((ROOT / name).read_text(encoding="utf-8"))
    for name in ("params.yaml", "architectures.yaml")
)
NETWORKS = ("mlp", "cnn")
FILES = {"params": Path("params.yaml"), "architectures": Path("architectures.yaml")}
LOADERS = {"params": load_parameters, "architectures": load_architectures}


def without_spare_parts():
    """Return the committed files, reduced until each remaining entry is needed.

    Only the digits are studied, and only parts of their candidates are left, so no name may be taken away and every
    mutant below is wrong by the meaning of what is mutated, not because the schema happens to say so.
    """
    content, parts = copy.deepcopy(COMMITTED), copy.deepcopy(PARTS)
    content.update(datasets=["digits"], searched=["digits"], transferred=[], transfer_architecture={"source": "digits"})
    content.update(latent_datasets=["digits"], conditional_datasets=["digits"], vector_quantised_datasets=["digits"])
    content.update(colour_datasets=["flower_patches"], classified=["digits"], fetched=["digits", "flower_patches"])
    del content["colour"]["flowers102"]
    for section, value in content.items():
        if isinstance(value, dict) and "digits" in value:
            content[section] = {"common": value["common"], "digits": value["digits"]}
    for network in NETWORKS:
        candidates = content["preliminary_grid"]["digits"][network]["candidates"]
        parts[network]["candidates"] = candidates
        for kind, position in (("encoders", 0), ("decoders", 1)):
            used = {name.split("-")[position] for name in candidates}
            parts[network][kind] = {name: part for name, part in parts[network][kind].items() if name in used}
    return {"params": content, "architectures": parts}


BASES = without_spare_parts()
BASE = BASES["params"]
EACH_FILE = pytest.mark.parametrize("file", BASES)


def paths(value, path=()):
    """Yield (path, value) of every entry of a nested structure but the whole."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (*path, key), entry
        yield from paths(entry, (*path, key))


def at(content, path):
    for key in path:
        content = content[key]
    return content


def replaced(path, value, file="params"):
    """Return a base with another value at `path`."""
    content = copy.deepcopy(BASES[file])
    at(content, path[:-1])[path[-1]] = value
    return content


def without(path, file="params"):
    """Return a base without the entry at `path`."""
    content = copy.deepcopy(BASES[file])
    del at(content, path[:-1])[path[-1]]
    return content


def dotted(path):
    return ".".join(map(str, path))


def kind(path, file):
    """Return the key of a path as docs/parameters.md writes it: datasets, networks, names and entries are alike."""
    key = ""
    for above, part in zip((None, *path), path, strict=False):
        name = f".{part}"
        if isinstance(part, int):
            name = "[]"
        elif part in DATASETS:
            name = ".<dataset>"
        elif above in ("encoders", "decoders"):
            name = ".<name>"
        elif part in NETWORKS and file == "params":
            name = ".<network>"
        key += name
    return key.removeprefix(".")


def loaded(content, file="params"):
    """Return what a loader makes of a content, as if YAML had been read."""
    reader = SimpleNamespace(parse=lambda _: (), load=lambda _: content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "YAML", lambda **_: reader)
        patch.chdir(ROOT)
        return LOADERS[file](FILES[file])


def refusal(content, file="params"):
    """Return the message with which a content is refused."""
    with pytest.raises(ParameterError) as caught:
        loaded(content, file)
    return str(caught.value)


def load(folder, content, file="params"):
    """Write a content, or a text, into a folder and load it."""
    path = folder / FILES[file]
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8") as stream:
            YAML().dump(content, stream)
    return LOADERS[file](path)


def as_written(content):
    """Return checked values as they stood in the file."""
    return {
        name: {"common": value["common"], **value["own"]} if isinstance(value, dict) and "own" in value else value
        for name, value in content.model_dump().items()
    }
