"""Documents on object storage or a server, by address (``s3://bucket/plannen``), through fsspec.

Who may read them is settled as that storage's own programs do: by the environment, the machine's role or
files in the home folder. Nothing of it stands in an address, in a task or in a message.
"""

from __future__ import annotations

import errno
import hashlib
import os
import posixpath
import queue
import re
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from uitvoerbaarheid.extraction import MAX_BYTES
from uitvoerbaarheid.records import UnreadableError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

#: The kinds of address that are read, each with what is to be installed for it.
PROTOCOLS = {
    "s3": "uitvoerbaarheid[s3]",
    "s3a": "uitvoerbaarheid[s3]",
    "abfs": "uitvoerbaarheid[azure]",
    "abfss": "uitvoerbaarheid[azure]",
    "az": "uitvoerbaarheid[azure]",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "sftp": "paramiko",
    "ssh": "paramiko",
    "smb": "smbprotocol",
    "hdfs": "pyarrow",
    "webhdfs": "requests",
    "memory": "fsspec",
}

#: One letter is a drive on Windows. A path in between may have taken one of the slashes.
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)((?:::[^/]*)?):/+(.*)", re.IGNORECASE | re.DOTALL)
#: What a store says of a version of an object that no other version of it has. A date and a size are not
#: enough: within a second, or with a clock set back, other content may have them too.
_TAGS = ("etag", "e_tag", "versionid", "version_id", "generation", "md5hash", "content_md5")
_CHUNK = 4 * 1024 * 1024
#: The longest name, in bytes, that every file system takes with room for an ending.
_LONGEST_NAME = 200
#: What may not stand in the name of a file: control characters and the separator of Windows everywhere.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f\\<>:"|?*]' if os.name == "nt" else r"[\x00-\x1f\x7f\\]")


class AddressError(Exception):
    """An address that cannot be used, or whose storage cannot be reached; the message is Dutch."""


@dataclass(frozen=True)
class FetchLimits:
    """What fetching one document may take: ``size`` in bytes, and seconds with an allowance by megabyte."""

    size: int = MAX_BYTES
    seconds: float = 60.0
    seconds_per_megabyte: float = 2.0


@dataclass(frozen=True)
class Remote:
    """A file on storage: ``relative`` to where the listing began, ``tag`` what names this version ("": none).

    ``size`` is in bytes, 0 where it is unknown.
    """

    relative: str
    address: str
    tag: str
    size: int


def address_of(given: str | Path) -> str | None:
    """The address in what a user gave, None for a path of this machine. ``file://`` is such a path too.

    Raises AddressError for one that is not read, or that has a password in it.
    """
    text = given.as_posix() if isinstance(given, Path) else given
    match = _ADDRESS.fullmatch(text)
    if match is None or local_path(text) is not None or os.path.lexists(text):
        return None
    protocol, chained, rest = match[1].lower(), match[2], match[3]
    if chained or protocol not in PROTOCOLS:
        known = ", ".join(f"{name}://" for name in ("s3", "abfs", "gs", "sftp"))
        raise AddressError(
            f"Adressen die met '{match[1]}{chained}:' beginnen worden niet gelezen; wel {known}."
        )
    server, _, path = rest.partition("/")
    if ":" in server.rpartition("@")[0]:
        raise AddressError(
            "Zet geen wachtwoord in een adres: het komt dan in rapporten en logboeken. Geef inloggegevens "
            "zoals uw opslag dat voorschrijft, bijvoorbeeld met omgevingsvariabelen."
        )
    return f"{protocol}://{server}/{path}".rstrip("/") if path else f"{protocol}://{server}"


def local_path(address: str) -> Path | None:
    """The path that a ``file://`` address stands for, None for any other."""
    parts = urlsplit(address) if address[:5].lower() == "file:" else None
    return Path(url2pathname(parts.path)) if parts else None


def listing(address: str, skips: Callable[[set[str]], bool]) -> Iterator[Remote]:
    """All files below an address, folders recursively, or the file itself that is at it.

    Hidden folders are left out, and those of which ``skips`` says so, given the names of their files. Raises
    FileNotFoundError where nothing is there and AddressError where the storage cannot be listed: a part of it
    that is missed without a word would be lost.
    """
    system, root = _system(address)
    try:
        info = system.info(root)
        if info["type"] != "directory":
            yield _remote(posixpath.basename(root), address, info)
            return
        below = [(root.rstrip("/"), "")]
        while below:
            folder, relative = below.pop()
            subfolders, files = _entries(system, folder)
            if skips(set(files)):
                continue
            below += [
                (path, f"{relative}{name}/")
                for name, path in sorted(subfolders.items(), reverse=True)
                if not name.startswith(".")
            ]
            for name, info in sorted(files.items()):
                yield _remote(f"{relative}{name}", f"{address}/{relative}{name}", info)
    except (FileNotFoundError, AddressError):
        raise
    except Exception as error:  # every store has its own
        raise AddressError(f"De documenten op {address} zijn niet op te vragen: {_reason(error)}.") from error


def _remote(relative: str, address: str, info: dict[str, Any]) -> Remote:
    known = {key.casefold(): value for key, value in info.items()}
    tag = next((f"{key}={known[key]}" for key in _TAGS if known.get(key)), "")
    return Remote(_safe(relative), address, tag, int(info.get("size") or 0))


def _entries(system: AbstractFileSystem, folder: str) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    subfolders: dict[str, str] = {}
    files: dict[str, dict[str, Any]] = {}
    for info in system.ls(folder, detail=True):
        path = info["name"].rstrip("/")
        name = posixpath.basename(path)
        if path == folder or not name:
            continue  # stores have empty objects that stand for a folder
        if info["type"] == "directory":
            subfolders[name] = path
        else:
            files[name] = info
    return subfolders, files


