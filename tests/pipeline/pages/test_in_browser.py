"""The joint page in a headless Chromium: nothing is missing, everything that moves moves, and nothing asks the network.

Without Chromium and its driver these tests are skipped; with TFVAE_REQUIRE_BROWSER=1, as .ci/run sets it, they fail.
"""

import json
import re
from functools import partial

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.pipeline.pages.found import QUOTED
from tests.pipeline.pages.small_study import LATENTS


@pytest.fixture
def open_page(open_file, joint_page):
    """A function that opens the page as a screen of some width in some colour scheme, and returns the driver."""
    return partial(open_file, joint_page)


def texts(elements):
    """Return what stands in elements, asked for at once."""
    return elements[0].parent.execute_script("return arguments[0].map((one) => one.textContent.trim())", elements)


def background(driver):
    return driver.execute_script("return getComputedStyle(document.body).backgroundColor")


def brightness(color):
    return sum(int(part) for part in re.findall(r"\d+", color)[:3]) / 3


def test_it_opens_without_an_error_or_a_request(open_page):
    driver = open_page()
    assert driver.title == "Variational auto-encoders, reproducibly"
    assert driver.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = {
        message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"
    }
    assert any(url.startswith("file:") for url in urls)
    # What the browser shows before the page, such as a new tab, is its own and asks the browser itself.
    outside = {url for url in urls if not url.startswith(("file:", "data:", "chrome:", "chrome-untrusted:"))}
    assert outside == set()


def test_every_image_loads(open_page):
    widths = open_page().execute_script("return [...document.images].map((image) => image.naturalWidth)")
    assert len(widths) > 30 and min(widths) > 0


def test_each_slider_changes_its_pictures_and_can_be_moved_by_keys(open_page):
    driver = open_page()
    sliders = driver.find_elements(By.CSS_SELECTOR, "input[type=range]")
    assert len(sliders) == 12 + LATENTS
    for slider in sliders:
        viewer = slider.find_element(By.XPATH, "ancestor::figure")
        output = driver.find_element(By.CSS_SELECTOR, f'output[for="{slider.get_attribute("id")}"]')
        cell = viewer.find_element(By.CSS_SELECTOR, ".cell")
        before = cell.screenshot_as_base64, output.text, slider.get_attribute("aria-valuetext")
        slider.send_keys(Keys.ARROW_RIGHT)
        after = cell.screenshot_as_base64, output.text, slider.get_attribute("aria-valuetext")
        assert all(one != other for one, other in zip(before, after, strict=True)), slider.get_attribute("id")


def test_the_films_show_one_frame_exactly(open_page):
    driver = open_page()
    slider = driver.find_element(By.CSS_SELECTOR, '[data-viewer="film"] input')
    slider.send_keys(Keys.END)
    shown, strip, count = driver.execute_script(
        """const film = document.querySelector(".film"), box = film.getBoundingClientRect();
        const image = film.firstElementChild.getBoundingClientRect();
        return [[box.left, box.right], [image.left, image.right], Number(film.style.getPropertyValue("--count"))]"""
    )
    assert count == 3 and strip[1] == pytest.approx(shown[1], abs=0.5)  # the last frame ends where the strip ends
    assert strip[1] - strip[0] == pytest.approx(3 * (shown[1] - shown[0]), abs=0.5)


def test_the_enlarged_point_is_that_of_the_grid(open_page):
    """Pixels of the canvas against those of the picture, read at the place that the sliders name."""
    driver = open_page()
    viewer = driver.find_element(By.CSS_SELECTOR, '[data-viewer="grid"]')
    down, right = viewer.find_elements(By.CSS_SELECTOR, "input")
    down.send_keys(Keys.END)
    right.send_keys(Keys.HOME)
    Select(viewer.find_element(By.CSS_SELECTOR, "select")).select_by_value("scaled")
    same, sizes, chosen = driver.execute_script(
        """const cell = arguments[0].querySelector(".cell"), image = cell.querySelector("img:not([hidden])");
        const pixels = (canvas) => [...canvas.getContext("2d").getImageData(0, 0, 8, 8).data].join();
        const copy = Object.assign(document.createElement("canvas"), {width: 8, height: 8});
        copy.getContext("2d").drawImage(image, 0, -16);
        const shown = cell.querySelector("canvas");
        return [pixels(copy) === pixels(shown), [shown.width, shown.height], image.dataset.column]""",
        viewer,
    )
    assert same and sizes == [8, 8] and chosen == "scaled"


