import errno
import gzip
import hashlib
import os
import subprocess
import sys

import pytest

from pipeline.jobs.closure import ROOT
from tests.data import mirrors
from tests.data.mirrors import FAULTS, PAGE, REASONS, flipped
from tfvae.data import DatasetUnavailable, fetching

CONTENT = bytes(range(256)) * 40
PACKED = gzip.compress(CONTENT, mtime=0)
NAME = "numbers"
FILES = {f"{NAME}.gz": PACKED, "other.gz": gzip.compress(flipped(CONTENT, 99), mtime=0)}


@pytest.fixture
def server():
    with mirrors.serving(dict(FILES)) as server:
        yield server


@pytest.fixture
def source(server, monkeypatch):
    """Build a source from names of answers."""

    def build(*answers):
        if mirrors.SILENT & set(answers):
            monkeypatch.setattr(fetching, "TIMEOUT", 1.0)
        addresses = tuple(mirrors.address(server, answer) for answer in answers)
        return fetching.Source("counting", addresses, {NAME: hashlib.sha256(CONTENT).hexdigest()})

    return build


def fetch(source, path=None):
    return fetching.fetch(source, NAME, fetching.verified, path)


def stored(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*")} if folder.exists() else {}


@pytest.mark.parametrize("body", [PACKED, gzip.compress(CONTENT, compresslevel=1, mtime=7), CONTENT])
@pytest.mark.parametrize("answer", mirrors.GOOD)
def test_right_data_is_returned_and_kept(answer, body, source, server, cache):
    server.files[f"{NAME}.gz"] = body
    assert fetch(source(answer)) == CONTENT
    assert server.requests[0] == f"/{answer}/{NAME}.gz"
    kept = stored(cache("counting"))
    assert list(kept) == [f"{NAME}.gz"], "one file, and no temporary one beside it"
    assert gzip.decompress(kept[f"{NAME}.gz"]) == CONTENT
    server.requests.clear()
    assert fetch(source(answer)) == CONTENT
    assert server.requests == [], "the second time the cache serves it"


@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_data_is_never_stored(fault, source, server, cache):
    with pytest.raises(DatasetUnavailable) as caught:
        fetch(source(fault))
    (line,) = [line for line in str(caught.value).splitlines() if f"/{fault}/{NAME}.gz: " in line]
    assert line.startswith("  - http") and REASONS[fault] in line
    assert stored(cache("counting")) == {}


@pytest.mark.parametrize("fault", FAULTS)
def test_next_mirror_is_tried(fault, source, server, cache):
    assert fetch(source(fault, "good")) == CONTENT
    assert server.requests[-1] == f"/good/{NAME}.gz"
    assert stored(cache("counting")) == {f"{NAME}.gz": PACKED}


def test_no_flipped_bit_passes():
    """A bit of the header that says nothing of the content, such as the time, may be another."""
    checksum = hashlib.sha256(CONTENT).hexdigest()
    refused = 0
    for place in range(len(PACKED)):
        for bit in range(8):
            changed = bytearray(PACKED)
            changed[place] ^= 1 << bit
            try:
                assert fetching.verified(fetching._uncompressed(bytes(changed)), checksum) == CONTENT
            except ValueError:
                refused += 1
    assert refused > 7 * (len(PACKED) - 10)


def test_message_names_every_place_with_its_reason_and_the_way_out(source, tmp_path, monkeypatch):
    monkeypatch.setenv("TFVAE_DATA_DIR", str(tmp_path / "mine"))
    with pytest.raises(DatasetUnavailable) as caught:
        fetch(source("missing", "flipped", "refused"), tmp_path)
    lines = str(caught.value).splitlines()
    absent = [tmp_path, tmp_path / "mine" / "counting", tmp_path / "cache" / "counting"]
    expected = [
        *(f"  - {folder / NAME}{suffix}: no such file" for folder in absent[:2] for suffix in (".gz", "")),
        f"  - {absent[2] / NAME}.gz: no such file",
    ]
    assert lines[1 : 1 + len(expected)] == expected
    attempts = lines[1 + len(expected) : 4 + len(expected)]
    for fault, line in zip(("missing", "flipped", "refused"), attempts, strict=True):
        assert line.startswith("  - http://127.0.0.1:") and f"/{fault}/{NAME}.gz: " in line and REASONS[fault] in line
    rest = "\n".join(lines[4 + len(expected) :])
    assert "TFVAE_DATA_DIR" in rest and f"  - counting/{NAME}.gz\n" in rest and '"digits"' in rest


def test_a_reason_of_several_lines_takes_one(source):
    def refuse(content, checksum):
        raise ValueError("one\n\ttwo")

    with pytest.raises(DatasetUnavailable, match=rf"\n  - http\S+/good/{NAME}\.gz: one two\n"):
        fetching.fetch(source("good"), NAME, refuse)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_files_of_the_user_come_first(suffix, source, server, tmp_path, monkeypatch, cache):
    folder = tmp_path / "mine" / "counting"
    folder.mkdir(parents=True)
    (folder / f"{NAME}{suffix}").write_bytes(PACKED if suffix else CONTENT)
    monkeypatch.setenv("TFVAE_DATA_DIR", str(tmp_path / "mine"))
    assert fetch(source("good")) == CONTENT
    assert server.requests == []
    assert stored(cache("counting")) == {}, "the user's own files are not copied"


def test_path_comes_before_the_environment_and_both_before_the_cache(source, server, tmp_path, monkeypatch, cache):
    """The places are emptied in the order in which they are read: a wrong one warns as soon as it is reached."""
    monkeypatch.setenv("TFVAE_DATA_DIR", str(tmp_path / "environment"))
    places = [tmp_path / "path", tmp_path / "environment" / "counting", cache("counting")]
    for place in places:
        place.mkdir(parents=True)
        (place / f"{NAME}.gz").write_bytes(PACKED)
    for broken in range(len(places)):
        (places[broken] / f"{NAME}.gz").write_bytes(PACKED[:-9])
        with pytest.warns(UserWarning, match="damaged or truncated") as warned:
            assert fetch(source("good"), places[0]) == CONTENT
        assert [str(place) in str(w.message) for place, w in zip(places, warned, strict=False)] == [True] * (broken + 1)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "wrong", [CONTENT[:-1], flipped(PACKED, 30), PAGE, b""], ids=["short", "damaged", "page", "empty"]
)
def test_wrong_local_file_is_reported_and_passed_over(wrong, source, tmp_path, monkeypatch):
    (tmp_path / "counting").mkdir()
    (tmp_path / "counting" / NAME).write_bytes(wrong)
    monkeypatch.setenv("TFVAE_DATA_DIR", str(tmp_path))
    with pytest.warns(UserWarning, match=f"ignoring .* counting: .*{NAME}: "):
        assert fetch(source("good")) == CONTENT


