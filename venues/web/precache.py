"""Which files the tablet needs to start without a network: found by following the page's own links, with their hashes.

Nothing is listed by hand but what the decoder's worker loads. Serving them is offline.py's.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

LINKED = re.compile(r'<(?:link|script)\b[^>]*?\b(?:href|src)="([^"]+)"')
IMPORTED = re.compile(r'^\s*(?:import|export)\b[^;"]*?\bfrom\s*"([^"]+)"|^\s*import\s*"([^"]+)"', re.MULTILINE)
REFERRED = re.compile(r'url\(\s*"?([^")]+)"?\s*\)')
WORKER_LOADS = ("vendor/zxing-wasm-3.1.4/reader.js", "vendor/zxing-wasm-3.1.4/zxing_reader.wasm")


@dataclass(frozen=True)
class Kept:
    """One file that the tablet keeps: the address it is asked for by, where it is fetched, and its hash."""

    url: str
    source: str
    integrity: str


@dataclass(frozen=True)
class Site:
    """Where things are: the folder of static files and its address, and the bytes of what is made, by address."""

    folder: Path
    static_url: str
    made: dict[str, bytes]

    def read(self, url: str) -> bytes:
        """Return what stands at an address. Raises LookupError for an address that is not ours to keep."""
        path = urlsplit(url).path
        if path in self.made:
            return self.made[path]
        file = self.folder / path.removeprefix(self.static_url)
        if not path.startswith(self.static_url) or not file.resolve().is_relative_to(self.folder.resolve()):
            raise LookupError(f"{url} is none of the door's files")
        return file.read_bytes()


def collect(site: Site, *, page: str, bare_page: str, worker: str) -> list[Kept]:
    """Return the page (kept under `page`, fetched from `bare_page`), the worker, and all that they need, by address.

    Raises LookupError and OSError for a link that leads nowhere: a service that cannot be kept must not start to be.
    """
    found: dict[str, bytes] = {}
    waiting = [bare_page, worker, *(site.static_url + name for name in WORKER_LOADS)]
    while waiting:
        url = waiting.pop()
        if url not in found:
            found[url] = site.read(url)
            waiting.extend(urljoin(url, link) for link in _links(url, found[url]))
    kept = [Kept(page if url == bare_page else url, url, _integrity(body)) for url, body in found.items()]
    return sorted(kept, key=lambda one: one.url)


def version(kept: list[Kept], worker_source: str) -> str:
    """Return one name for all of it: other files, other name."""
    everything = "\n".join(f"{one.url} {one.integrity}" for one in kept) + worker_source
    return hashlib.sha256(everything.encode()).hexdigest()[:16]


def _links(url: str, body: bytes) -> Iterator[str]:
    read = READERS.get(Path(urlsplit(url).path).suffix)
    if read is not None:
        yield from (link for link in read(body.decode("utf-8")) if not link.startswith(("data:", "blob:", "#")))


def _page_links(text: str) -> list[str]:
    return LINKED.findall(text)


def _imports(text: str) -> list[str]:
    return [one or other for one, other in IMPORTED.findall(text)]


def _references(text: str) -> list[str]:
    return REFERRED.findall(text)


def _icons(text: str) -> list[str]:
    return [icon["src"] for icon in json.loads(text)["icons"]]


READERS: dict[str, Callable[[str], list[str]]] = {
    "": _page_links,
    ".css": _references,
    ".mjs": _imports,
    ".webmanifest": _icons,
}


def _integrity(body: bytes) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(body).digest()).decode()
