"""The transferred record: the source's search under another dataset's name."""

from pipeline import files
from pipeline.transfer_architecture import main


def test_the_search_is_kept_and_the_dataset_renamed(tmp_path):
    search = {"dataset": "mnist", "network": "cnn", "searched_on": "mnist", "front": ["e5-d1"], "selected": "e5-d1"}
    source, record = tmp_path / "mnist-cnn.json", tmp_path / "fashion_mnist-cnn.json"
    files.write_json(source, search)
    main(dataset="fashion_mnist", source=source, record=record)
    assert files.read_json(record) == {**search, "dataset": "fashion_mnist"}
    assert files.read_json(source) == search
