import contextlib
import gzip
import hashlib
import http.server
import socket
import threading

import pytest

from tfvae.data import DatasetUnavailable, fetching

CONTENT = bytes(range(256)) * 40
PACKED = gzip.compress(CONTENT, mtime=0)
NAME = "numbers"
PAGE = b"<!DOCTYPE html><html><body>Sign in to this network</body></html>"
REFUSED = "refused"


def flipped(content, place):
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the answers of `server.answers`, by the first folder of the address, and notes what was asked for."""

    def do_GET(self):
        self.server.requests.append(self.path)
        status, headers, body, stalls = self.server.answers[self.path.split("/")[1]]
        self.send_response(status)
        for header, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()
        if stalls:
            self.server.released.wait()

    def log_message(self, *args):
        pass


ANSWERS = {
    "good": (200, {}, PACKED, False),
    "recompressed": (200, {}, gzip.compress(CONTENT, compresslevel=1, mtime=7), False),
    "uncompressed": (200, {}, CONTENT, False),
    "transport": (200, {"Content-Encoding": "gzip"}, PACKED, False),
    "missing": (404, {}, b"not here", False),
    "broken": (500, {}, PACKED, False),
    "empty": (200, {}, b"", False),
    "page": (200, {"Content-Type": "text/html"}, PAGE, False),
    "truncated": (200, {}, PACKED[:-20], False),
    "cut": (200, {"Content-Length": str(len(PACKED))}, PACKED[:50], False),
    "stalled": (200, {"Content-Length": str(len(PACKED))}, PACKED[:50], True),
    "flipped": (200, {}, flipped(PACKED, len(PACKED) // 2), False),
    "other": (200, {}, gzip.compress(flipped(CONTENT, 99), mtime=0), False),
}
BAD = ["missing", "broken", "empty", "page", "truncated", "cut", "stalled", "flipped", "other", REFUSED]
GOOD = ["good", "recompressed", "uncompressed", "transport"]


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(fetching, "TIMEOUT", 1.0)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.answers, server.requests, server.released = ANSWERS, [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def source(server):
    """Build a source from names of answers."""

    def build(*answers):
        with contextlib.closing(socket.socket()) as unused:
            unused.bind(("127.0.0.1", 0))
            closed = unused.getsockname()[1]  # nobody listens here once the socket is closed
        ports = {REFUSED: closed}
        mirrors = tuple(f"http://127.0.0.1:{ports.get(answer, server.server_port)}/{answer}/" for answer in answers)
        return fetching.Source("counting", mirrors, {NAME: hashlib.sha256(CONTENT).hexdigest()})

    return build


def stored(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*")} if folder.exists() else {}


@pytest.mark.parametrize("answer", GOOD)
def test_right_data_is_returned_and_kept(answer, source, server, cache):
    assert fetching.fetch(source(answer), NAME) == CONTENT
    assert server.requests == [f"/{answer}/{NAME}.gz"]
    kept = stored(cache("counting"))
    assert list(kept) == [f"{NAME}.gz"], "one file, and no temporary one beside it"
    assert gzip.decompress(kept[f"{NAME}.gz"]) == CONTENT
    assert fetching.fetch(source(answer), NAME) == CONTENT
    assert len(server.requests) == 1, "the second time the cache serves it"


@pytest.mark.parametrize("answer", BAD)
def test_wrong_data_is_never_stored(answer, source, cache):
    with pytest.raises(DatasetUnavailable, match=f"/{answer}/{NAME}.gz: "):
        fetching.fetch(source(answer), NAME)
    assert stored(cache("counting")) == {}


@pytest.mark.parametrize("answer", BAD)
def test_next_mirror_is_tried(answer, source, cache):
    assert fetching.fetch(source(answer, "good"), NAME) == CONTENT
    assert stored(cache("counting")) == {f"{NAME}.gz": PACKED}


def test_message_names_every_place_with_its_reason_and_the_way_out(source, tmp_path, monkeypatch):
    monkeypatch.setenv("TFVAE_DATA_DIR", str(tmp_path / "mine"))
    with pytest.raises(DatasetUnavailable) as caught:
        fetching.fetch(source(*BAD), NAME, tmp_path)
    message = str(caught.value)
    reasons = {
        f"{tmp_path / NAME}.gz": "no such file",
        f"{tmp_path / NAME}:": "no such file",
        f"{tmp_path / 'mine' / 'counting' / NAME}.gz": "no such file",
        f"{tmp_path / 'cache' / 'counting' / NAME}.gz": "no such file",
        "/missing/": "404",
        "/broken/": "500",
        "/empty/": "0 bytes uncompressed",
        "/page/": "a web page instead of the file",
        "/truncated/": "damaged or truncated gzip file",
        "/cut/": "IncompleteRead",
        "/stalled/": "timed out",
        "/flipped/": "damaged|wrong content",
        "/other/": hashlib.sha256(flipped(CONTENT, 99)).hexdigest(),
        f"/{REFUSED}/": "refused",
    }
    lines = message.splitlines()
    for place, reason in reasons.items():
        line = next(line for line in lines if place in line)
        assert any(part in line for part in reason.split("|")), line
    assert "TFVAE_DATA_DIR" in message
    assert f"  - counting/{NAME}.gz" in lines
    assert '"digits"' in message


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_files_of_the_user_come_first(suffix, source, server, tmp_path, monkeypatch, cache):
    folder = tmp_path / "mine" / "counting"
    folder.mkdir(parents=True)
    (folder / f"{NAME}{suffix}").write_bytes(PACKED if suffix else CONTENT)
    monkeypatch.setenv("TFVAE_DATA_DIR", str(tmp_path / "mine"))
    assert fetching.fetch(source("good"), NAME) == CONTENT
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
            assert fetching.fetch(source("good"), NAME, places[0]) == CONTENT
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
        assert fetching.fetch(source("good"), NAME) == CONTENT


def test_damaged_cache_is_mended(source, server, cache):
    cache("counting").mkdir(parents=True)
    (cache("counting") / f"{NAME}.gz").write_bytes(PACKED[:100])
    with pytest.warns(UserWarning, match="damaged or truncated"):
        assert fetching.fetch(source("good"), NAME) == CONTENT
    assert stored(cache("counting")) == {f"{NAME}.gz": PACKED}
    assert len(server.requests) == 1


def test_cache_that_cannot_be_written_is_no_obstacle(source, cache):
    cache("counting").parent.mkdir(parents=True)
    cache("counting").write_text("a file where the folder should be")
    with pytest.warns(UserWarning, match="could not keep a copy of numbers.gz"), pytest.warns(match="Not a directory"):
        assert fetching.fetch(source("good"), NAME) == CONTENT


def test_interruption_leaves_nothing_behind(source, cache, monkeypatch):
    def interrupted(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetching.fetch(source("good"), NAME)
    assert stored(cache("counting")) == {}
