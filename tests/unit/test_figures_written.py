"""Figures are written as Babel writes them, whatever shorter way is taken."""

import pytest
from babel import numbers
from flask import Flask

from kaikukortti.web import language

FIGURES = (0, 7, 999, 1_000, 9_999, 12_345, 1_234_567, -1, -1_234, 0.5, 1234.5, -0.25)


@pytest.mark.parametrize("code", language.CODES)
def test_a_figure_is_written_as_babel_writes_it(code):
    app = Flask(__name__)
    language.init_app(app)
    with app.test_request_context("/", headers={"Cookie": f"kaiku_language={code}"}):
        written = [language.number(figure) for figure in FIGURES]
    assert written == [numbers.format_decimal(figure, locale=language.locale_name(code)) for figure in FIGURES]
