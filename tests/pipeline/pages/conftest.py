"""The pages of a small study, made once."""

import os

import pytest

from tests.pipeline.pages.small_study import write_pages


@pytest.fixture(scope="session")
def joint_page(tmp_path_factory):
    """The path of the joint page; the files it leads to lie around it."""
    root, before = tmp_path_factory.mktemp("study"), os.getcwd()
    os.chdir(root)
    try:
        return root / write_pages(root.relative_to(root))
    finally:
        os.chdir(before)
