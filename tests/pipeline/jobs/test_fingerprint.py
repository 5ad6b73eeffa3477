"""The digest of meaning, and the files of the stage fingerprint."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.jobs.closure import ROOT
from pipeline.jobs.fingerprint import codes, fingerprints, stages
from pipeline.jobs.meaning import meaning

# Everything that a version of Python may write differently into the syntax tree.
SOURCE = '''"""A docstring."""

from __future__ import annotations

import tfvae.x as y
from . import z


@decorator(1, *a, key=None, **b)
class A(B, metaclass=C):
    """A docstring."""

    field: int = 1
    (other): str


async def f(a, /, b=1.5, *c, d, e=-2j, **g) -> None:
    """A docstring."""
    global h
    x = [i async for i in a if i], {i: j for i, j in b}, {*c}, {**d, "e": ...}
    async with a as b, c:
        await b
    return lambda: (yield)


def g():
    try:
        pass
    except* ValueError as error:
        raise error from None
    else:
        x[1:2, ..., ::3] @= y
    match x:
        case {"a": 1, **rest} | [_, *others] if (n := 1_000) > 0x10:
            return f"{x!r:>{width}.{n}f}{{}} {y=}" "and" f"{z}" f""
        case A(b=None) | -1 | "\\u00e9\\N{EN DASH}\\ue000":
            return u"x", b"y"[0], rb"\\d", 1e400, True, ""
    while not a <= b is not c:
        del a, b
    return a if b else c
'''


def digest(source):
    return meaning(ast.parse(source))[0]


@pytest.mark.parametrize(
    "edit",
    [
        ('"""A docstring."""', '"""Another one."""'),
        ('    """A docstring."""\n\n    field', "    field"),
        ('    """A docstring."""\n    global h', "    global h\n    'A text'"),
        ("        pass", "        # nothing\n        pass\n        pass"),
        ("        pass", "        'nothing'"),
        ("\n\n\n", "\n\n# A comment\n\n"),
        ("        del a, b", "        del a, b  # a comment"),
        ('b"y"', "b'y'"),
        ('u"x"', '"x"'),
        ("@decorator(1, *a, key=None, **b)", "@decorator(\n    1,\n    *a,\n    key=None,\n    **b,\n)"),
        ("return a if b else c", "return (a if (b) else c)"),
        ("    ", "\t"),
        ("1_000", "1000"),
        ("0x10", "16"),
        ('"and" f', 'f"and" f'),
        ("while not a <= b is not c", "while (\n        not a <= b\n        is not c\n    )"),
        ("\n", "\r\n"),
    ],
    ids=str,
)
def test_what_changes_nothing_does_not_count(edit):
    changed = SOURCE.replace(*edit)
    assert changed != SOURCE
    assert digest(changed) == digest(SOURCE)


@pytest.mark.parametrize(
    "edit",
    [
        ("del a, b", "del a, c"), ("1.5", "1.25"), ("field: int = 1", "field: int = True"), ("-2j", "+2j"),
        ("field: int = 1", "field: float = 1"), ("field: int = 1", "field = 1"), ("-> None", "-> int"),
        ("a <= b", "a < b"), ("is not c", "is c"), ("1_000", "1000.0"), ("key=None", "key=0"), ("key=None", "kay=None"),
        ("b=1.5, *c, d", "b=1.5, *, d"), ("f(a, /,", "f(a,"), ("d, e=-2j", "d=None, e=-2j"), ('"e": ...', '"e": ""'),
        ('"e": ...', '**e'), ("@decorator(1, *a, key=None, **b)\n", ""), ("tfvae.x as y", "tfvae.x as z"),
        ("from . import z", "from .. import z"), ("return lambda: (yield)", "return lambda: (yield None,)"),
        ('b"y"', '"y"'), ("{y=}", "{y}"), ("{x!r:", "{x!s:"), ("}f}", "}g}"), ("except*", "except"),
        ("async for", "for"),
        ("        pass", "        ..."), ('True, ""', "True"), ('True, ""', 'True, " "'), ('True, ""', "True, None"),
        ("raise error from None", "raise error"), ("1:2, ...", "1:, ..."), ("a if b else c", "c if b else a"),
        ("\\ue000", "\\ue001"), ("A(b=None)", "A(b=False)"), ("**rest", "**other"), ("[_, *others]", "[_, *_]"),
    ],
    ids=str,
)  # fmt: skip
def test_what_changes_something_counts(edit):
    changed = SOURCE.replace(*edit)
    assert changed != SOURCE
    assert digest(changed) != digest(SOURCE)


def test_order_and_nesting_count():
    blocks = ["a\nb", "b\na", "if a:\n b", "if a:\n b\nelse:\n c", "if a:\n b\n c", "if a:\n b\nc"]
    values = ["((a, b), c)", "(a, (b, c))", "(a, b, c)", "[a, b, c]", "f(a, b)", "f(a)(b)", "...", "None", "''.x", ""]
    sources = blocks + values
    assert len({digest(source) for source in sources}) == len(sources)


def test_a_body_without_statements_is_pass():
    bodies = ["pass", '"""A docstring."""', '"""One."""; "two"', "pass; pass"]
    assert len({digest(f"def f():\n    {body}\n") for body in bodies}) == 1
    assert digest("def f(): ...") != digest("def f(): pass")


@given(st.integers() | st.floats() | st.text() | st.binary() | st.booleans() | st.none(), st.data())
def test_constants_are_told_apart(value, data):
    kind = st.integers() | st.text() | st.booleans() | st.none() if value is None else st.from_type(type(value))
    other = data.draw(kind)
    sources = [ast.unparse(ast.Constant(constant)) for constant in (value, other)]
    assert digest(f"x = {sources[0]}") == digest(f"x = ({sources[0]})")
    assert (digest(f"x = {sources[0]}") == digest(f"x = {sources[1]}")) == (sources[0] == sources[1])


def test_the_digest_is_that_of_today():
    """Else every stage would run again, and every job."""
    assert digest(SOURCE) == "80cef40e0fbb917b"


PRINT = "import ast, sys; from pipeline.jobs.meaning import meaning; print(meaning(ast.parse(sys.stdin.read()))[0])"
PYTHONS = [f"python3.{minor}" for minor in (11, 12, 13)]


def interpreter(name):
    """Return the path of an installed interpreter, or None."""
    installed = sorted(Path.home().glob(f".pyenv/versions/{name.removeprefix('python')}.*/bin/python"))
    for candidate in [*filter(None, [shutil.which(name)]), *map(str, installed)]:
        if subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


@pytest.mark.parametrize("name", PYTHONS)
def test_every_version_of_python_gives_the_same_digests(name):
    python = interpreter(name)
    if python is None:
        pytest.skip(f"{name} is not installed")
    sources = [SOURCE, *(path.read_text(encoding="utf-8") for path in sorted((ROOT / "pipeline").rglob("*.py")))]
    everything = "\n".join(sources).replace("from __future__ import annotations", "")
    for source in (SOURCE, everything):
        done = subprocess.run(
            [python, "-B", "-c", PRINT], cwd=ROOT, input=source, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == digest(source)


@pytest.fixture
def study(project):
    """Return a project with two stages."""
    return project(
        pipeline__stage="def run(main): ...",
        pipeline__helper="x = 1",
        pipeline__first_stage=(
            "from pipeline import stage\nfrom tfvae.networks.registry import NETWORKS\n"
            "def main(*, network: str, data: Path): ...\nif __name__ == '__main__':\n    stage.run(main)\n"
        ),
        pipeline__second="from pipeline import helper, stage\ndef main(*, network: str): ...\nstage.run(main)\n",
        pipeline__check_parameters="from pipeline.params import fields",
        pipeline__params__fields="from tfvae.data.registry import DATASETS",
        pipeline__fetch=(
            "from pipeline import stage\nfrom tfvae.data.registry import DATASETS\n"
            "def main(parameters: Parameters, *, dataset: str): ...\nstage.run(main)\n"
        ),
        tfvae__networks__registry=(
            'NETWORKS = {"mlp": "tfvae.networks.mlp", "cnn": "tfvae.networks.cnn", "x": "tfvae.networks.x"}'
        ),
        tfvae__networks__mlp="", tfvae__networks__cnn="", tfvae__networks__x="",
        tfvae__data__registry='DATASETS = {"a": "tfvae.data.a", "b": "tfvae.data.b"}',
        tfvae__data__a="", tfvae__data__b="",
    )  # fmt: skip


def files_of(contents):
    return {name: [line.split()[0] for line in content.splitlines()] for name, content in contents.items()}


def test_a_stage_has_a_file_for_each_value_of_an_axis(study):
    first = ["pipeline/first_stage.py", "pipeline/stage.py"]
    assert files_of(fingerprints(study)) == {
        "check-parameters.txt": [
            "pipeline/check_parameters.py", "pipeline/params/fields.py", "src/tfvae/data/registry.py"
        ],
        "fetch-a.txt": ["pipeline/fetch.py", "pipeline/stage.py", "src/tfvae/data/a.py"],
        "fetch-b.txt": ["pipeline/fetch.py", "pipeline/stage.py", "src/tfvae/data/b.py"],
        "first-stage-cnn.txt": [*first, "src/tfvae/networks/cnn.py"],
        "first-stage-mlp.txt": [*first, "src/tfvae/networks/mlp.py"],
        "second.txt": ["pipeline/helper.py", "pipeline/second.py", "pipeline/stage.py"],
    }  # fmt: skip


def test_a_line_has_a_file_and_its_digest(study):
    helper, *_ = fingerprints(study)["second.txt"].splitlines()
    assert helper == f"pipeline/helper.py {digest('x = 1')}"


class Copy:
    """A copy of the project's sources, and of its fingerprints if there are any, in which the stage runs."""

    def __init__(self, root, source):
        self.root, self.code = root, root / "metrics" / "code"
        for name in ("pipeline", "src", *(["metrics"] if source != ROOT else [])):
            shutil.copytree(source / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))

    def run(self):
        command = [sys.executable, "-B", "-m", "pipeline.fingerprint", "--code", "metrics/code"]
        return subprocess.run(
            command, cwd=self.root, env=os.environ | {"PYTHONPATH": "."}, capture_output=True, text=True, check=False
        )

    def written(self):
        return {path.name: path.read_text(encoding="utf-8") for path in self.code.iterdir()}

    def add(self, file, text):
        path = self.root / file
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.fixture(scope="module")
def first_run(tmp_path_factory):
    """A copy in which the stage has run once; nobody changes it."""
    copy = Copy(tmp_path_factory.mktemp("first-run"), ROOT)
    assert copy.run().returncode == 0
    return copy


