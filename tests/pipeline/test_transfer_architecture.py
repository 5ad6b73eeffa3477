"""The transferred record: the source's search under another dataset's name."""

from pipeline import files
from pipeline.transfer_architecture import main


def test_the_search_is_kept_and_the_dataset_renamed(tmp_path):
    search = {"dataset": "mnist", "network": "cnn", "searched_on": "mnist", "front": ["e5-d1"], "selected": "e5-d1"}
    files.write_json(tmp_path / "source.json", search)
    main(dataset="fashion_mnist", source=tmp_path / "source.json", record=tmp_path / "r.json")
    assert files.read_json(tmp_path / "r.json") == {**search, "dataset": "fashion_mnist"}
    assert files.read_json(tmp_path / "source.json") == search
