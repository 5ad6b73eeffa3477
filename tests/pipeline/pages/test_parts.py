"""What pages are made of: values, pictures, sentences, sections."""

import base64
import io
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from pipeline.pages import pictures
from pipeline.pages.rendering import page_of, part_of, parts_of, render, sections_of
from pipeline.pages.sections import findings, manifolds, samples, settings
from pipeline.pages.study import Study
from pipeline.pages.values import NOTHING, Record, shown
from pipeline.published import part as reproduction
from pipeline.published.claims import DOCUMENTS
from pipeline.published.references import ORIGINS
from pipeline.published.verdicts import VERDICTS, Verdict
from tests.pipeline.pages.further_records import png, summary
from tests.pipeline.pages.small_study import augmented_record, run_record


def record(stage, content, name="mnist-mlp-1"):
    return Record(stage, name, f"../metrics/{stage}/{name}.json", content)


def study(records=(), arrays=None, figures=None):
    return Study("mnist", "../params.yaml", list(records), figures or {}, arrays or {}, {})


def decoded(picture):
    kind, content = picture.uri.split(";base64,")
    assert kind == "data:image/webp"
    with Image.open(io.BytesIO(base64.b64decode(content))) as image:
        assert image.size == (picture.width, picture.height)
        return np.asarray(image.convert("RGB"))


def test_a_summary_is_shown_with_its_spread_and_its_runs():
    value = shown(summary(1.0, 2.0, 4.5), "fid", "a.json", "stage@item: fid")
    assert (value.text, value.key, value.href) == ("2.50 ± 1.80", 2.5, "a.json")
    assert value.note == "stage@item: fid; 3 runs: 1.00, 2.00, 4.50"
    assert shown(summary(0.12345), "tvd").text == "0.1235" and shown(summary(0.1), "tvd").note == "1 run: 0.1000"
    assert shown(3, "fid").text == "3.00" and shown(None, "fid") is NOTHING


@pytest.mark.parametrize(
    ("found", "text"),
    [(12345.6, "12,346"), (0.000123456, "0.0001235"), (-5.0, "-5"), (summary(10.0, 10.5), "10.25 ± 0.35"), (None, "–")],  # noqa: RUF001
)
def test_reproduced_values_have_four_digits_whatever_their_scale(found, text):
    assert reproduction.significant(found).text == text


def test_every_verdict_and_document_has_a_meaning():
    assert tuple(VERDICTS) == get_args(Verdict)
    assert set(reproduction.ORIGINS) == {*ORIGINS, *DOCUMENTS}


def test_figures_are_packed_without_loss():
    pixels = np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    picture = pictures.from_png(content.getvalue(), "mnist/overview.png")
    np.testing.assert_array_equal(decoded(picture), pixels)
    assert picture.href == "mnist/overview.png"


@pytest.mark.parametrize("channels", [1, 3])
def test_arrays_become_pictures_of_their_size_and_nearly_their_values(channels):
    pixels = np.full((16, 32, channels), 90, dtype=np.uint8)
    shown_pixels = decoded(pictures.from_pixels(pixels, quality=60))
    assert shown_pixels.shape == (16, 32, 3) and np.abs(shown_pixels.astype(int) - 90).max() <= 3


def test_a_film_is_every_frame_beside_the_one_before():
    frames = np.random.default_rng(1).integers(0, 256, (3, 4, 5, 6, 2), dtype=np.uint8)
    strip = pictures.film(frames)
    assert strip.shape == (14, 3 * 16, 2)
    for frame, row, column in np.ndindex(3, 2, 2):
        top, left = 7 * row + 1, 16 * frame + 8 * column + 1
        np.testing.assert_array_equal(strip[top : top + 5, left : left + 6], frames[frame, 2 * row + column])
        assert (strip[top - 1, left - 1 : left + 7] == pictures.GAP_SHADE).all()
    with pytest.raises(ValueError, match="square number"):
        pictures.framed(frames[0, :3])