@pytest.fixture
def copy(first_run, tmp_path):
    return Copy(tmp_path, first_run.root)


def test_the_committed_files_are_those_of_the_code(copy):
    committed = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "metrics" / "code").iterdir()}
    assert copy.written() == committed == fingerprints()


def test_only_stages_that_run_a_changed_function_have_another_file(copy):
    before = copy.written()
    for file in ("pipeline/stage.py", "src/tfvae/evaluation/frechet.py", "pipeline/jobs/provenance.py"):
        copy.add(file, "\n# A comment\n")
    (copy.code / "gone.txt").write_text("a stage that is gone\n", encoding="utf-8")
    assert copy.run().returncode == 0
    assert copy.written() == before
    copy.add("src/tfvae/evaluation/precision_recall.py", "\n_ANOTHER = 1\n")
    copy.add("src/tfvae/networks/cnn.py", "\n_ANOTHER = 1\n")
    assert copy.run().returncode == 0
    after = copy.written()
    changed = {name for name in before if after[name] != before[name]}
    assert "summarize.txt" not in changed and "main-experiments-mlp.txt" not in changed
    assert {"main-experiments-cnn.txt", "augmented-sampling-mlp.txt", "colour.txt"} <= changed


@pytest.mark.parametrize("text", ["def f(:\n", "x = '\n", "  x\n", "\0", "import tfvae.gone\n"], ids=ascii)
def test_a_mistake_in_a_module_is_one_message_and_loses_nothing(copy, text):
    before = copy.written()
    copy.add("pipeline/stage.py", "\n_ANOTHER = 1\n")
    copy.add("src/tfvae/models/vae.py", text)
    done = copy.run()
    assert done.returncode == 1
    lines = len((copy.root / "src/tfvae/models/vae.py").read_text(encoding="utf-8").splitlines())
    assert done.stderr.startswith(f"error: src/tfvae/models/vae.py:{lines}: ")
    assert len(done.stderr.splitlines()) == 1
    assert copy.written() == before


def test_neither_numbers_nor_the_schema_are_imported():
    program = "import sys, pipeline.fingerprint; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"tensorflow", "keras", "pandas", "pydantic", "scipy"} & set(done.stdout.split())


def test_every_module_with_a_command_line_of_stage_run_is_a_stage():
    assert {"main_experiments", "check_parameters", "report"} <= set(stages())
    assert not {"fingerprint", "stage", "files", "contents"} & set(stages())
    assert set(codes("main_experiments")) == {"main-experiments-mlp", "main-experiments-cnn"}
