"""Every paper, one module each. A new paper is a new module and a row here."""

from __future__ import annotations

from typing import Any

from app.papers.form import Form
from app.papers.forms import acceptance_register, agreement, visit_register

FORMS: tuple[Form[Any], ...] = (visit_register.FORM, acceptance_register.FORM, agreement.FORM)
"""In the order in which a matter meets them."""


def form_named(code: str) -> Form[Any]:
    """The form with a code. Raises :class:`KeyError` when there is none."""
    for form in FORMS:
        if form.code == code:
            return form
    raise KeyError(code)
