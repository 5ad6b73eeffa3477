"""The explorer of latents in a browser: its pictures are Keras's, and mouse, keys and fingers move it."""

import time
from functools import partial

import numpy as np
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from pipeline.pages.decoders import read_decoder
from pipeline.pages.rendering import page_of, render, sections_of
from pipeline.pages.sections import explorer
from pipeline.pages.study import Study
from pipeline.pages.values import Record
from tests.pipeline.pages.decoder_folders import LATENTS, write_folder
from tests.pipeline.pages.small_study import augmented_record

SHAPES = {"dense": ((28, 28, 1), "mlp"), "convolutional": ((28, 28, 1), "cnn"), "colour": ((12, 20, 3), "cnn")}
FEW = 3  # latents of the one in colour
PIXELS = """return [...document.querySelectorAll(".explorer canvas")].map((canvas) => [canvas.height, canvas.width,
[...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]])"""
MEDIAN = """const model = JSON.parse(document.querySelector(".explorer script").textContent)[0];
const decode = decoderOf(model), times = [];
for (let i = 0; i < 300; i += 1) {
  const start = performance.now();
  decode(Float32Array.from({length: model.latents}, () => 4 * Math.random() - 2));
  times.push(performance.now() - start);
}
return times.sort((one, other) => one - other)[150]"""


