"""The closure of imports, on packages made up for it."""

import pytest

from pipeline.jobs.closure import closure, reach


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


def test_a_module_alone_is_its_own_closure(project):
    root = project(pipeline__a="import numpy\nfrom pathlib import Path\n")
    assert closure("pipeline.a", root) == {"pipeline/a.py"}


@pytest.mark.parametrize(
    "statement",
    [
        "import tfvae.x.b",
        "import numpy, tfvae.x.b as other",
        "from tfvae.x import b",
        "from tfvae.x import b as other",
        "from tfvae.x.b import name",
        "from tfvae.x.b import *",
        "def f():\n    def g():\n        from tfvae.x.b import name\n",
        "class A:\n    def method(self):\n        import tfvae.x.b\n",
        "try:\n    import numpy\nexcept ImportError:\n    from tfvae.x import b\n",
        "if True:\n    import tfvae.x.b\n",
    ],
)
def test_every_form_of_import_is_followed(project, statement):
    root = project(pipeline__a=statement, tfvae__x__b="import tfvae.x.c", tfvae__x__c="")
    assert closure("pipeline.a", root) == {"pipeline/a.py", "src/tfvae/x/b.py", "src/tfvae/x/c.py"}


def test_a_module_of_the_top_package_is_found(project):
    root = project(pipeline__a="from tfvae import randomness", tfvae____="", tfvae__randomness="")
    assert closure("pipeline.a", root) == {"pipeline/a.py", "src/tfvae/randomness.py"}


@pytest.mark.parametrize(
    "statement",
    ["from . import c", "from .c import name", "from .. import y", "from ..y import z", "from ..y.z import f"],
)
def test_relative_imports_are_followed(project, statement):
    root = project(tfvae__x__b=statement, tfvae__x__c="", tfvae__y____="", tfvae__y__z="")
    inside, stopped = reach("tfvae.x.b", root)
    wanted = {"c": "src/tfvae/x/c.py", "y": "src/tfvae/y/__init__.py", "z": "src/tfvae/y/z.py"}
    name = "c" if "c" in statement.split() or ".c" in statement else "z" if "z" in statement else "y"
    assert inside | stopped == {"src/tfvae/x/b.py", wanted[name]}


def test_imports_in_a_circle_end(project):
    root = project(tfvae__x="import tfvae.y", tfvae__y="import tfvae.x")
    assert closure("tfvae.x", root) == {"src/tfvae/x.py", "src/tfvae/y.py"}


def test_some_packages_count_as_a_folder(project):
    root = project(
        pipeline__a="from tfvae.training import loop\nfrom pipeline.experiment.b import name",
        pipeline__experiment__b="",
        tfvae__training__loop="import tfvae.randomness",
        tfvae__randomness="",
    )
    assert closure("pipeline.a", root) == {
        "pipeline/a.py",
        "pipeline/experiment",
        "src/tfvae/training",
        "src/tfvae/randomness.py",
    }


def test_what_only_validates_or_names_is_left_out_with_what_it_imports(project):
    root = project(
        pipeline__a="import pipeline.params.b\nfrom tfvae.x.registry import NAMES\nfrom tfvae.x import something\n",
        pipeline__params__b="import tfvae.x.checks",
        tfvae__x____="import tfvae.x.first",
        tfvae__x__registry="import tfvae.x.second",
        tfvae__x__checks="",
        tfvae__x__first="",
        tfvae__x__second="",
    )
    inside, stopped = reach("pipeline.a", root)
    assert inside == {"pipeline/a.py"}
    assert stopped == {"pipeline/params/b.py", "src/tfvae/x/registry.py", "src/tfvae/x/__init__.py"}
    everything, _ = reach("pipeline.a", root, outside=(), naming=())
    assert everything == stopped | inside | {f"src/tfvae/x/{name}.py" for name in ("checks", "first", "second")}


def test_names_in_text_and_other_packages_are_no_imports(project):
    root = project(pipeline__a='"""import tfvae.x"""\n# import tfvae.x\nname = "tfvae.x"\nimport tfvaex\n', tfvae__x="")
    assert closure("pipeline.a", root) == {"pipeline/a.py"}


def test_an_import_that_leads_nowhere_is_reported(project):
    root = project(pipeline__a="import tfvae.gone")
    with pytest.raises(ImportError, match=r"tfvae\.gone"):
        closure("pipeline.a", root)
