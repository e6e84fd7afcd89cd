"""What the tablet keeps for a start without a network: all of it is there, unchanged, and a change is a new version."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from tests import tree
from tests.webclient import Web

WORKER = "/door/service-worker.js"


def kept(web: Web) -> dict[str, Any]:
    """Return what the service worker says that it keeps."""
    answer = web.get(WORKER)
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    said = re.match(r"self\.KEEP = (.*);\n", answer.text)
    assert said is not None
    what: dict[str, Any] = json.loads(said[1])
    return what


def sha(body: bytes) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def test_every_kept_file_is_served_as_it_was_promised(web):
    files = kept(web)["files"]
    assert len(files) > 50
    for file in files:
        answer = web.get(file["source"])
        assert answer.status_code == 200, file
        assert sha(answer.data) == file["integrity"], file
        assert "Set-Cookie" not in answer.headers


def test_a_reader_s_choices_do_not_reach_the_kept_page(web):
    promised = kept(web)
    web.language("sv")
    web.client.set_cookie("kaiku_text_size", "largest")
    test_every_kept_file_is_served_as_it_was_promised(web)
    assert kept(web) == promised
    assert 'lang="fi"' in web.get("/door/shell").text


def test_the_page_its_scripts_styles_fonts_icons_and_decoder_are_kept(web):
    urls = {file["url"] for file in kept(web)["files"]}
    page = web.get("/door/").text
    linked = set(re.findall(r'(?:href|src)="(/static/[^"]+|/door/[^"]+)"', page)) - {"/door/enrol"}
    assert linked <= urls
    for path in tree.under("static/door", "static/fonts", suffixes=(".mjs", ".woff2")):
        name = tree.name(path)
        is_enrolment = path.name in {"enrol.mjs", "enrolmentcode.mjs"}
        assert (f"/{name}" in urls) is not is_enrolment, name
    for name in ("reader.js", "zxing_reader.wasm"):
        assert f"/static/vendor/zxing-wasm-3.1.4/{name}" in urls
    config = re.search(r'id="door-config">\s*(.*?)\s*</script>', page, re.DOTALL)
    assert config is not None and json.loads(config[1])["urls"]["worker"] in urls
    assert "/door/" in urls and "/door/manifest.webmanifest" in urls


def test_every_address_that_a_kept_script_imports_is_kept(web):
    urls = {file["url"] for file in kept(web)["files"]}
    for url in sorted(url for url in urls if url.endswith(".mjs")):
        for module in re.findall(r'(?:from|import)\s*"(\.[^"]+)"', web.get(url).text):
            folder = url.rpartition("/")[0].split("/")
            steps = module.split("/")
            target = "/".join(folder[: len(folder) - steps.count("..")] + [s for s in steps if s not in (".", "..")])
            assert target in urls, f"{url} imports {module}"


def test_no_call_of_the_door_is_kept(web):
    assert not [file for file in kept(web)["files"] if "/api/" in file["url"] or "enrol" in file["url"]]


def test_the_decoder_keeps_its_own_policy(web):
    worker = next(file for file in kept(web)["files"] if "decoder-worker" in file["url"])
    assert "wasm-unsafe-eval" in web.get(worker["source"]).headers["Content-Security-Policy"]


def test_the_worker_is_asked_for_each_time_and_may_serve_its_own_folder(web):
    answer = web.get(WORKER)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert kept(web)["page"] == "/door/"


@pytest.mark.parametrize("change", [{"demo": True}, {}])
def test_another_page_is_another_version(change, make_app, web):
    other = Web(make_app(**change))
    assert (kept(other)["version"] != kept(web)["version"]) is bool(change)


def test_the_manifest_makes_the_page_a_neutral_app(web):
    answer = web.get("/door/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.text)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/door/", "/door/", "standalone")
    assert not re.search(r"kaiku|köyh|sosiaal|tuki", manifest["name"] + manifest["short_name"], re.IGNORECASE)
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    assert any(icon["purpose"] == "maskable" for icon in manifest["icons"])
    for icon in manifest["icons"]:
        width = int.from_bytes(web.get(icon["src"]).data[16:20])
        assert f"{width}x{width}" == icon["sizes"]


def test_a_service_below_a_path_keeps_its_own_addresses(app):
    answer = app.test_client().get(WORKER, environ_overrides={"SCRIPT_NAME": "/kaiku"})
    said = json.loads(answer.text.partition(" = ")[2].partition(";\n")[0])
    assert said["page"] == "/kaiku/door/"
    assert all(file["url"].startswith("/kaiku/") for file in said["files"])
