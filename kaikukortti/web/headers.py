"""Headers of every answer: content-security policy and its kin, caching. And what is looked at in every call that
writes: that it comes from our own pages, and says how long it is.
"""

from flask import Flask, Response, abort, g, request, url_for

from kaikukortti.web import hosts

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "kaiku",
}
# A dedicated worker lives under the policy of its own response, so WASM compiles there and nowhere else.
WORKER_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self';"
    " require-trusted-types-for 'script'; trusted-types kaiku"
)
STATIC_LASTS = 3600
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
NOTHING_ELSE = "microphone=(), geolocation=()"
CAMERA_ENDPOINTS = {"tablet.door", "tablet.enrol_page", "offline.shell"}
# A browser that says nothing of its own origin: our pages tell it to (Referrer-Policy), and a sandboxed frame of
# another site cannot help it. The form's token, or a cookie that is SameSite=Strict, decides about such a call.
UNSAID = "null"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def init_app(app: Flask) -> None:
    """Check the origin before, and set the headers after, every request."""
    secure = app.config["SESSION_COOKIE_SECURE"]
    app.before_request(_refuse_other_sites)
    app.before_request(_refuse_unmeasured_forms)
    app.jinja_env.globals["let_camera"] = let_camera

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _policy())
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = f"camera={_camera()}, {NOTHING_ELSE}"
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def let_camera() -> str:
    """Let the page that is being drawn ask for the camera; a template calls it, and it draws nothing."""
    g.has_camera = True
    return ""


def _policy() -> str:
    # Every browser knows `report-uri`; where `report-to` stands beside it, some tell nothing for a minute.
    parts = {**POLICY, "report-uri": url_for("cspreports.take")}
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _camera() -> str:
    return "(self)" if request.endpoint in CAMERA_ENDPOINTS or g.get("has_camera") else "()"


def _refuse_other_sites() -> None:
    """A page of another site may not write here, whatever cookies the browser sends along."""
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", UNSAID)
    if site is not None and site not in ("same-origin", "none"):
        abort(403)
    if site is None and origin != UNSAID and not hosts.is_own(origin):
        abort(403)


def _refuse_unmeasured_forms() -> None:
    """A form says how long it is: one in chunks would be cut off at the limit, and what is left of it taken for all."""
    if request.mimetype in FORMS and request.content_length is None:
        abort(411)
