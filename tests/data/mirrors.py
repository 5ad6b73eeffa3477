"""A server on this machine that gives files as they are, or with a fault: the first folder of an address says which."""

import contextlib
import http.server
import socket
import struct
import threading

GIVE_UP = 10  # seconds; a client that waits so long has no time-out, and sees the connection closed instead
PAGE = b"<!DOCTYPE html><html><body>Sign in to this network</body></html>"


def flipped(content, place):
    """Return the content with one bit changed."""
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        _, answer, name = self.path.split("/")
        {**GOOD, **FAULTS}[answer](self, self.server.files[name])

    def reply(self, body, status=200, sent=None, **headers):
        """Send `body`, or only its first `sent` bytes after promising all of it."""
        self.send_response(status)
        for header, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body[:sent])
        self.wfile.flush()

    def redirect(self, address):
        self.reply(b"", 302, Location=address)

    def name(self):
        return self.path.rpartition("/")[2]

    def other_file(self):
        return next(body for name, body in self.server.files.items() if name != self.name())

    def log_message(self, *args):
        pass


def reset(handler, body):
    handler.reply(body, sent=len(body) // 2)
    # Closed with a linger time of 0, a connection is reset.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def stall(handler, body):
    handler.reply(body, sent=len(body) // 2)
    handler.server.released.wait(GIVE_UP)


def end_within_chunks(handler, body):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"10\r\n" + body[:16] + b"\r\n")


GOOD = {
    "good": lambda handler, body: handler.reply(body),
    "moved": lambda handler, body: handler.redirect(f"/good/{handler.name()}"),
}
FAULTS = {
    "missing": lambda handler, body: handler.reply(b"not here", 404),
    "broken": lambda handler, body: handler.reply(body, 503),
    "empty": lambda handler, body: handler.reply(b""),
    "page": lambda handler, body: handler.reply(PAGE, Content_Type="text/html"),
    "portal": lambda handler, body: handler.redirect(f"/page/{handler.name()}"),
    "loop": lambda handler, body: handler.redirect(handler.path),
    "local": lambda handler, body: handler.redirect("file:///dev/null"),
    "part": lambda handler, body: handler.reply(body[: len(body) // 2], 206),
    "truncated": lambda handler, body: handler.reply(body[:-20]),
    "cut": lambda handler, body: handler.reply(body, sent=len(body) // 2),
    "chunks": end_within_chunks,
    "reset": reset,
    "stalled": stall,
    "silent": lambda handler, body: handler.server.released.wait(GIVE_UP),
    "flipped": lambda handler, body: handler.reply(flipped(body, len(body) // 2)),
    "encoded": lambda handler, body: handler.reply(body[1:], Content_Encoding="gzip"),
    "other": lambda handler, body: handler.reply(handler.other_file()),
    "garbage": lambda handler, body: handler.wfile.write(b"no answer in HTTP\r\n\r\n"),
    "plain": None,  # asked for https, the server answers without TLS
    "refused": None,  # nobody listens
}
"""What can go wrong with a mirror: fault -> what the handler does, given the right file. The last two are of the
connection: `address` sees to them."""

SILENT = {"stalled", "silent"}
"""Those that a time-out ends. Tests shorten it for these alone: a busy machine may be slow to serve the others."""

REASONS = {
    "missing": "404",
    "broken": "503",
    "empty": "wrong content (0 bytes",
    "page": "a web page instead of the file",
    "portal": "a web page instead of the file",
    "loop": "redirects",
    "local": "file:///dev/null",
    "part": "damaged or truncated",
    "truncated": "damaged or truncated",
    "cut": "IncompleteRead",
    "chunks": "prematurely",
    "reset": "reset by peer",
    "stalled": "timed out",
    "silent": "timed out",
    "flipped": "damaged or truncated",
    "encoded": "content-encoding: gzip",
    "other": "wrong content (",
    "garbage": "BadStatusLine",
    "plain": "SSL",
    "refused": "refused",
}
"""What the message says of each fault."""


@contextlib.contextmanager
def serving(files):
    """Serve files, name -> content; `server.requests` lists the paths asked for."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.files, server.requests, server.released = files, [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


def address(server, answer):
    """Return the address of a mirror that gives `answer`."""
    scheme, port = "https" if answer == "plain" else "http", server.server_port
    if answer == "refused":
        with contextlib.closing(socket.socket()) as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]  # nobody listens here once the socket is closed
    return f"{scheme}://127.0.0.1:{port}/{answer}/"
