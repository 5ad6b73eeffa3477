"""Tables and pictures on narrow and wide screens, and on paper: those of a small study, and of the committed page."""

import base64
import re

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from pipeline.jobs.closure import ROOT

WHOLE = ROOT / "plots" / "report.html"
WIDTHS = (400, 800, 1200)
PAPER = 688  # pixels between the margins of A4; of US Letter it is more
SCREEN = """return {
  sideways: document.documentElement.scrollWidth - innerWidth,
  // Tables that reach beyond their box, which has to scroll, by keys too, and to say what it holds.
  wide: [...document.querySelectorAll(".scroll")].filter((box) => box.scrollWidth > box.clientWidth)
    .map((box) => [
      box.querySelector("caption").textContent, getComputedStyle(box).overflowX, box.tabIndex, box.ariaLabel,
      // How much of its box the column of names, which stays, leaves to the others.
      1 - box.querySelector("tbody th").offsetWidth / box.clientWidth,
    ]),
  loose: document.querySelectorAll("table").length - document.querySelectorAll(".scroll > table").length,
}"""
PRINTED = """const box = (element) => element.getBoundingClientRect();
const paper = document.documentElement.clientWidth;
const shown = (css) => [...document.querySelectorAll(css)].filter((element) => element.checkVisibility());
return {
  cut: shown("table, img, pre, .dots").filter((one) => !one.closest(".film"))
    .filter((one) => box(one).right > paper + 1 || one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.outerHTML.slice(0, 90)),
  tall: shown(".plot img").map((one) => box(one).height).filter((height) => height > 900).length,
  controls: shown("input, select, button[data-draw], nav, summary, .skip, .explorer").length,
  split: shown("figure, tr").filter((one) => getComputedStyle(one).breakInside !== "avoid").length,
  // A head is repeated whole on each sheet if it is not broken; a box of a button would stay empty there.
  heads: shown("thead").filter((one) => getComputedStyle(one).breakInside !== "avoid").length
    + shown("thead th").filter((one) => getComputedStyle(one.firstElementChild).display !== "contents").length,
}"""
OPEN = "for (const details of document.querySelectorAll('details')) details.open = true"


def resized(driver, width, medium=""):
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium, "features": []})


@pytest.mark.parametrize("page", ["small", "whole"])
def test_tables_and_pictures_fit_on_screens_and_on_paper(open_file, joint_page, page):
    if page == "whole" and not WHOLE.is_file():
        pytest.skip("the page of the study is not there")
    driver = open_file(joint_page if page == "small" else WHOLE)
    driver.execute_script(OPEN)
    for width in WIDTHS:
        resized(driver, width)
        found = driver.execute_script(SCREEN)
        assert found["sideways"] <= 0 and found["loose"] == 0, width
        for caption, overflow, tab, name, left in found["wide"]:
            assert (overflow, tab, name) == ("auto", 0, caption) and left > 0.5, width
        if width == 1200:  # the last columns of these lay outside
            assert not [caption for caption, *_ in found["wide"] if caption.endswith(": all models")]
        else:
            assert found["wide"]
    driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})  # paper has none
    resized(driver, PAPER, "print")
    printed = driver.execute_script(PRINTED)
    driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": False})
    assert printed == {"cut": [], "tall": 0, "controls": 0, "split": 0, "heads": 0}


def test_keys_scroll_a_table_inside_its_box(open_file, joint_page):
    driver = open_file(joint_page, 400)
    box = driver.find_element(By.XPATH, "//div[@class='scroll' and @aria-label='MNIST: all models']")
    box.send_keys(Keys.END)
    box.send_keys(Keys.ARROW_RIGHT * 5)
    driver.execute_async_script("setTimeout(arguments[0], 500)")
    assert box.get_property("scrollLeft") > 0 and driver.execute_script("return scrollX") == 0
    assert driver.execute_script("return arguments[0] === document.activeElement", box)


def test_it_is_printed_without_controls_and_with_a_head_on_each_page(open_file, joint_page):
    driver = open_file(joint_page)
    driver.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    printed = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"generateTaggedPDF": False})["data"])
    assert printed.startswith(b"%PDF") and 5 < len(re.findall(rb"/Type\s*/Page\b", printed)) < 60