def version(address: str, tag: str = "", size: int = 0) -> str:
    """What names the content at an address, as 64 hexadecimal digits, without fetching it where that can be.

    ``tag`` and ``size`` are those of a listing; without a tag the content is fetched and this is its SHA-256.
    Raises UnreadableError as :func:`fetch` does.
    """
    if tag:
        # The address takes part: some stores count versions by object.
        return hashlib.sha256("\0".join((address, tag, str(size))).encode()).hexdigest()
    digest = hashlib.sha256()
    with closing(_chunks(address, FetchLimits())) as chunks:
        for chunk in chunks:
            digest.update(chunk)
    return digest.hexdigest()


def fetch(address: str, folder: Path, limits: FetchLimits | None = None) -> Path:
    """Copy the document at an address into ``folder``, under its own name, and give its path there.

    Raises UnreadableError: "not_found" where it is not there or cannot be had, "too_large", "timeout", and
    "internal" where ``folder`` cannot hold it.
    """
    name = _safe(posixpath.basename(address)) or "_"
    stem, suffix = posixpath.splitext(name)
    while len(f"{stem}{suffix}".encode()) > _LONGEST_NAME and stem:
        stem = stem[:-1]
    target = folder / f"{stem}{suffix}"
    with closing(_chunks(address, limits or FetchLimits())) as chunks:
        try:
            with target.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
        except OSError as error:
            full = error.errno == errno.ENOSPC
            why = "de schijf is vol" if full else "de tijdelijke map is niet te beschrijven"
            raise UnreadableError("internal", f"Het document is niet op te halen: {why}.") from error
    return target


@contextmanager
def at_hand(address: str) -> Iterator[Path]:
    """A path of this machine for what is at an address, a path included, for as long as it is needed.

    Raises UnreadableError as :func:`fetch` does.
    """
    try:
        remote = address_of(address)
    except AddressError as error:
        raise UnreadableError("not_found", str(error)) from error
    if remote is None:
        yield local_path(address) or Path(address)
        return
    with tempfile.TemporaryDirectory(prefix="opgehaald-", ignore_cleanup_errors=True) as folder:
        yield fetch(remote, Path(folder))


def _chunks(address: str, limits: FetchLimits) -> Generator[bytes]:
    """The content piece by piece. A connection that hangs is left behind in its thread."""
    try:
        system, path = _system(address)
    except AddressError as error:
        raise UnreadableError("not_found", str(error)) from error
    pieces: queue.Queue[bytes | Exception | None] = queue.Queue(maxsize=2)
    gone = threading.Event()

    def put(piece: bytes | Exception | None) -> None:
        while not gone.is_set():
            try:
                return pieces.put(piece, timeout=1)
            except queue.Full:
                continue

    def pull() -> None:
        try:
            with system.open(path, "rb", block_size=_CHUNK, cache_type="none") as stream:
                while not gone.is_set() and (piece := stream.read(_CHUNK)):
                    put(piece)
            put(None)
        except Exception as error:
            put(error)

    threading.Thread(target=pull, daemon=True).start()
    end, size = time.monotonic() + limits.seconds, 0
    try:
        while True:
            try:
                piece = pieces.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                message = "Het ophalen is afgebroken: het duurde te lang."
                raise UnreadableError("timeout", message) from None
            if isinstance(piece, Exception):
                raise UnreadableError(
                    "not_found", f"Het document is niet op te halen: {_reason(piece)}."
                ) from piece
            if piece is None:
                return
            size += len(piece)
            end += limits.seconds_per_megabyte * len(piece) / 2**20
            if size > limits.size:
                raise UnreadableError("too_large", f"Het bestand is groter dan {limits.size // 2**20} MB.")
            yield piece
    finally:
        gone.set()


def _system(address: str) -> tuple[AbstractFileSystem, str]:
    protocol = address.partition(":")[0].lower()
    install = PROTOCOLS.get(protocol, "fsspec")
    try:
        from fsspec import get_filesystem_class

        kind = get_filesystem_class(protocol)
        # Not by fsspec's own way from URL to system, which takes "::" in a name for a chain of addresses.
        system = kind(**kind._get_kwargs_from_urls(address))
        system.invalidate_cache()  # what is there now counts, also with --watch
        return system, kind._strip_protocol(address)
    except ImportError as error:
        raise AddressError(
            f"Voor adressen met {protocol}:// is meer nodig. Installeer het met: pip install '{install}'"
        ) from error
    except Exception as error:
        raise AddressError(f"De opslag van {address} is niet te openen: {_reason(error)}.") from error


def _safe(relative: str) -> str:
    """A path that stays below the folder it is put in: on storage ".." is a name as any other."""
    parts = [_UNSAFE.sub("_", part) for part in relative.split("/")]
    return "/".join("_" if part in ("", ".", "..") else part for part in parts)


def _reason(error: BaseException) -> str:
    """Why, in Dutch; the error's own words are English and may quote what is nobody's business."""
    kind = type(error).__name__
    if isinstance(error, FileNotFoundError):
        return "het bestaat niet (meer)"
    if isinstance(error, PermissionError):
        return "de toegang is geweigerd"
    if re.search("Credential|Auth|Token|Login", kind):
        return "de inloggegevens ontbreken of kloppen niet"
    if isinstance(error, TimeoutError | ConnectionError) or re.search("Connect|Timeout|Endpoint", kind):
        return "de opslag is niet te bereiken"
    return f"de opslag gaf een fout ({kind})"
