"""Files of a dataset below the folder of a stage: by the axes that the stage has, and never yesterday's."""

from pathlib import Path

import pytest

from pipeline.experiment.joins import maker, of_dataset


def touch(folder, *names):
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (["mnist.json", "digits.json"], ["mnist.json"]),
        (["mnist-cnn.json", "mnist-mlp.json", "fashion_mnist-mlp.json"], ["mnist-mlp.json", "mnist-cnn.json"]),
        (["mnist-mlp-0.3.json", "mnist-mlp-2.json", "mnist-cnn-2.json"], ["mnist-mlp-2.json", "mnist-cnn-2.json"]),
        (["digits.json", "mnist-mlp-0.3.json"], []),
    ],
)
def test_files_of_a_dataset(tmp_path, present, expected):
    touch(tmp_path, *present)
    assert of_dataset(tmp_path, "mnist", ["2", "2"]) == [tmp_path / name for name in expected]


def test_a_missing_beta_is_not_passed_over(tmp_path):
    touch(tmp_path, "mnist-mlp-2", "mnist-mlp-5", "mnist-cnn-2")
    paths = of_dataset(tmp_path, "mnist", ["2", "5"], ending="")
    assert [path.name for path in paths] == ["mnist-mlp-2", "mnist-mlp-5", "mnist-cnn-2", "mnist-cnn-5"]


def test_which_stage_wrote_a_record():
    own = {"dataset": "mnist", "searched_on": "mnist"}
    path = Path("metrics/architectures/mnist-mlp.json")
    assert maker(path, own) == ("pareto-select", "mnist-mlp")
    assert maker(path, {**own, "dataset": "digits"}) == ("transfer-architecture", "mnist-mlp")
    assert maker(Path("metrics/stick-breaking/mnist-cnn.json"), {}) == ("stick-breaking", "mnist-cnn")
    assert maker(Path("metrics/reproduction.json"), {}) == ("reproduction", "")
