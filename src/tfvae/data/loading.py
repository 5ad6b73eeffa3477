"""Loading a dataset by its name."""

import importlib
import os
from pathlib import Path

from tfvae.data.dataset import Dataset
from tfvae.data.registry import DATASETS
from tfvae.errors import Refused


def load(name: str, path: str | os.PathLike[str] | None = None) -> Dataset:
    """Load a dataset, from the user's own files where there are any, else from the cache or its official address.

    A file is looked for, as `<file>.gz` or uncompressed as `<file>`, in the folder `path`, if given; in the folder
    `<name>` of the environment variable `TFVAE_DATA_DIR`, if set; in the user's cache (`pooch.os_cache("tfvae")`); then
    at each official address. Wherever it comes from, it must have the dataset's checksum: a wrong file is reported and
    the next place is tried. Downloads are kept in the cache. The dataset "digits" is bundled with scikit-learn and
    reads no file at all.

    Raises:
        Refused: if the name is unknown.
        NotADirectoryError: if `path` is not a folder.
        DatasetUnavailable: if a file is in none of these places; the message says how to supply it.
    """
    if name not in DATASETS:
        raise Refused(f"unknown dataset; the known ones are {', '.join(DATASETS)}. Received: name={name!r}")
    if path is not None and not Path(path).is_dir():
        raise NotADirectoryError(f"path must be a folder with the files of {name}. Received: path={os.fspath(path)!r}")
    module = importlib.import_module(DATASETS[name])
    dataset: Dataset = module.load(None if path is None else Path(path))
    return dataset
