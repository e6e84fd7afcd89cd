"""Language and text size, on every page and without script."""

from flask import current_app, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kaikukortti import accounts
from kaikukortti.web import forms, guard, language

blueprint = guard.guarded_blueprint("preferences", __name__, word=guard.PUBLIC)

A_YEAR = 365 * 24 * 3600


@blueprint.post("/preferences")
def change() -> Response:
    """Remember a language or a text size for a year, and go back to the page."""
    forms.check_names({"language", "text_size", "next"})
    user, code = guard.find_user(), request.form.get("language")
    if user is not None and code in language.CODES:
        accounts.change_language(user_id=user.id, language=code)
    return _go_back(request.form)


@blueprint.get("/preferences")
def choose() -> Response:
    """Do the same for a reader of a page that is kept by others: no token, so no session, and nobody's account."""
    return _go_back(request.args)


def _go_back(sent: MultiDict[str, str]) -> Response:
    response = redirect(guard.safe_next(sent.get("next")) or url_for("public.front"), 303)
    code, size = sent.get("language"), sent.get("text_size")
    if code in language.CODES:
        _remember(response, language.LANGUAGE_COOKIE, code)
    if size in language.TEXT_SIZES:
        _remember(response, language.TEXT_SIZE_COOKIE, size)
    return response


def _remember(response: Response, cookie: str, value: str) -> None:
    # The tablet's script reads and sets these two as well; they say nothing about anybody.
    response.set_cookie(
        cookie, value, max_age=A_YEAR, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"]
    )
