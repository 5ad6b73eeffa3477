"""A `python` whose processes begin with the large libraries imported: each stage of a study would import them anew.

A server imports them once, and forks for each command `python -m module ...`, which has the client's environment,
folder and files. What a stage imports of the project it still imports itself.
"""

import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LIBRARIES = ("matplotlib.pyplot", "pandas", "pydantic", "scipy.stats", "sklearn.ensemble", "keras", "tensorflow")
# Finds the server by its own folder; -I and -S spare it what it does not need.
CLIENT = """#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect(os.path.dirname(os.path.abspath(__file__)) + "/socket")
command = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(server, [len(command).to_bytes(8, "big")], [0, 1, 2])
server.sendall(command)
sys.exit(int(server.recv(8) or 1))
"""


@contextmanager
def warm_python(folder: Path, environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Put a warm `python` into `folder`, and give `environment` with that as its first, until the context ends."""
    folder.mkdir()
    client = folder / "python"
    client.write_text(CLIENT.format(python=sys.executable), encoding="utf-8")
    client.chmod(0o755)
    command = [sys.executable, __file__, str(folder / "socket")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=folder) as server:
        assert server.stdout is not None and server.stdout.readline() == b"ready\n"
        try:
            yield {**environment, "PATH": os.pathsep.join([str(folder), environment["PATH"]])}
        finally:
            server.terminate()


def serve(address: str) -> None:
    """Fork for each client, until this process is terminated."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    for name in LIBRARIES:
        __import__(name)
    signal.signal(signal.SIGCHLD, _bury)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)
        while True:
            client, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _become(client)
            client.close()


def _bury(*_: object) -> None:
    """Forget children that have ended; their clients have heard how."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(client: socket.socket) -> None:
    """Run the client's command as if this process were the client, tell it the exit status, and end."""
    length, files, _, _ = socket.recv_fds(client, 8, 3)
    content = b""
    while len(content) < int.from_bytes(length, "big"):
        content += client.recv(65536)
    (dash, module, *line), folder, environment = json.loads(content)
    assert dash == "-m"
    for number, file in enumerate(files):
        os.dup2(file, number)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[0] = folder
    sys.orig_argv, sys.argv = [sys.executable, dash, module, *line], [module, *line]
    importlib.reload(sys.modules["sitecustomize"])  # as a new process would; the server's own start found no stage
    status = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    client.sendall(str(status).encode())
    os._exit(status)


if __name__ == "__main__":
    serve(sys.argv[1])
