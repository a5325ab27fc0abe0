"""Files handed in with a task or for a matter: up, down, away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, send_file
from marshmallow import fields
from werkzeug.exceptions import HTTPException

from api.fields import ID_PATTERN, Answer, Identifier, Instant, Request, Text
from api.parsing import file_parts
from api.routes.people import PersonSchema
from api.routing import Routes
from api.shown.files import file
from api.shown.people import Names
from engine.errors import Fault, Invalid
from engine.filing import files
from engine.permission import access
from engine.tables import File
from engine.unit_of_work import UnitOfWork

routes = Routes("files", "材料")


class ProtectedSchema(Answer):
    kind = fields.String()
    name = fields.String(metadata={"description": "保护谁"})
    may_open = fields.Boolean(metadata={"description": "写明理由后可以下载"})


class FileSchema(Answer):
    id = Identifier()
    name = fields.String()
    protected = fields.Nested(
        ProtectedSchema,
        allow_none=True,
        metadata={"description": "受保护的文件须先写明理由才能下载"},
    )
    size = fields.Integer()
    media_type = fields.String(metadata={"description": "按内容判断"})
    digest = fields.String(metadata={"description": "SHA-256"})
    uploaded_at = Instant()
    uploaded_by = fields.Nested(PersonSchema, allow_none=True)
    allowed_acts = fields.List(fields.String(metadata={"enum": ["delete"]}))


UPLOAD_FORM = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "task_id": {"type": "string", "pattern": f"^{ID_PATTERN}$"},
        "subject_kind": {"type": "string", "maxLength": 40},
        "subject_id": {"type": "string", "pattern": f"^{ID_PATTERN}$"},
        "protected": {"type": "string", "maxLength": 40},
    },
    "required": ["file"],
}


class UploadSchema(Request):
    task_id = Identifier(load_default=None)
    subject_kind = Text(most=40, least=1, load_default=None)
    subject_id = Identifier(load_default=None)
    protected = Text(most=40, least=1, load_default=None)


@routes.post("/files", FileSchema, takes=UploadSchema, form=UPLOAD_FORM, status=201)
def upload(uow: UnitOfWork, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """上传文件；随任务办理时提交，之前只有自己能看到。"""
    sent = next(iter(file_parts("file", most=1)), None)
    if sent is None:
        fault = Fault(pointer="/file", detail="必填。", code="required")
        raise Invalid("没有收到文件，请选择文件后重试。", errors=[fault])
    kind, subject_id = body["subject_kind"], body["subject_id"]
    row = files.store(
        uow,
        sent.stream,
        sent.filename or "",
        task_id=body["task_id"],
        subject=(kind, subject_id) if kind is not None and subject_id is not None else None,
        protected=body["protected"],
    )
    return _shown(uow, row)


@routes.get("/files/<id:file_id>", FileSchema)
def get(uow: UnitOfWork, file_id: str) -> Mapping[str, Any]:
    """文件的登记信息。"""
    return _shown(uow, access.require_file(uow, file_id))


@routes.get("/files/<id:file_id>/content", media_type="application/octet-stream")
def content(uow: UnitOfWork, file_id: str) -> Response:
    """文件内容，作为附件下载。"""
    row, stream = files.open(uow, file_id)
    response = send_file(
        stream,
        mimetype=row.media_type,
        as_attachment=True,
        download_name=files.shown_name(uow, row),
        etag=row.digest,
        last_modified=row.uploaded_at,
    )
    response.call_on_close(stream.close)
    try:
        # send_file does not know how long an open file is, and ranges need it
        response.make_conditional(request.environ, accept_ranges=True, complete_length=row.size)
    except HTTPException:
        response.close()
        raise
    if response.status_code == 200:
        response.content_length = row.size
    # what somebody handed in never runs in our page's name
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@routes.delete("/files/<id:file_id>")
def delete(uow: UnitOfWork, file_id: str) -> None:
    """删除自己上传、尚未提交的文件。"""
    files.delete(uow, file_id)


def _shown(uow: UnitOfWork, row: File) -> Mapping[str, Any]:
    return file(uow, row, Names(uow, users=[row.uploaded_by]))
