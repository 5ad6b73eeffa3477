"""No code of the project runs what a file or a text holds: nothing unpickles, evaluates, or starts a shell."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for folder in ("src", "pipeline") for path in (ROOT / folder).rglob("*.py"))

# They unpickle, or run what they read in another way; the project's YAML parser is ruamel.yaml, always as "safe".
MODULES = {
    "_pickle", "cPickle", "cloudpickle", "code", "codeop", "commands", "dill", "imp", "joblib", "jsonpickle", "marshal",
    "pickle", "pickletools", "pty", "runpy", "shelve", "torch", "yaml",
}  # fmt: skip
NAMES = {"__import__", "compile", "eval", "exec"}
# Whatever they belong to.
ATTRIBUTES = {
    "enable_unsafe_deserialization", "from_config", "full_load", "load_model", "model_from_config", "model_from_json",
    "numpy_function", "py_function", "read_pickle", "to_pickle", "unsafe_load", "getoutput", "getstatusoutput",
}  # fmt: skip
OF_OS = ("exec", "popen", "posix_spawn", "spawn", "startfile", "system")  # beginnings of names
# Keyword arguments that must have this one value wherever they stand, and calls that need one of them.
KEYWORDS = {"allow_pickle": False, "safe_mode": True, "shell": False, "typ": "safe"}
NEEDED = {"YAML": "typ", "yaml.YAML": "typ", "np.load": "allow_pickle", "numpy.load": "allow_pickle"}


# What was looked at: a pickle that is compared with the digest that the process that wrote it sends through a pipe; a
# function that counts cores; our own `tfvae.models.saving.load_model`, which reads JSON and numbers alone.
HARMLESS = {
    "pipeline/jobs/executors.py": {"pickle"},
    "src/tfvae/training/jobs.py": {"joblib"},
    "src/tfvae/command/inputs.py": {"load_model"},
    "src/tfvae/export/functions.py": {"load_model"},
    "src/tfvae/export/safetensors.py": {"load_model"},
}


def dangers(source):
    """Return (line, what) of everything in a source text that could run what a file or a text holds."""
    return [(node.lineno, what) for node in ast.walk(ast.parse(source)) for what in _of(node)]


def _of(node):
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name.split(".")[0] in MODULES)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        if node.module.split(".")[0] in MODULES:
            yield node.module
        yield from (alias.name for alias in node.names if _is_dangerous(node.module, alias.name))
    elif isinstance(node, ast.Name) and node.id in NAMES:
        yield node.id
    elif isinstance(node, ast.Attribute) and _is_dangerous(ast.unparse(node.value), node.attr):
        yield node.attr
    elif isinstance(node, ast.Call):
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        yield from (name for name, value in KEYWORDS.items() if given.get(name, repr(value)) != repr(value))
        function = ast.unparse(node.func)
        yield from (
            f"{name} without {argument}"
            for name, argument in NEEDED.items()
            if (function == name or function.endswith(f".{name}")) and argument not in given
        )


def _is_dangerous(owner, name):
    return name in ATTRIBUTES or (owner == "os" and name.startswith(OF_OS))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_runs_nothing_that_it_reads(path):
    found = {what for _, what in dangers(path.read_text(encoding="utf-8"))}
    assert found == HARMLESS.get(str(path.relative_to(ROOT)), set())


def test_the_whole_project_is_searched():
    assert len(SOURCES) > 90 and {path.name for path in SOURCES} >= {"stage.py", "checkpoints.py", "loading.py"}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import numpy, pickle as p",
        "from pickle import loads",
        "def f():\n    import joblib",
        "import torch",
        "from yaml import safe_load",
        "eval('1')",
        "run = exec",
        "__import__('os')",
        "compile(text, 'x', 'exec')",
        "os.system('touch x')",
        "from os import system",
        "os.popen('x')",
        "os.execvp('x', [])",
        "subprocess.getoutput('x')",
        "subprocess.run('touch x', shell=True)",
        "subprocess.run('touch x', shell=flag)",
        "np.load(path)",
        "numpy.load(path, mmap_mode='r')",
        "np.load(path, allow_pickle=True)",
        "np.savez(path, allow_pickle=anything)",
        "pd.read_pickle(path)",
        "YAML()",
        "YAML(typ='unsafe')",
        "ruamel.yaml.YAML(typ=kind)",
        "keras.models.load_model(path)",
        "from keras.models import load_model",
        "keras.saving.enable_unsafe_deserialization()",
        "keras.Model.from_config(content)",
        "restore(path, safe_mode=False)",
        "tf.py_function(f, [], tf.float32)",
    ],
)
def test_dangers_are_noticed(source):
    assert dangers(source)


@pytest.mark.parametrize(
    "source",
    [
        "import json\nimport numpy as np\nnp.load(path, allow_pickle=False)",
        "YAML(typ='safe').load(text)",
        "json.loads(text)",
        "subprocess.run(['touch', 'x'], shell=False)",
        "tfvae.data.load(name)",
        "model.eval_steps, evaluate, executor, 'eval(x)', platform.system()",
        "from tfvae.networks import code\nfrom . import pickle_free",
    ],
)
def test_what_is_harmless_is_no_danger(source):
    assert dangers(source) == []
