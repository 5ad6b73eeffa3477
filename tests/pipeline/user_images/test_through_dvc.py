"""A user's own images through DVC: a changed picture, a broken one, an experiment; docs/your-images.md as it stands."""

import json

from PIL import Image

from tests.documents import documented
from tests.pipeline.study import MINE, stages_run

OWN = {"import-images@mine", "own-images@mine", "own-figures@mine", "own-report@mine"}


def test_pictures_are_dependencies_and_broken_ones_lose_nothing(study):
    page, data = study.root / "plots" / "report-mine.html", study.root / "data" / "mine.npz"
    before = page.read_bytes(), data.read_bytes()
    done = study.shell(documented("python -m pipeline.ahead own-report@mine"))
    assert done.returncode == 0 and stages_run(done.stdout) == set()
    broken = study.root / MINE / "new.png"
    broken.write_bytes(b"no picture")
    try:
        assert study.planned() == OWN
        done = study.shell(documented("dvc repro own-report@mine"))
        assert done.returncode != 0
        assert f"error: {MINE}/new.png: this is no picture, whatever its name says" in done.stderr.splitlines()
        assert "Traceback" not in done.stderr
        assert (page.read_bytes(), data.read_bytes()) == before
    finally:
        broken.unlink()
    assert study.planned() == set()


def test_another_size_and_another_picture_run_again(study):
    Image.new("RGB", (9, 9), (9, 99, 199)).save(study.root / MINE / "zz.png")
    with study.parameter("user_datasets.mine.width", 8):
        done = study.ahead("own-report@mine")
        assert done.returncode == 0, done.stderr
        assert stages_run(done.stdout) >= OWN
        record = json.loads((study.root / "metrics" / "own-images" / "mine.json").read_text(encoding="utf-8"))
        assert record["image_shape"] == [8, 8, 3] and record["training_images"] + record["test_images"] == 101
        assert "8x8 pixels in colour" in (study.root / "plots" / "report-mine.html").read_text(encoding="utf-8")
