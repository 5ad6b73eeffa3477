"""Small data and a small classifier for the stages' cores."""

import copy
import os

import numpy as np
import pytest
from ruamel.yaml import YAML

from pipeline.jobs.closure import ROOT
from pipeline.params.architectures import Architectures
from pipeline.params.precision import resolved
from pipeline.params.schema import FILES, Parameters
from tests.pipeline import skeleton
from tests.pipeline.study import copied, finished_study

SHAPE = (28, 28, 1)


@pytest.fixture(scope="session")
def committed():
    """The content of params.yaml and of the files in params/, as one; not to be changed."""
    yaml = YAML(typ="safe", pure=True)
    contents = [yaml.load((ROOT / name).read_text(encoding="utf-8")) for name in FILES]
    return {section: value for content in contents for section, value in content.items()}


@pytest.fixture(scope="session")
def architectures():
    """The content of architectures.yaml; not to be changed."""
    return YAML(typ="safe", pure=True).load((ROOT / "architectures.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def parts(architectures):
    """The checked architectures."""
    return Architectures.model_validate(architectures)


@pytest.fixture(scope="session")
def parameters_with(committed):
    """Return a function that makes parameters with other values, {dotted key: value}; the same on every processor."""

    def make(changes):
        content = {**copy.deepcopy(committed), "precision": "float32"}
        for key, value in changes.items():
            *sections, name = key.split(".")
            target = content
            for section in sections:
                target = target[section]
            target[name] = value
        return resolved(Parameters.model_validate(content))

    return make


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A study after its first run, which all test processes share and nobody changes, and what `dvc repro` said."""
    base = tmp_path_factory.getbasetemp()
    return finished_study((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "finished-study")


@pytest.fixture(scope="module")
def study(finished, tmp_path_factory):
    """A copy of the study for the tests of one module, which leave it as it was."""
    return copied(finished[0], tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="session")
def finished_skeleton(tmp_path_factory):
    """The project whose stages take no time, after its first run, committed; nobody changes it."""
    project = skeleton.skeleton(tmp_path_factory.mktemp("skeleton"))
    skeleton.committed(project)
    done = project.dvc("repro")
    assert done.returncode == 0, done.stderr
    skeleton.committed(project)
    return project


@pytest.fixture
def project(finished_skeleton, tmp_path):
    """A copy of that project; in the end Git may find files that stages wrote, but none that a command left behind."""
    project = skeleton.copied(finished_skeleton, tmp_path)
    yield project
    assert {name.split("/")[0] for name in skeleton.untracked(project)} <= {"metrics", "plots"}


@pytest.fixture
def run(project):
    """A function that runs a command of the documentation there, and returns what it says."""
    return skeleton.runner(project)


@pytest.fixture(scope="session")
def images():
    """Images of two kinds, (160, 28, 28, 1) uint8, and which kind each is, (160,) uint8."""
    rng = np.random.default_rng(0)
    labels = np.arange(160, dtype=np.uint8) % 2
    pictures = rng.integers(0, 60, (160, *SHAPE), dtype=np.uint8)
    pictures[labels == 1, 10:20, 10:20] += 150
    return pictures, labels


@pytest.fixture
def one_process(monkeypatch):
    """Let stages compute in this process, whose TensorFlow other tests may have set up already."""
    monkeypatch.setattr("tfvae.training.runtime.use_one_core", lambda: None)
    monkeypatch.setenv("TFVAE_WORKERS", "1")


@pytest.fixture(scope="session")
def alone():
    """Progress that nobody follows and nothing keeps."""
    from tfvae.training.jobs import Progress

    return Progress(lambda amount: None)


class Interrupted(Exception):
    """Stands for the death of a process."""


@pytest.fixture
def interrupted(tmp_path):
    """Return a function that interrupts a job twice, each time it has kept something, and returns it done."""
    from tfvae.training.checkpoints import Checkpoints
    from tfvae.training.jobs import Progress

    class Fatal(Progress):
        def keep(self, state):
            super().keep(state)
            raise Interrupted

    def finish(function, *arguments):
        told = []
        with Checkpoints(tmp_path / "kept", 10**9).open("aa") as checkpoint:
            for _ in range(2):
                with pytest.raises(Interrupted):
                    function(*arguments, Fatal(lambda amount: None, checkpoint))
            result = function(*arguments, Progress(told.append, checkpoint))
        return result, told

    return finish


@pytest.fixture(scope="session")
def yardstick(images):
    """Data with a classifier of random weights, whose verdict on the test images is its own."""
    from pipeline.experiment.yardstick import Classifier, Yardstick
    from tfvae.networks.classifier import FeatureExtractor, classifier

    rng = np.random.default_rng(2)
    configuration = {"image_shape": list(SHAPE), "num_classes": 5}
    network = classifier(**configuration)
    shapes = [weight.shape for weight in network.get_weights()]
    weights = [rng.normal(0, 2 / np.sqrt(np.prod(shape[:-1])), shape).astype(np.float32) for shape in shapes]
    network.set_weights(weights)
    train, test = images[0][:100], images[0][100:]
    # Centred logits: every class is seen among the test images.
    weights[-1] = -FeatureExtractor(network)(test)[0].mean(axis=0) @ weights[-2]
    network.set_weights(weights)
    features, probabilities = FeatureExtractor(network)(test)
    labels = probabilities.argmax(axis=1).astype(np.uint8)
    assert len(np.unique(labels)) == 5
    return Yardstick(train, test, Classifier(configuration, weights), features, labels, fid_mean_image=4.0)


@pytest.fixture(scope="session")
def configuration():
    """A small Gaussian VAE."""
    return {
        "model": "vae",
        "image_shape": list(SHAPE),
        "network": "mlp",
        "encoder": [16],
        "decoder": [16],
        "posterior": {"name": "diagonal_gaussian", "latent_dim": 2},
        "likelihood": "squared_error",
        "precision": "float32",
    }
