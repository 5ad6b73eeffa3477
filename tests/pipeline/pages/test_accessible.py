"""The pages for those who do not see, or see little: rules of WCAG 2.2 of our own, and axe-core where there is a copy.

Our rules run always. `TFVAE_AXE` names the file axe.min.js of the npm package axe-core, which CI fetches beside the
tests; the packages of PyPI that bring it are old, or want a newer Python or another browser driver than ours.
"""

import os
from pathlib import Path

import pytest

RULES = Path(__file__).with_name("accessible.js").read_text(encoding="utf-8")
AXE = os.environ.get("TFVAE_AXE")
OPEN = "for (const details of document.querySelectorAll('details')) details.open = true"
RUN = """const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(
  ({violations}) => done(violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)),
  (error) => done([String(error)]));"""
PAGES = pytest.mark.parametrize("page", ["report", "report-mnist"])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture
def open_page(open_file, joint_page):
    def open_it(page, scheme):
        # So wide that no table hides a part of itself, whose contrast could not be told.
        driver = open_file(joint_page.parent / f"{page}.html", 2400, scheme)
        driver.execute_script(OPEN)
        return driver

    return open_it


@PAGES
@SCHEMES
def test_nothing_is_kept_from_who_sees_little(open_page, page, scheme):
    driver = open_page(page, scheme)
    assert driver.execute_script(RULES) == []
    if AXE:
        driver.execute_script(Path(AXE).read_text(encoding="utf-8"))
        assert driver.execute_async_script(RUN) == []


DAMAGES = {
    "no name": "document.querySelector('.scroll').removeAttribute('aria-label')",
    "no name: <img": "document.querySelector('img').alt = ''",
    "an id twice": "document.querySelector('h3').id = 'content'",
    "a heading of level 3 after one of level 1": "document.querySelector('h2').outerHTML = '<p></p>'",
    "two landmarks": "document.querySelector('nav').ariaLabel = document.querySelector('h2').textContent",
    "outside of all landmarks": "document.body.append(Object.assign(document.createElement('p'), {textContent: 'x'}))",
    "no scope": "document.querySelector('thead th').removeAttribute('scope')",
    "no caption": "document.querySelector('caption').remove()",
    "a row without its header or cells": "document.querySelector('tbody tr').lastElementChild.remove()",
    "scrolls, but not by keys": "const pre = document.querySelector('pre'); pre.removeAttribute('tabindex');"
    "pre.textContent = 'x'.repeat(900)",
    "too little contrast": "document.documentElement.style.setProperty('--faint', '#8f969e')",
}


def test_the_rules_find_each_damage(open_page):
    """On one page, in turn; each damage is undone by the next reading of the page's own source."""
    driver = open_page("report-mnist", "light")
    for mistake, damage in DAMAGES.items():
        driver.refresh()
        driver.execute_script(f"{OPEN}; {damage}")
        assert any(one.startswith(mistake) for one in driver.execute_script(RULES)), mistake
