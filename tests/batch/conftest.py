"""A server that speaks S3, for the documents that lie elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from storage_samples import TEXT


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server with a bucket of documents; who uses it is told by the environment."""
    fsspec = pytest.importorskip("fsspec", reason="de extra 's3' is niet geïnstalleerd")
    pytest.importorskip("s3fs", reason="de extra 's3' is niet geïnstalleerd")
    moto = pytest.importorskip("moto.server", reason="moto is niet geïnstalleerd")
    server = moto.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _environment(f"http://{host}:{port}").items():
            patch.setenv(name, value)
        system = fsspec.filesystem("s3", skip_instance_cache=True)
        system.mkdir("lindermeer")
        system.pipe(
            {
                "lindermeer/plannen/visie.md": TEXT,
                "lindermeer/plannen/sub/a::b#c?d%20.md": TEXT,
                "lindermeer/plannen/groot.txt": b"x" * (9 * 1024 * 1024),
                "lindermeer/plannen/sub/foto.png": b"",
            }
        )
    yield f"http://{host}:{port}"
    server.stop()


def _environment(address: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "proef",
        "AWS_SECRET_ACCESS_KEY": "proef",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the documents on that server."""
    for name, value in _environment(s3_server).items():
        monkeypatch.setenv(name, value)
    return "s3://lindermeer/plannen"
