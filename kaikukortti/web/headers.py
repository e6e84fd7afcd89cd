"""Headers of every answer: content-security policy and its kin, caching, and the one-origin check of writing calls."""

from flask import Flask, Response, abort, request

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob: data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
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


def init_app(app: Flask) -> None:
    """Check the origin before, and set the headers after, every request."""
    policy = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    secure = app.config["SESSION_COOKIE_SECURE"]

    @app.before_request
    def refuse_other_sites() -> None:
        """A page of another site may not write here, whatever cookies the browser sends along."""
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            site = request.headers.get("Sec-Fetch-Site", "same-origin")
            if site not in ("same-origin", "none"):
                abort(403)

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
