"""Documents on storage elsewhere: found by the same rules, fetched within bounds, reasons in Dutch."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from storage_samples import TEXT

from uitvoerbaarheid.batch import discover
from uitvoerbaarheid.batch.remote import AddressError, FetchLimits, address_of, fetch, listing, version
from uitvoerbaarheid.batch.sources import Source, digest
from uitvoerbaarheid.records import UnreadableError

fsspec = pytest.importorskip("fsspec", reason="de extra 'dask' is niet geïnstalleerd")


@pytest.fixture
def memory() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    yield system
    for path in system.ls("/", detail=False):
        system.rm(path, recursive=True)


def _put(system: Any, *paths: str) -> None:
    system.pipe(dict.fromkeys(paths, TEXT))


def test_what_is_an_address_and_what_a_path_of_this_machine(tmp_path: Path) -> None:
    assert address_of("s3://emmer/plannen/") == "s3://emmer/plannen"
    assert address_of(Path("s3://emmer/plannen")) == "s3://emmer/plannen"
    assert (
        address_of("ABFS://map@account.dfs.core.windows.net/x") == "abfs://map@account.dfs.core.windows.net/x"
    )
    for path in ("plannen", "C:/plannen", "C:\\plannen", "plannen/a:b", tmp_path, tmp_path.as_uri()):
        assert address_of(path) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://example.org/visie.pdf", "worden niet gelezen"),
        ("zip::s3://emmer/x.zip", "worden niet gelezen"),
        ("sftp://wim:geheim@lindermeer.example/x", "Zet geen wachtwoord in een adres"),
    ],
)
def test_addresses_that_are_refused(address: str, said: str) -> None:
    with pytest.raises(AddressError, match=said) as caught:
        address_of(address)
    assert "geheim" not in str(caught.value)


def test_discover_lists_an_address_by_the_rules_of_folders(memory: Any) -> None:
    _put(
        memory,
        "/emmer/plannen/visie.md",
        "/emmer/plannen/sub/diep/a.HTML",
        "/emmer/plannen/README.md",
        "/emmer/plannen/foto.png",
        "/emmer/plannen/.verborgen/x.md",
        "/emmer/plannen/.x.md",
        "/emmer/plannen/~$b.docx",
        "/emmer/plannen/b.pdf.geannoteerd.pdf",
        "/emmer/plannen/oud/overzicht.csv",
        "/emmer/plannen/oud/overzicht.html",
        "/emmer/plannen/oud/overzicht.xlsx",
        "/emmer/plannen/oud/visie.pdf.html",
        "/emmer/anders/c.md",
    )
    sources, missing = discover(["memory://emmer/plannen", "memory://emmer/weg"])
    assert [(source.relative, source.address) for source in sources] == [
        ("sub/diep/a.HTML", "memory://emmer/plannen/sub/diep/a.HTML"),
        ("visie.md", "memory://emmer/plannen/visie.md"),
    ]
    assert [source.size for source in sources] == [len(TEXT)] * 2
    assert missing == ["memory://emmer/weg"]


def test_a_file_that_is_named_is_read_whatever_its_name(memory: Any) -> None:
    _put(memory, "/emmer/README.md")
    sources, missing = discover(["memory://emmer/README.md"])
    assert [source.relative for source in sources] == ["README.md"]
    assert not missing


def test_corrections_on_storage_are_told_of(memory: Any, caplog: pytest.LogCaptureFixture) -> None:
    _put(memory, "/emmer/visie.md", "/emmer/correcties.toml")
    sources, _ = discover(["memory://emmer"])
    assert [source.relative for source in sources] == ["visie.md"]
    assert "memory://emmer/correcties.toml telt niet mee" in caplog.text


def test_the_same_name_from_a_folder_and_from_storage(memory: Any, tmp_path: Path) -> None:
    _put(memory, "/emmer/Waterhoven/visie.md")
    (tmp_path / "visie.md").write_bytes(TEXT)
    sources, _ = discover([tmp_path, "memory://emmer/Waterhoven"])
    assert [source.relative for source in sources] == ["Waterhoven/visie.md", "visie.md"]


def test_a_file_address_is_a_path_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "een visie.md").write_bytes(TEXT)
    sources, missing = discover([tmp_path.as_uri()])
    assert sources == [Source("een visie.md", tmp_path / "een visie.md")]
    assert not missing


def test_names_on_storage_cannot_lead_out_of_a_folder() -> None:
    class Hostile:
        def info(self, path: str) -> dict[str, Any]:
            return {"name": path, "type": "directory"}

        def ls(self, path: str, detail: bool) -> list[dict[str, Any]]:
            if path.endswith(".."):
                return [{"name": f"{path}/b.md", "type": "file", "size": 1}]
            return [
                {"name": f"{path}/..", "type": "directory"},
                {"name": f"{path}/x\\..\\y\n.md", "type": "file", "size": 1},
            ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("uitvoerbaarheid.batch.remote._system", lambda address: (Hostile(), "emmer"))
        found = list(listing("s3://emmer", lambda names: False))
    assert sorted(file.relative for file in found) == ["x_.._y_.md"]
    assert [file.address for file in found] == ["s3://emmer/x\\..\\y\n.md"]


def test_a_listing_that_fails_half_way_is_an_error(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(memory, "/emmer/visie.md", "/emmer/sub/b.md")
    plain = memory.ls

    def refusing(path: str, **options: Any) -> Any:
        if path.endswith("sub"):
            raise PermissionError("AKIASECRET mag dit niet")
        return plain(path, **options)

    monkeypatch.setattr(type(memory), "ls", staticmethod(refusing))
    with pytest.raises(AddressError, match="zijn niet op te vragen: de toegang is geweigerd") as caught:
        discover(["memory://emmer"])
    assert "AKIASECRET" not in str(caught.value)


def test_digest_is_of_the_content_where_storage_names_no_versions(memory: Any, tmp_path: Path) -> None:
    _put(memory, "/emmer/visie.md")
    (tmp_path / "visie.md").write_bytes(TEXT)
    [there], _ = discover(["memory://emmer"])
    [here], _ = discover([tmp_path])
    assert digest(there) == digest(here) == hashlib.sha256(TEXT).hexdigest()


def test_digest_of_a_version_fetches_nothing_and_differs_by_version() -> None:
    first, second = (version("s3://emmer-die-er-niet-is/visie.md", tag, 3) for tag in ("etag=a", "etag=b"))
    assert first != second
    assert first == version("s3://emmer-die-er-niet-is/visie.md", "etag=a", 3)
    assert len(first) == len(hashlib.sha256().hexdigest())


def test_digest_of_what_is_not_there_says_why(memory: Any, tmp_path: Path) -> None:
    for source in (
        Source("weg.md", Path("memory:/emmer/weg.md"), "memory://emmer/weg.md"),
        Source("weg.md", tmp_path / "weg.md"),
    ):
        with pytest.raises(UnreadableError) as caught:
            digest(source)
        assert caught.value.code == "not_found"


def test_fetch_keeps_the_name_and_the_content(memory: Any, tmp_path: Path) -> None:
    name = "é" * 300 + ".md"
    _put(memory, "/emmer/visie 2040.md", f"/emmer/{name}")
    assert fetch("memory://emmer/visie 2040.md", tmp_path) == tmp_path / "visie 2040.md"
    assert (tmp_path / "visie 2040.md").read_bytes() == TEXT
    long = fetch(f"memory://emmer/{name}", tmp_path)
    assert long.suffix == ".md"
    assert long.read_bytes() == TEXT


def test_fetch_has_bounds_on_size_and_time(
    memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(memory, "/emmer/visie.md")
    with pytest.raises(UnreadableError) as caught:
        fetch("memory://emmer/visie.md", tmp_path, FetchLimits(size=4))
    assert caught.value.code == "too_large"

    def hanging(*_: Any, **__: Any) -> Any:
        time.sleep(3)
        raise OSError

    monkeypatch.setattr(type(memory), "open", hanging)
    with pytest.raises(UnreadableError) as caught:
        fetch("memory://emmer/visie.md", tmp_path, FetchLimits(seconds=0.2))
    assert caught.value.code == "timeout"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError("s3://emmer?sleutel=geheim"), "het bestaat niet"),
        (PermissionError("geheim"), "de toegang is geweigerd"),
        (type("NoCredentialsError", (Exception,), {})("geheim"), "de inloggegevens ontbreken"),
        (type("EndpointConnectionError", (Exception,), {})("geheim"), "niet te bereiken"),
        (TimeoutError("geheim"), "niet te bereiken"),
        (RuntimeError("geheim"), "de opslag gaf een fout"),
    ],
)
def test_why_a_document_cannot_be_fetched(
    error: Exception, said: str, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(type(memory), "open", failing)
    with pytest.raises(UnreadableError, match=said) as caught:
        fetch("memory://emmer/visie.md", tmp_path)
    assert caught.value.code == "not_found"
    assert "geheim" not in str(caught.value)


def test_what_is_to_be_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(protocol: str) -> Any:
        raise ImportError(f"please install {protocol}")

    monkeypatch.setattr("fsspec.get_filesystem_class", absent)
    with pytest.raises(AddressError, match=r"pip install 'uitvoerbaarheid\[s3\]'"):
        discover(["s3://emmer/plannen"])
    with pytest.raises(AddressError, match=r"pip install 'uitvoerbaarheid\[azure\]'"):
        discover(["abfs://map@account.dfs.core.windows.net/plannen"])


# --- a server that speaks S3 (conftest) -------------------------------------------------------------


def test_s3_documents_are_listed_with_what_names_their_version(bucket: str, tmp_path: Path) -> None:
    sources, missing = discover([bucket, "s3://lindermeer/weg"])
    assert [source.relative for source in sources] == ["groot.txt", "sub/a::b#c?d%20.md", "visie.md"]
    assert missing == ["s3://lindermeer/weg"]
    assert all(source.tag for source in sources)
    assert digest(sources[1]) != digest(sources[2])
    for source in sources:
        assert fetch(source.address, tmp_path).stat().st_size == source.size
    assert (tmp_path / "visie.md").read_bytes() == TEXT


def test_s3_a_changed_document_has_another_digest(bucket: str) -> None:
    system = fsspec.filesystem("s3", skip_instance_cache=True)
    system.pipe("lindermeer/anders/visie.md", TEXT)
    [before], _ = discover(["s3://lindermeer/anders"])
    system.pipe("lindermeer/anders/visie.md", TEXT.replace(b"bomen", b"bomem"))
    [after], _ = discover(["s3://lindermeer/anders"])
    assert before.size == after.size
    assert digest(before) != digest(after)


def test_s3_what_is_gone_since_it_was_listed(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="het bestaat niet") as caught:
        fetch(f"{bucket}/gisteren.md", tmp_path)
    assert caught.value.code == "not_found"


def test_s3_that_cannot_be_reached(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    try:
        with pytest.raises(AddressError, match="niet te bereiken"):
            discover([bucket])
    finally:
        fsspec.get_filesystem_class("s3").clear_instance_cache()
