"""Unit tests reach no network: whoever opens a socket here learns it at once."""

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_sockets():
    disable_socket()
    yield
    enable_socket()
