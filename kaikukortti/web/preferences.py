"""Language and text size, on every page and without script."""

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from kaikukortti import accounts
from kaikukortti.web import guard, language

blueprint = guard.guarded_blueprint("preferences", __name__, word=guard.PUBLIC)

A_YEAR = 365 * 24 * 3600


@blueprint.post("/preferences")
def change() -> Response:
    """Remember a language or a text size for a year, and go back to the page."""
    response = redirect(guard.safe_next(request.form.get("next")) or url_for("public.front"), 303)
    code, size = request.form.get("language"), request.form.get("text_size")
    user = guard.find_user()
    if code in language.CODES:
        _remember(response, language.LANGUAGE_COOKIE, code)
        if user is not None:
            accounts.change_language(user_id=user.id, language=code)
    if size in language.TEXT_SIZES:
        _remember(response, language.TEXT_SIZE_COOKIE, size)
    return response


def _remember(response: Response, cookie: str, value: str) -> None:
    # The tablet's script reads and sets these two as well; they say nothing about anybody.
    response.set_cookie(
        cookie, value, max_age=A_YEAR, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"]
    )