def test_tiles_lie_where_their_indices_say():
    grid = np.random.default_rng(2).integers(0, 256, (3, 2, 4, 5, 1), dtype=np.uint8)
    tiled = pictures.tiled(grid)
    for row, column in np.ndindex(3, 2):
        np.testing.assert_array_equal(tiled[4 * row : 4 * row + 4, 5 * column : 5 * column + 5], grid[row, column])


def test_scaled_latents_are_counted_and_the_largest_changes_named():
    fids = {0.2: (50, 20), 1: (50, 49), 5: (50, 200)}
    records = []
    for beta, (prior, scaled) in fids.items():
        content = augmented_record("mnist", "cnn", beta)
        content["samplers"] = {"prior": {"fid": summary(prior)}, "scaled": {"fid": summary(scaled)}}
        records.append(record("augmented-sampling", content))
    found = findings.scaled_against_prior(records)
    assert (found["lower"], found["of"], found["scale"]) == (2, 3, "100")
    assert (found["falls"].label, found["rises"].label) == ("0.2-CVAE", "5-CVAE")
    assert findings.scaled_against_prior(records[:2])["rises"] is None
    assert findings.scaled_against_prior(records[2:])["falls"] is None
    assert findings.scaled_against_prior([]) is None
    assert findings.best_samplers(records) == [("prior × 100", 2), ("prior", 1)]  # noqa: RUF001


@pytest.mark.parametrize(("sticks", "count"), [([1.0], 1), ([0.3, 0.6, 0.1], 3), ([0.02, 0.96, 0.02], 1), ([0.5], 1)])
def test_the_sticks_that_hold_nearly_all(sticks, count):
    assert findings.sticks_for(sticks, 0.95) == count


def test_records_stand_in_order():
    given = [("cnn", 0.2, "diagonal_gaussian"), ("mlp", 1, "stick_breaking"), ("mlp", 5, "diagonal_gaussian"),
             ("mlp", 0.2, "diagonal_gaussian")]  # fmt: skip
    records = [record("main-experiments", run_record("mnist", *parts)) for parts in given]
    ordered = [tuple(found.at(name) for name in ("network", "beta", "posterior")) for found in study(records).of(
        "main-experiments"
    )]  # fmt: skip
    assert ordered == [given[3], given[2], given[1], given[0]]


def test_sections_without_records_are_left_out():
    assert sections_of(study(), [findings, samples, manifolds, settings]) == []
    assert parts_of(study(), [reproduction]) == []
    run = record("main-experiments", run_record("mnist", "mlp", 1))
    assert [section.anchor for section in sections_of(study([run]), [findings, samples, settings])] == [
        "mnist-findings", "mnist-settings",
    ]  # fmt: skip


def test_films_of_one_network_need_the_same_scales():
    runs = [record("main-experiments", run_record("mnist", "mlp", beta), f"mnist-mlp-{beta}") for beta in (1, 2)]
    frames = np.zeros((2, 9, 4, 4, 1), np.uint8)
    arrays = {
        (run.stage, run.name): {"frames": frames, "scales": np.array([1.0, i + 2.0])} for i, run in enumerate(runs)
    }
    with pytest.raises(RuntimeError, match=r"mnist-mlp-2: .* same scales"):
        samples.content(study(runs, arrays))


def test_missing_figures_are_left_out():
    found = study(figures={"overview": (png((4, 3)), "mnist/overview.png")}).pictures({"overview": "a", "other": "b"})
    assert [(picture.width, picture.height, text) for picture, text in found] == [(4, 3, "a")]


def test_texts_are_escaped_and_unknown_names_refused():
    assert "<b>" not in render("part.html", {"anchor": "a", "title": "<b>", "body": ""})
    with pytest.raises(Exception, match="undefined"):
        render("part.html", {"anchor": "a"})


def test_a_page_gives_its_part_back():
    part = render("part.html", {"anchor": "mnist", "title": "MNIST & more", "body": ""})
    assert part_of(page_of("title", [part]).decode()) == part.strip()
    for text in ("<p>another file</p>", page_of("title", [part, part]).decode()):
        with pytest.raises(RuntimeError, match="one part"):
            part_of(text)