def page_with(folders):
    record = Record("augmented-sampling", "mnist-mlp-1", "record.json", augmented_record("mnist", "mlp", 1))
    decoders = [read_decoder(folder) for folder in folders]
    sections = sections_of(Study("mnist", "params.yaml", [record], {}, decoders=decoders), [explorer])
    return page_of("Page", [render("sections.html", {"sections": sections, "precisions": ""})])


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The folder of the models and the page, and the models by name."""
    root = tmp_path_factory.mktemp("models")
    latents = {"colour": FEW}
    return root, {
        name: write_folder(root / name, *of, latents=latents.get(name, LATENTS)) for name, of in SHAPES.items()
    }


@pytest.fixture
def open_page(models, open_file):
    root, _ = models
    path = root / "page.html"
    if not path.exists():
        path.write_bytes(page_with([root / name for name in SHAPES]))
    return partial(open_file, path)


def images(driver):
    """Return the two images, (H, W, 3) in [0, 1], once a frame is drawn."""
    driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    found = [np.reshape(data, (height, width, 4)) for height, width, data in driver.execute_script(PIXELS)]
    assert all((one[..., 3] == 255).all() for one in found)
    return [one[..., :3] / 255 for one in found]


def shown(driver):
    """Return the latents that stand beside the sliders that are seen."""
    outputs = driver.find_elements(By.CSS_SELECTOR, ".sliders output")
    return [float(output.text) for output in outputs if output.is_displayed()]


def of(driver, css):
    return driver.find_element(By.CSS_SELECTOR, f".explorer {css}")


def assert_decoded(driver, models, names, latents):
    for image, name in zip(images(driver), names, strict=True):
        model = models[1][name]
        wanted = model.decode(np.float32([latents[: model.posterior.latent_dim]])).numpy()[0]
        np.testing.assert_allclose(image, np.broadcast_to(wanted, image.shape), atol=0.5 / 255 + 1e-3)


def test_keys_move_both_pictures_to_those_of_keras(open_page, models):
    driver, both = open_page(), ("dense", "convolutional")
    assert_decoded(driver, models, both, [0] * LATENTS)
    before = images(driver)
    sliders = driver.find_elements(By.CSS_SELECTOR, ".sliders input")
    sliders[0].send_keys(Keys.ARROW_RIGHT * 9)
    sliders[4].send_keys(Keys.ARROW_LEFT * 15)
    assert shown(driver) == [0.9, 0, 0, 0, -1.5]
    assert_decoded(driver, models, both, [0.9, 0, 0, 0, -1.5])
    assert all(abs(one - other).max() > 0.02 for one, other in zip(before, images(driver), strict=True))


def test_buttons_change_the_latents_that_are_decoded_and_say_so(open_page, models):
    driver, both = open_page(), ("dense", "convolutional")
    driver.find_elements(By.CSS_SELECTOR, ".sliders input")[1].send_keys(Keys.ARROW_RIGHT * 2)
    times, plus = driver.find_elements(By.CSS_SELECTOR, ".explorer button[aria-pressed]")
    plus.click()
    assert plus.get_attribute("aria-pressed") == "true" and plus.text == "Latents + 2"
    assert_decoded(driver, models, both, [2, 2.2, 2, 2, 2])
    plus.click()
    times.click()
    assert times.text == "Latents × 100"  # noqa: RUF001
    assert_decoded(driver, models, both, [0, 20, 0, 0, 0])
    assert shown(driver) == [0, 0.2, 0, 0, 0]


def test_random_draws_are_standard_normal_and_mean_is_zero(open_page):
    driver = open_page()
    values = driver.execute_script(
        """const button = document.querySelector('[data-draw="random"]'), values = [];
        for (let i = 0; i < 400; i += 1) {
          button.click();
          for (const output of document.querySelectorAll(".sliders output")) values.push(Number(output.textContent));
        }
        return values"""
    )
    assert len(set(values)) > 300 and abs(np.mean(values)) < 0.1 and np.std(values) == pytest.approx(1, abs=0.1)
    assert np.mean(np.abs(values) < 1) == pytest.approx(0.683, abs=0.05)
    of(driver, '[data-draw="mean"]').click()
    assert shown(driver) == [0] * LATENTS


def test_the_pad_follows_mouse_keys_and_fingers(open_page):
    driver = open_page()
    pad = of(driver, ".pad")
    width = pad.size["width"]
    ActionChains(driver).move_to_element_with_offset(pad, width // 4, -width // 4).click().perform()
    assert shown(driver) == pytest.approx([2, 2, 0, 0, 0], abs=0.1)
    pad.send_keys(Keys.ARROW_LEFT * 5, Keys.ARROW_UP)
    assert shown(driver) == pytest.approx([1.5, 2.1, 0, 0, 0], abs=0.1)
    Select(of(driver, "[id$=up]")).select_by_value("3")
    x, y = driver.execute_script(
        "const box = arguments[0].getBoundingClientRect(); return [box.left + 5, box.bottom - box.height / 4]", pad
    )
    for kind, points in (("touchStart", [{"x": x + 50, "y": y}]), ("touchMove", [{"x": x, "y": y}]), ("touchEnd", [])):
        driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    left, second, _, fourth, _ = shown(driver)
    assert left < -3.5 and second == pytest.approx(2.1, abs=0.1) and fourth == pytest.approx(-2, abs=0.1)


def test_models_of_different_latents_and_shapes_stand_side_by_side(open_page, models):
    driver = open_page()
    driver.find_elements(By.CSS_SELECTOR, ".sliders input")[4].send_keys(Keys.ARROW_RIGHT * 5)
    Select(of(driver, "[id$=left]")).select_by_visible_text("colour")
    driver.find_elements(By.CSS_SELECTOR, ".sliders input")[0].send_keys(Keys.ARROW_RIGHT * 8)
    assert_decoded(driver, models, ("colour", "convolutional"), [0.8, 0, 0, 0, 0.5])
    assert [image.shape for image in images(driver)] == [(12, 20, 3), (28, 28, 3)]
    Select(of(driver, "[id$=right]")).select_by_visible_text("colour")
    assert shown(driver) == [0.8, 0, 0]
    Select(of(driver, "[id$=right]")).select_by_visible_text("dense")
    assert_decoded(driver, models, ("colour", "dense"), [0.8, 0, 0, 0, 0])


def test_who_does_not_see_hears_the_latents_when_they_rest(open_page):
    driver = open_page()
    of(driver, ".sliders input").send_keys(Keys.ARROW_RIGHT)
    driver.find_elements(By.CSS_SELECTOR, ".explorer button[aria-pressed]")[0].click()
    text = "Shown by dense and convolutional: 0.10, 0.00, 0.00, 0.00, 0.00; Latents × 100."  # noqa: RUF001
    end = time.monotonic() + 10
    while of(driver, "[aria-live]").text != text and time.monotonic() < end:
        time.sleep(0.1)
    assert of(driver, "[aria-live]").text == text
    names = [of(driver, css).accessible_name for css in (".pad", "canvas", "select", ".sliders input")]
    assert names == [
        "Two latents at once: arrow keys move them", "The image of the left model", "Left model", "Latent 1",
    ]  # fmt: skip


def test_without_javascript_a_sentence_stands_in_its_place(open_page):
    driver = open_page()
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        open_page()
        assert "allow this page to run its JavaScript" in driver.find_element(By.TAG_NAME, "section").text
        assert not driver.find_element(By.TAG_NAME, "figure").is_displayed()
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_two_models_of_mnist_s_shape_make_a_page_at_most_a_megabyte_and_a_half_larger(models):
    root, _ = models
    two, without = page_with([root / "dense", root / "convolutional"]), page_of("Page", [])
    assert 500_000 < len(two) - len(without) < 1_500_000


def test_the_dense_one_is_decoded_within_a_frame(open_page):
    assert open_page().execute_script(MEDIAN) < 16
