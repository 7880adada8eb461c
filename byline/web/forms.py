"""Forms: parsed by WTForms, judged by services. A refusal of the service comes back beside the field it is about."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from byline.kernel.errors import DomainError


class Form(FlaskForm):  # type: ignore[misc]
    """A form that can show what a service refused. It reads forms only, never JSON."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How what was sent becomes fields."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Leave JSON alone: it would put lists and objects where validators expect text."""
            if request.is_json and not isinstance(formdata, MultiDict):
                return None
            return super().wrap_formdata(form, formdata)

    def refuse(self, error: DomainError) -> None:
        """Put each sentence of `error` beside its field; what belongs to no field goes above the form."""
        for name, sentence in error.fields.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, sentence]
            else:
                self.form_errors.append(sentence)
        if not error.fields:
            self.form_errors.append(error.message)