def test_a_click_on_a_header_sorts_by_number_in_both_directions(open_page):
    driver = open_page()
    table = driver.find_element(By.XPATH, "//table[contains(caption, 'MNIST: all models')]")
    header = table.find_elements(By.CSS_SELECTOR, "thead th")[1]

    def column():
        return [float(text.split(" ")[0]) for text in texts(table.find_elements(By.CSS_SELECTOR, "td:nth-child(2)"))]

    given = column()
    assert header.get_attribute("aria-sort") == "none" and given != sorted(given)
    header.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    assert header.get_attribute("aria-sort") == "ascending" and column() == sorted(given)
    header.find_element(By.TAG_NAME, "button").click()
    assert header.get_attribute("aria-sort") == "descending" and column() == sorted(given, reverse=True)
    assert sorted(given) != sorted(given, key=str)  # as texts they would stand otherwise


def test_empty_cells_come_last_and_texts_sort_too(open_page):
    driver = open_page()
    table = driver.find_element(By.XPATH, "//table[contains(caption, 'Every published figure')]")
    headers = table.find_elements(By.CSS_SELECTOR, "thead button")

    def column(position):
        return texts(table.find_elements(By.CSS_SELECTOR, f"tbody tr > :nth-child({position})"))

    for _ in range(2):
        headers[7].click()
        assert column(8)[-1] == "–" and len(column(8)) == 3 + len(QUOTED)  # noqa: RUF001
    headers[8].click()
    assert column(9) == ["disagrees", "legacy only", *["void"] * (1 + len(QUOTED))]


def test_a_list_chooses_rows(open_page):
    driver = open_page()
    choice = Select(driver.find_element(By.CSS_SELECTOR, ".filter select"))
    assert [option.text for option in choice.options] == ["all", "disagrees", "legacy only", "void"]
    rows = driver.find_elements(By.CSS_SELECTOR, ".filter + .scroll tbody tr")
    choice.select_by_visible_text("void")
    assert [row.is_displayed() for row in rows] == [False, False, *[True] * (1 + len(QUOTED))]
    choice.select_by_visible_text("all")
    assert all(row.is_displayed() for row in rows)


@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_does_not_scroll_sideways(open_page, width):
    driver = open_page(width)
    driver.execute_script("for (const details of document.querySelectorAll('details')) details.open = true")
    inner, scroll = driver.execute_script("return [innerWidth, document.documentElement.scrollWidth]")
    assert inner == width and scroll <= width
    assert driver.execute_script(
        "return [...document.querySelectorAll('.scroll')].some((box) => box.scrollWidth > box.clientWidth)"
    ) or width > 400  # fmt: skip


def test_dark_mode_darkens_the_page_and_brightens_the_letters(open_page):
    light, letters = background(open_page()), "return getComputedStyle(document.body).color"
    dark = background(open_page(scheme="dark"))
    assert brightness(light) > 200 and brightness(dark) < 60
    assert brightness(open_page(scheme="dark").execute_script(letters)) > 200


def test_on_paper_controls_are_gone_and_everything_is_unfolded(open_page):
    driver = open_page(scheme="dark", medium="print")
    assert brightness(background(driver)) == 255
    assert not driver.find_element(By.CSS_SELECTOR, ".controls").is_displayed()
    driver.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert all(part.get_attribute("open") for part in driver.find_elements(By.TAG_NAME, "details"))
    assert len(driver.execute_cdp_cmd("Page.printToPDF", {})["data"]) > 10_000


def test_the_contents_lead_to_every_section(open_page):
    driver = open_page()
    links = driver.find_elements(By.CSS_SELECTOR, "#contents a")
    titles = driver.find_elements(By.CSS_SELECTOR, "main h2, main h3")
    assert texts(links) == texts(titles)
    targets = driver.execute_script("return arguments[0].map((link) => document.querySelector(link.hash).id)", links)
    assert len(set(targets)) == len(links) > 20
