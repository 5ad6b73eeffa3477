"""The closure of imports, texts, registries and templates, on packages made up for it."""

import ast

import pytest

from pipeline.jobs.closure import ROOT, TEMPLATES, closure, entries

NETWORKS = 'from importlib import import_module\nNETWORKS = {"mlp": "tfvae.n.mlp", "cnn": "tfvae.n.cnn"}\n'
NETWORK = "src/tfvae/n/{}.py".format


def files_of(module, *names, **options):
    return closure(module, *names, **options).files


@pytest.fixture
def networks(project):
    """Return a function that writes `pipeline.a` beside a registry of two networks, and returns the folder."""

    def write(source, registry=NETWORKS, **modules):
        return project(
            pipeline__a=f"from tfvae.n.registry import NETWORKS\n{source}",
            tfvae__n__registry=registry,
            **{"tfvae__n__mlp": "", "tfvae__n__cnn": "", **modules},
        )

    return write


def test_a_module_alone_is_its_own_closure(project):
    root = project(pipeline__a="import numpy\nfrom pathlib import Path\n")
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py"}


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
        'RUN = "tfvae.x.b:run"',
        'import_module("tfvae.x.b")',
        'run_jobs("tfvae.x.b:run", f"{1}")',
    ],
)
def test_every_form_of_import_is_followed(project, statement):
    root = project(pipeline__a=statement, tfvae__x__b="import tfvae.x.c", tfvae__x__c="")
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py", "src/tfvae/x/b.py", "src/tfvae/x/c.py"}


def test_a_module_of_the_top_package_is_found(project):
    root = project(pipeline__a="from tfvae import randomness", tfvae____="", tfvae__randomness="")
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py", "src/tfvae/randomness.py"}


@pytest.mark.parametrize(
    "statement",
    ["from . import c", "from .c import name", "from .. import y", "from ..y import z", "from ..y.z import f"],
)
def test_relative_imports_are_followed(project, statement):
    root = project(tfvae__x__b=statement, tfvae__x__c="", tfvae__y____="", tfvae__y__z="")
    wanted = {"c": "src/tfvae/x/c.py", "y": "src/tfvae/y/__init__.py", "z": "src/tfvae/y/z.py"}
    name = "c" if "c" in statement.split() or ".c" in statement else "z" if "z" in statement else "y"
    assert files_of("tfvae.x.b", root=root) == {"src/tfvae/x/b.py", wanted[name]}


def test_a_name_of_a_lazy_package_leads_to_all_that_it_may_stand_for(project):
    root = project(pipeline__a="from tfvae.x import name", tfvae__x____="attach_stub()", tfvae__x__b="", tfvae__x__c="")
    (root / "src/tfvae/x/__init__.pyi").write_text("from .b import name\nfrom .c import other\n")
    wanted = {"pipeline/a.py", *(f"src/tfvae/x/{name}.py" for name in ("__init__", "b", "c"))}
    assert files_of("pipeline.a", root=root) == wanted


def test_imports_in_a_circle_end(project):
    root = project(tfvae__x="import tfvae.y", tfvae__y="import tfvae.x")
    assert files_of("tfvae.x", root=root) == {"src/tfvae/x.py", "src/tfvae/y.py"}


def test_what_only_validates_is_left_out_with_what_it_imports(project):
    source = "import pipeline.params.b\nimport tfvae.z\n"
    root = project(pipeline__a=source, pipeline__params__b="import tfvae.y", tfvae__y="", tfvae__z="")
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py", "src/tfvae/z.py"}
    everything = {"pipeline/a.py", "pipeline/params/b.py", "src/tfvae/y.py", "src/tfvae/z.py"}
    assert files_of("pipeline.a", outside=(), root=root) == everything
    assert files_of("pipeline.a", outside=("src/tfvae/z.py",), root=root) == everything - {"src/tfvae/z.py"}


@pytest.mark.parametrize(
    "source",
    [
        '"""import tfvae.x"""\n# import tfvae.x\nimport tfvaex\nname = "see tfvae.x", "tfvae.gone", "tfvae"\n',
        'def f():\n    """tfvae.x"""\n',
        'class A:\n    """tfvae.x:run"""\n',
    ],
)
def test_docstrings_comments_and_sentences_lead_nowhere(project, source):
    root = project(pipeline__a=source, tfvae____="", tfvae__x="")
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py"}


