"""The parameter files as tests need them: their content, reduced to what is needed, changed in one place, loaded."""

import copy
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.jobs.closure import ROOT
from pipeline.params import document, loading
from pipeline.params.known_factors import IMAGES
from pipeline.params.loading import ParameterError, load_architectures, load_parameters
from pipeline.params.variants import CHANGES
from tfvae.data.registry import DATASETS

NETWORKS = ("mlp", "cnn")
NAMED = {*DATASETS, *IMAGES}
# By a short name: "params", "legacy", ..., "architectures".
FILES = {Path(name).stem: Path(name) for name in document.FILES}
MODELS = {Path(name).stem: model for name, model in document.FILES.items()}
TEXTS = {file: (ROOT / path).read_text(encoding="utf-8") for file, path in FILES.items()}
# The committed list is empty: here it has an entry, so that there is something to be wrong in it.
MINE = """user_datasets:
  mine:
    path: pictures/mine
    height: 16
    width: 20
    channels: 3
    fit: crop
"""
TEXTS["params"] = TEXTS["params"].replace("user_datasets: {}\n", MINE)
# Read by another parser than the schema's own.
CONTENTS = {file: YAML(typ="safe", pure=True).load(text) for file, text in TEXTS.items()}
PARTS = CONTENTS["architectures"]
COMMITTED = {key: value for file in FILES if file != "architectures" for key, value in CONTENTS[file].items()}


def file_of(path):
    """Return the short name of the file in which a path stands."""
    return next(file for file, content in CONTENTS.items() if path[0] in content)


def load_from(folder, file):
    """Load the parameters, with their precisions as they are written, or the architectures of a folder."""
    if file == "architectures":
        return load_architectures(folder / "architectures.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "resolved", lambda parameters: parameters)
        return load_parameters(folder / "params.yaml")


def without_spare_parts():
    """Return the committed files, reduced until each remaining entry is needed.

    Only the digits are studied, and only parts of their candidates are left, so no name may be taken away and every
    mutant below is wrong by the meaning of what is mutated, not because the schema happens to say so.
    """
    contents = copy.deepcopy(CONTENTS)
    content, parts = contents["params"], contents["architectures"]
    content.update(datasets=["digits"], searched=["digits"], transferred=[], transfer_architecture={"source": "digits"})
    for kind in ("objectives", "latent", "conditional", "vector_quantised"):
        content[f"{kind}_datasets"] = ["digits"]
    content.update(colour_datasets=["flower_patches"], classified=["digits"], fetched=["digits", "flower_patches"])
    content.update(disentanglement_datasets=["sprites"])
    del contents["known_factors"]["disentanglement"]["dots"]
    del contents["colour_images"]["colour"]["flowers102"]
    for sections in contents.values():
        for section, value in sections.items():
            if isinstance(value, dict) and "digits" in value:
                sections[section] = {"common": value["common"], "digits": value["digits"]}
    for network in NETWORKS:
        candidates = content["preliminary_grid"]["digits"][network]["candidates"]
        parts[network]["candidates"] = candidates
        for kind, position in (("encoders", 0), ("decoders", 1)):
            used = {name.split("-")[position] for name in candidates}
            parts[network][kind] = {name: part for name, part in parts[network][kind].items() if name in used}
    return contents


BASES = without_spare_parts()
BASE = BASES["params"]
EACH_FILE = pytest.mark.parametrize("file", BASES)


def paths(value, path=()):
    """Yield (path, value) of every entry of a nested structure but the whole."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (*path, key), entry
        yield from paths(entry, (*path, key))


def may_be_absent(path):
    """Return whether a key may be absent: a section's precision, a variant, what one leaves as the study has it."""
    if path[:-1] == ("user_datasets",):
        return True
    if path[0] == "variants":
        return path[-2:-1] == ("models",) or path[-1] in CHANGES
    if path[0] == "objectives":
        return path[-2:-1] == ("family",) or path[-1] in ("posterior", "latent_dim", "likelihood", "precision")
    return len(path) > 1 and path[-1] == "precision"


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
        elif part in NAMED:
            name = ".<dataset>"
        elif above in ("encoders", "decoders", "models", "family", "user_datasets"):
            name = ".<name>"
        elif part in NETWORKS and file != "architectures":
            name = ".<network>"
        key += name
    return key.removeprefix(".")


class Once:
    """A model that checks each of some contents, the very objects, once: beside a bad file the good ones cost nothing.

    `good` may grow.
    """

    def __init__(self, model, good):
        self._model, self._good, self._checked = model, good, {}

    def model_validate(self, content):
        """Return the checked content, as pydantic's models do."""
        if all(content is not one for one in self._good):
            return self._model.model_validate(content)
        if id(content) not in self._checked:
            self._checked[id(content)] = self._model.model_validate(content)
        return self._checked[id(content)]


def checked_once(good):
    """Return what stands for `loading.FILES`, of models that check good contents once."""
    return {file: Once(model, good) for file, model in loading.FILES.items()}


MODELS_OF_BASES = checked_once(BASES.values())


def loaded(content, file="params", others=BASES):
    """Return the values of a file's content and of the other files', as if YAML had been read."""
    contents = {FILES[name]: value for name, value in (others | {file: content}).items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "plain_content", contents.__getitem__)
        patch.setattr(loading, "FILES", MODELS_OF_BASES)
        return load_from(Path(), file)


def refusal(content, file="params", others=BASES):
    """Return the message with which a content is refused."""
    with pytest.raises(ParameterError) as caught:
        loaded(content, file, others)
    return str(caught.value)


def load(folder, content, file="params"):
    """Write a content, or a text, into a folder, the other files beside it, and load it."""
    copy_files(folder)
    path = folder / FILES[file]
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        for name in FILES:  # of the other bases, which fit to this one
            with (folder / FILES[name]).open("w", encoding="utf-8") as stream:
                YAML().dump(content if name == file else BASES[name], stream)
    return load_from(folder, file)


def copy_files(folder):
    """Copy the committed files into a folder."""
    for path in FILES.values():
        (folder / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, folder / path)


def as_written(values, file=None):
    """Return checked values as they stood in the files, or in one of them."""
    content = values.model_dump(exclude_unset=True)
    return {name: value for name, value in content.items() if file is None or name in CONTENTS[file]}
