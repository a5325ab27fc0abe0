"""`If-Match` and `ETag`: a change says which revision it was made on (RFC 9110, section 13.1.1).

The tag of a task is its revision, quoted. The verb checks it again in the WHERE of its UPDATE; this
module only reads what the client sent.
"""

from __future__ import annotations

import re

from flask import request

from api.problems import Malformed
from engine.errors import PreconditionMissing, Stale

_LIST = re.compile(r'\s*(?:(?:W/)?"[^"]*"\s*(?:,\s*|$))+')
_REVISION = re.compile("[0-9]{1,9}")
_TAG = re.compile(r'(W/)?"([^"]*)"')


def tag(revision: int) -> str:
    """The ETag of this revision."""
    return f'"{revision}"'


def demand() -> None:
    """Refuse a request that does not say which revision it is about, or says it unreadably."""
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionMissing(
            "请求没有带 If-Match（所依据的版本号），没有保存。请重新打开后再试。"
        )
    if header.strip() != "*" and not _LIST.fullmatch(header):
        raise Malformed('If-Match 应为带引号的版本号，如 "3"。')


def offered(current: int) -> int:
    """The revision that the client means, given the current one; the verb compares the two.

    `*` takes whatever is there; of a list the one that fits is taken. A weak tag fits nothing: the
    comparison is strong (RFC 9110, section 8.8.3.2). Stale where no tag could be a revision; else
    the verb says so itself, after what matters more to a person: that the task is done already.
    """
    header = request.headers.get("If-Match", "")
    if header.strip() == "*":
        return current
    strong = [value for weak, value in _TAG.findall(header) if not weak]
    revisions = [int(value) for value in strong if _REVISION.fullmatch(value)]
    if not revisions:
        raise Stale("所依据的版本号不是这项任务的版本，修改没有保存。请重新打开后再试。")
    return current if current in revisions else revisions[0]
