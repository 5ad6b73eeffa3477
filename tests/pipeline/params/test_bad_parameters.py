"""The check as a command, on hundreds of bad parameter files: each is refused by one message, and nothing is done."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipeline import check_parameters
from pipeline.jobs.closure import ROOT
from pipeline.params import loading
from pipeline.params.loading import ParameterError
from tests.pipeline.params.bad_files import MAKERS, every_bad_file, parsed, places, spliced
from tests.pipeline.params.json_schema import permits, schemas_at
from tests.pipeline.params.parameter_files import (
    EACH_FILE,
    FILES,
    TEXTS,
    as_written,
    checked_once,
    copy_files,
    dotted,
    load_from,
    paths,
)

# As they are written: numbers, words, quoted and plain text, some with an anchor or a tag.
SCALARS = st.tuples(
    st.sampled_from(["", "", "", "", "&a ", "!!str ", "!!int "]),
    st.one_of(
        st.integers().map(str),
        st.integers(0).map(hex),
        st.floats().map(lambda value: repr(value).replace("inf", ".inf").replace("nan", ".nan")),
        st.sampled_from(["~", "yes", "true", "0o17", "1_000", "1e3", ".5", "2020-01-01", "1:30", "<<", "=", "100"]),
        st.sampled_from(["digits", "mnist", "all", "selected", "e0-d0", "e5-d1", "float32", "bernoulli", "cyclic"]),
        st.text(max_size=12).map(lambda text: json.dumps(text, ensure_ascii=False)),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
    ),
).map("".join)


def bytes_of(content):
    return content if isinstance(content, bytes) else content.encode()


def complaint(outcome, bad):
    """Return what is wrong with the way in which a bad file was refused, or None."""
    if not isinstance(outcome, str):  # which is a message and the status 1
        return f"ended with {outcome!r}"
    head, *lines = outcome.splitlines()
    if not head.startswith(f"error: {FILES[bad.file]}") or "Traceback" in outcome or len(outcome) > 20_000:
        return f"said {outcome[:500]!r}"
    if not all(line.isprintable() for line in (head, *lines)):
        return f"printed {outcome[:500]!r}"
    named = not bad.keys or any(line.startswith((f"  {key}:", f"  {key}.")) for line in lines for key in bad.keys)
    return None if named else f"named none of {bad.keys}: {outcome[:500]!r}"


@pytest.fixture(scope="module", autouse=True)
def quick_reading():
    """Let committed texts be parsed and checked once, so that beside a bad file the good ones cost nothing."""
    committed, read, contents = {(ROOT / path).read_bytes() for path in FILES.values()}, loading.plain_content, {}

    def plain_content(path):
        text = path.read_bytes()
        if text not in committed:
            return read(path)
        if text not in contents:
            contents[text] = read(path)
        return contents[text]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "plain_content", plain_content)
        patch.setattr(loading, "FILES", checked_once(contents.values()))
        yield


@EACH_FILE
@pytest.mark.parametrize("make", MAKERS)
def test_a_bad_file_is_refused_with_one_message(tmp_path, monkeypatch, capsys, make, file):
    monkeypatch.chdir(tmp_path)
    files = ["--parameters", "params.yaml", "--architectures", "architectures.yaml"]
    monkeypatch.setattr("sys.argv", ["check_parameters", *files, "--marker", "data/parameters-checked"])
    copy_files(Path())
    complaints = []
    for bad in every_bad_file(file)[make]:
        FILES[file].write_bytes(bytes_of(bad.content))
        try:
            outcome = check_parameters.main()
        except SystemExit as error:
            outcome = error.code
        except Exception as error:
            outcome = error
        if (wrong := complaint(outcome, bad)) is not None:
            complaints.append((wrong, bad.content[:2000]))
    assert complaints == []
    # Neither a marker nor what a command in a value would have left, and nothing printed besides.
    assert {path.relative_to(tmp_path) for path in tmp_path.rglob("*")} == {*FILES.values(), Path("params")}
    assert capsys.readouterr() == ("", "")


def test_there_are_at_least_500_bad_files(record_property):
    made = ((file, bad) for file in FILES for files in every_bad_file(file).values() for bad in files)
    files = {(file, bytes_of(bad.content)) for file, bad in made}
    record_property("bad_parameter_files", len(files))
    assert len(files) >= 500
    assert not files & {(file, bytes_of(text)) for file, text in TEXTS.items()}


@settings(max_examples=120)
@given(place=st.sampled_from([(file, path) for file in FILES for path in places(TEXTS[file]) if path]), raw=SCALARS)
def test_a_scalar_anywhere_is_taken_as_it_is_or_refused_by_name(tmp_path_factory, place, raw):
    file, path = place
    try:
        [scalar] = parsed(f"[{raw}\n]")
    except Exception:
        assume(False)  # it is not one scalar
    assume(not isinstance(scalar, (list, dict)))
    permitted = permits(schemas_at(file, path), scalar)
    text = spliced(TEXTS[file], places(TEXTS[file])[path], raw)
    folder = tmp_path_factory.getbasetemp() / "scalars"
    folder.mkdir(exist_ok=True)
    copy_files(folder)
    written = folder / FILES[file]
    written.write_text(text, encoding="utf-8")
    try:
        content = as_written(load_from(folder, file), file)
    except ParameterError as error:
        head, *lines = str(error).splitlines()
        assert head.startswith(str(written)) or permitted
        if not lines:
            assert (raw[0] in "&!" and "and tags (!) are not allowed" in head) or not readable(text)
        elif not permitted:
            assert any(line.startswith(f"  {dotted(path)}:") for line in lines)
        else:  # it does not fit to another value
            assert path[0] in str(error)
    else:
        assert permitted and scalars(content) == scalars(parsed(text))


def readable(text):
    """Return whether DVC can read a text: its parser, the one in C, refuses more than the other."""
    try:
        YAML(typ="safe").load(text)
    except Exception:
        return False
    return True


def scalars(content):
    """Return {path: (value, its type, where numbers are alike)} of all that is no list or mapping."""
    entries = [(path, value) for path, value in paths(content) if not isinstance(value, (list, dict))]
    return {path: (value, type(value) if isinstance(value, (bool, str)) else float) for path, value in entries}