def test_damaged_cache_is_mended(source, server, cache):
    cache("counting").mkdir(parents=True)
    (cache("counting") / f"{NAME}.gz").write_bytes(PACKED[:100])
    with pytest.warns(UserWarning, match="damaged or truncated"):
        assert fetch(source("good")) == CONTENT
    assert stored(cache("counting")) == {f"{NAME}.gz": PACKED}
    assert len(server.requests) == 1


def test_cache_that_cannot_be_written_is_no_obstacle(source, cache):
    cache("counting").parent.mkdir(parents=True)
    cache("counting").write_text("a file where the folder should be")
    with pytest.warns(UserWarning, match="could not keep a copy of numbers.gz"), pytest.warns(match="Not a directory"):
        assert fetch(source("good")) == CONTENT


def test_interruption_leaves_nothing_behind(source, cache, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch(source("good"))
    assert stored(cache("counting")) == {}


def test_full_disk_is_no_obstacle_and_leaves_nothing(source, cache, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.warns(UserWarning, match="could not keep a copy of numbers.gz in the cache: .*No space left"):
        assert fetch(source("good")) == CONTENT
    assert stored(cache("counting")) == {}


def test_a_killed_download_is_fetched_again(source, server, cache):
    """The process dies between the content and its name."""
    killed = f"""
import os, sys
from pathlib import Path
from tfvae.data import fetching
fetching.cache_directory = lambda dataset: Path({str(cache("counting"))!r})
os.replace = lambda *_: os._exit(9)
fetching.fetch(fetching.{source("good")!r}, {NAME!r}, fetching.verified)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    assert subprocess.run([sys.executable, "-c", killed], env=environment, check=False).returncode == 9
    assert not (cache("counting") / f"{NAME}.gz").exists()
    assert fetch(source("good")) == CONTENT
    assert len(server.requests) == 2