@pytest.mark.parametrize("statement", ["import tfvae.gone", "from tfvae.gone import b", 'RUN = "tfvae.gone:run"'])
def test_what_leads_nowhere_is_reported_with_its_place(project, statement):
    root = project(pipeline__a=statement)
    with pytest.raises(ImportError, match=r"pipeline/a\.py.*tfvae\.gone"):
        files_of("pipeline.a", root=root)


def test_a_registry_leads_to_the_entries_that_a_text_names(networks):
    root = networks('x = {"network": "mlp"}')
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py", NETWORK("mlp")}
    assert closure("pipeline.a", root=root) == ({"pipeline/a.py", NETWORK("mlp")}, {"src/tfvae/n/registry.py"})


def test_a_registry_leads_to_the_entries_that_are_given(networks):
    root = networks("")
    assert files_of("pipeline.a", ["cnn", "other"], root=root) == {"pipeline/a.py", NETWORK("cnn")}


def test_a_registry_of_which_nothing_is_named_leads_everywhere(networks):
    root = networks('x = "mlps"\n"cnn"\n')
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py", NETWORK("mlp"), NETWORK("cnn")}
    assert files_of("pipeline.a", others=["cnn"], root=root) == {"pipeline/a.py", NETWORK("mlp")}


def test_entries_that_do_not_run_are_left_out_even_if_named(networks):
    root = networks('x = "mlp", "cnn"')
    assert files_of("pipeline.a", ["mlp"], others=["cnn"], root=root) == {"pipeline/a.py", NETWORK("mlp")}


def test_entries_are_followed_on_and_may_name_others(networks):
    root = networks('x = "mlp"', tfvae__n__mlp='import tfvae.n.layers\ny = "cnn"', tfvae__n__layers="")
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py", *map(NETWORK, ("mlp", "cnn", "layers"))}


def test_a_text_in_a_module_that_is_read_late_still_names_an_entry(networks):
    """No order of reading makes a registry give all its entries where one is named."""
    root = networks("import pipeline.b", pipeline__b="import pipeline.c", pipeline__c='x = "cnn"')
    assert NETWORK("mlp") not in files_of("pipeline.a", root=root)


@pytest.mark.parametrize(
    "registry",
    [
        'N = {"mlp": "tfvae.n.mlp:Model", "cnn": "tfvae.n.cnn:Model"}',
        'N: dict[str, tuple[str, str]] = {"mlp": ("tfvae.n.mlp", "Model"), "cnn": ("tfvae.n.cnn", "Model")}',
    ],
)
def test_entries_name_a_module_or_what_stands_in_it(networks, registry):
    root = networks('x = "mlp"', registry)
    assert entries("src/tfvae/n/registry.py", root) == {"mlp": NETWORK("mlp"), "cnn": NETWORK("cnn")}
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py", NETWORK("mlp")}


def test_without_exceptions_a_registry_is_a_module_that_only_names(networks):
    root = networks("")
    assert files_of("pipeline.a", outside=(), root=root) == {"pipeline/a.py", "src/tfvae/n/registry.py"}


def test_templates_belong_to_the_module_of_their_name_or_to_all_beside_them(project):
    root = project(pipeline__a="import pipeline.x.b", pipeline__x__b="", pipeline__x__part="", pipeline__y__c="")
    for name in ("x/b.html", "x/part.html", "x/macros.html", "x/script.js", "x/style.css", "y/c.html", "x/notes.txt"):
        (root / "pipeline" / name).write_text("")
    wanted = {"b.py", "b.html", "macros.html", "script.js", "style.css"}
    assert files_of("pipeline.a", root=root) == {"pipeline/a.py", *(f"pipeline/x/{name}" for name in wanted)}


SOURCES = [
    path
    for folder in ("pipeline", "src/tfvae")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
]


def test_the_project_has_no_other_kinds_of_files():
    assert {path.suffix for path in SOURCES} <= TEMPLATES | {".py", ".pyi"} | {".typed"}


def test_modules_that_are_looked_up_by_a_value_are_those_of_registries_and_jobs():
    """Texts show what such a call imports: for registries, METRICS, and who starts jobs or plans stages.

    No stage exports models.
    """
    lookups = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__"))
        if not isinstance(node.args[0], ast.Constant)
    }
    registries = {name for name in lookups if name.endswith("/registry.py")}
    others = {"data/loading.py", "evaluation/generated.py", "export/formats.py", "training/jobs.py"}
    assert lookups - registries == {"pipeline/ahead.py", *(f"src/tfvae/{name}" for name in others)}
