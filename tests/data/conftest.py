"""Every test of the data starts with an empty cache, without the user's files, and cannot leave this machine."""

import socket

import pytest

from tfvae.data import fetching


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache; returns the function that names a dataset's folder in it."""

    def cache_directory(dataset):
        return tmp_path / "cache" / dataset

    monkeypatch.setattr(fetching, "cache_directory", cache_directory)
    return cache_directory


@pytest.fixture(autouse=True)
def no_user_files(monkeypatch):
    monkeypatch.delenv("TFVAE_DATA_DIR", raising=False)


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch):
    connect = socket.socket.connect

    def connect_locally(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
            raise OSError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_locally)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
