"""Forms: parsed by WTForms, judged by services. A refusal of the service comes back beside the field it is about."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField

from byline.kernel.errors import DomainError, Invalid
from byline.web import context


class Form(FlaskForm):  # type: ignore[misc]
    """A form that can show what a service refused. It reads forms only, never JSON."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How what was sent becomes fields."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Give text to fields of text and files to fields of files, whatever was sent under their names.

            JSON is left alone: it would put lists and objects where validators expect text.
            """
            if isinstance(formdata, MultiDict):
                return formdata
            if context.current().only_reads or request.is_json:
                return None
            names = {name for name, field in form._fields.items() if isinstance(field, FileField)}
            files = MultiDict((name, file) for name, file in request.files.items(multi=True) if name in names)
            return CombinedMultiDict([files, request.form]) if files or request.form else None

    def refuse(self, error: DomainError) -> None:
        """Put each sentence of `error` beside its field; what belongs to no field goes above the form."""
        for name, sentence in error.fields.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, sentence]
            else:
                self.form_errors.append(sentence)
        if not error.fields:
            self.form_errors.append(error.message)


def picture_in(field: FileField) -> bytes:
    """The file that a field brought; Invalid, for that field, when it brought none."""
    sent = field.data
    if not sent or isinstance(sent, str):
        raise Invalid("picture-missing", "Choose a picture to send.", field=field.name)
    return bytes(sent.stream.read())
