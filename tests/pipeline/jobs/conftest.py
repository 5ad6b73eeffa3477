"""Packages made up for a test."""

import pytest


@pytest.fixture
def project(tmp_path):
    """Return a function that writes modules {dotted name: source} and returns the folder."""

    def write(**modules):
        for name, source in modules.items():
            parts = name.split("__")
            base = tmp_path if parts[0] == "pipeline" else tmp_path / "src"
            path = base.joinpath(*parts[:-1], f"{parts[-1] or '__init__'}.py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        return tmp_path

    return write
