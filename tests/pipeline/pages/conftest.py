"""The pages of a small study, made once, and a browser."""

import os
import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.pipeline.pages.small_study import write_pages

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def joint_page(tmp_path_factory):
    """The path of the joint page; the files it leads to lie around it."""
    root, before = tmp_path_factory.mktemp("study"), os.getcwd()
    os.chdir(root)
    try:
        return root / write_pages(root.relative_to(root))
    finally:
        os.chdir(before)


@pytest.fixture(scope="session")
def driver(tmp_path_factory):
    """A browser whose console and requests are noted."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    helper = shutil.which("chromedriver")
    if not browser or not helper:
        missing = "needs Chromium and chromedriver (on Debian the packages chromium and chromium-driver)"
        if os.environ.get("TFVAE_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(helper))
    yield started
    started.quit()


@pytest.fixture
def open_file(driver):
    """A function that opens a page as a screen of some width in some colour scheme, and returns the driver."""

    def open_it(path, width=1200, scheme="light", medium=""):
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium, "features": features})
        for kind in ("browser", "performance"):
            driver.get_log(kind)  # what is read is gone: only this page's remains
        driver.get(path.as_uri())
        return driver

    return open_it
