"""The tablet's page as something that can be kept: its service worker, the page without a reader, the web manifest."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template, request, url_for

from kaikukortti.web import guard, language
from venues.web import precache, tablet

blueprint = guard.guarded_blueprint("offline", __name__, word=guard.PUBLIC, url_prefix="/door")

ICONS = (
    ("door-192.png", "192x192", "any"),
    ("door-512.png", "512x512", "any"),
    ("door-512.png", "512x512", "maskable"),
)
GROUND, FRAME = "#ffffff", "#003c7a"  # paper and accent-dark of tokens.css


@dataclass(frozen=True)
class Made:
    """What is made of the files, once for each address of the service: they do not change while it runs."""

    shell: bytes
    manifest: bytes
    worker: bytes


@blueprint.get("/service-worker.js")
def service_worker() -> Response:
    """Send the service worker, whose first line says what it keeps: other files, another worker."""
    return _send(_made().worker, "text/javascript")


@blueprint.get("/shell")
def shell() -> Response:
    """Show the door's page as nobody in particular sees it; its script turns it into the reader's language."""
    return _send(_made().shell, "text/html")


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Describe the page for a home screen: what it does, and nothing about anybody."""
    return _send(_made().manifest, "application/manifest+json")


def _send(body: bytes, kind: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _made() -> Made:
    store: dict[str, Made] = current_app.extensions.setdefault("kaiku_door", {})
    if request.script_root not in store:
        store[request.script_root] = _make()
    return store[request.script_root]


def _make() -> Made:
    shell_text = render_template(
        "door/tablet.html", **tablet.context(language.DEFAULT) | {"text_size": language.TEXT_SIZES[0]}
    )
    page, shell_url, manifest_url = url_for("tablet.door"), url_for("offline.shell"), url_for("offline.manifest")
    door = Path(str(current_app.static_folder)) / "door"
    made = {
        shell_url: shell_text.encode(),
        manifest_url: json.dumps(_manifest(page), ensure_ascii=False).encode(),
        url_for("tablet.decoder_worker"): (door / "decoder-worker.js").read_bytes(),
    }
    site = precache.Site(Path(str(current_app.static_folder)), url_for("static", filename=""), made)
    kept = precache.collect(site, page=page, bare_page=shell_url, worker=tablet.addresses()["worker"])
    source = (door / "service-worker.js").read_text(encoding="utf-8")
    keep = {
        "version": precache.version(kept, source),
        "page": page,
        "enrol": url_for("tablet.enrol_page"),
        "files": [vars(one) for one in kept],
    }
    return Made(made[shell_url], made[manifest_url], f"self.KEEP = {json.dumps(keep)};\n{source}".encode())


def _manifest(page: str) -> dict[str, Any]:
    name = tablet.context(language.DEFAULT)["texts"][language.DEFAULT]["page_title"]
    return {
        "id": page,
        "name": name,
        "short_name": name,
        "lang": language.DEFAULT,
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": FRAME,
        "icons": [
            {
                "src": url_for("static", filename=f"icons/{file}"),
                "sizes": sizes,
                "type": "image/png",
                "purpose": purpose,
            }
            for file, sizes, purpose in ICONS
        ],
    }
