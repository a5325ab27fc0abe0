"""What a story writes into a form: options by label, expressions, rows of the case, small files.

"@督导办"            the value of the option with this label in one of the form's lists
"= today()"         FEEL over the form's data; `me.name` and `me.title` are the person's own
{each: {…}, but: {…}}   a list whose rows come from the case: `each` for every row, `but` for
                    those whose own texts or chosen labels hold the key
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

import feel
from engine.actor import Actor
from engine.filing import files
from engine.unit_of_work import UnitOfWork


class AnswerError(Exception):
    """A value cannot be found out; the message says which, and what there is."""


def resolve(uow: UnitOfWork, values: Any, context: Mapping[str, Any], *, key: str = "") -> Any:
    """The values as a browser would send them. Raises AnswerError."""
    if isinstance(values, str):
        return _text(uow, values, context)
    if isinstance(values, Mapping):
        if "each" in values:
            return _rows(uow, values, context, key)
        return {k: resolve(uow, inner, context, key=str(k)) for k, inner in values.items()}
    if isinstance(values, list):
        return [resolve(uow, inner, context) for inner in values]
    return values.isoformat() if isinstance(values, date | datetime | time) else values


def uploaded(uow: UnitOfWork, names: Any, *, task_id: str | None) -> Any:
    """The same shape with the id of a stored file for every name: a small PDF of that name."""
    if isinstance(names, Mapping):
        return {key: uploaded(uow, inner, task_id=task_id) for key, inner in names.items()}
    if isinstance(names, list):
        return [uploaded(uow, inner, task_id=task_id) for inner in names]
    return files.store(uow, io.BytesIO(small_pdf(str(names))), str(names), task_id=task_id).id


def merged(usual: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The usual values with a step's own in their place, group by group."""
    found = dict(usual)
    for key, value in own.items():
        before = found.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            value = merged(before, value)
        found[key] = value
    return found


def texts(value: Any) -> Iterator[str]:
    """Every text inside, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def small_pdf(text: str) -> bytes:
    """A valid one-page PDF whose information names it `text`."""
    title = "FEFF" + text.encode("utf-16-be").hex().upper()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
        f"<< /Title <{title}> >>".encode(),
    )
    found = b"%PDF-1.4\n"
    starts = []
    for number, body in enumerate(objects, start=1):
        starts.append(len(found))
        found += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    size = len(objects) + 1
    return found + (
        b"xref\n0 %d\n0000000000 65535 f \n%s"
        b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(found))
    )


def _text(uow: UnitOfWork, text: str, context: Mapping[str, Any]) -> Any:
    if text.startswith("@"):
        return _option(text[1:], context)
    if not text.startswith("= "):
        return text
    try:
        found = feel.compile(text[2:]).evaluate(
            {**context, "me": _me(uow.actor)}, now=uow.now, strict=True
        )
        return feel.to_json(found)
    except feel.FeelError as error:
        raise AnswerError(f"“{text}”不能运算：{error}") from error


def _me(actor: Actor) -> dict[str, str]:
    return {"name": actor.name, "title": actor.posts[0].title if actor.posts else ""}


def _option(label: str, context: Mapping[str, Any]) -> Any:
    options = [row for rows in context.values() for row in _options(rows)]
    exact = [row for row in options if row["label"] == label]
    found = exact or [row for row in options if label in str(row["label"])]
    if not found:
        known = "、".join(dict.fromkeys(str(row["label"]) for row in options[:60]))
        raise AnswerError(f"没有选项“{label}”。可选的有：{known or '（无）'}")
    if len({str(row["value"]) for row in found}) > 1:
        several = "、".join(dict.fromkeys(str(row["label"]) for row in found))
        raise AnswerError(f"“{label}”不止一个选项：{several}。请写得具体些。")
    return found[0]["value"]


def _options(rows: Any) -> list[Mapping[str, Any]]:
    if not isinstance(rows, list):
        return []
    return [r for r in rows if isinstance(r, Mapping) and "value" in r and "label" in r]


def _rows(
    uow: UnitOfWork, values: Mapping[str, Any], context: Mapping[str, Any], key: str
) -> list[dict[str, Any]]:
    """One entry for each of the case's rows."""
    rows = context.get(key)
    if not isinstance(rows, list):
        raise AnswerError(f"“{key}”不是案件给出的清单，不能写 each。")
    labels = {
        str(o["value"]): str(o["label"]) for found in context.values() for o in _options(found)
    }
    but: Mapping[str, Any] = values.get("but") or {}
    unused = set(but)
    found = []
    for row in rows:
        own = "\n".join([*texts(row), *(labels.get(text, "") for text in texts(row))])
        entry = {**row, **resolve(uow, values["each"], context)}
        for name, other in but.items():
            if name in own:
                unused.discard(name)
                entry.update(resolve(uow, other, context))
        found.append(entry)
    if unused:
        raise AnswerError(f"“{key}”里没有 {'、'.join(sorted(unused))}。")
    return found
