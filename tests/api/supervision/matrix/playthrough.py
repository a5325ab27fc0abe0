"""Tries every cell once and writes down what happened; the tests look at what is written down."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from werkzeug.test import TestResponse

from api.auth import COOKIE
from api.workbooks import MEDIA_TYPE
from tests.api.supervision.matrix.attempts import MADE_UP_TEXT, Attempt, attempts
from tests.api.supervision.matrix.world import Staged

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_MARK = re.compile(r"MK-([a-z0-9]+)_?([A-Za-z0-9_]*)-KM")

#: Told anew with each answer.
_PASSING = {"X-Request-Id", "Date"}


@dataclass
class Record:
    """What the people were answered."""

    #: (attempt, person) → the word of the table.
    words: dict[tuple[tuple[str, str, str], str], str] = field(default_factory=dict)
    #: Refusals that told a hidden row from one that does not exist.
    telling: list[str] = field(default_factory=list)
    #: Refusals after which something was different.
    changing: list[str] = field(default_factory=list)
    #: Person → what they were given, and by which answer first.
    seen: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    cells: int = 0


def play(staged: Staged, people: Sequence[str]) -> Record:
    """Every attempt by every person; whatever is written is undone."""
    record = Record()
    windows = {person: staged.window(person) for person in people}
    cookies = {person: window.client.get_cookie(COOKIE) for person, window in windows.items()}
    staged.keep()
    watcher = sqlite3.connect(staged.path)
    unknown: dict[tuple[str, str, str], TestResponse] = {}
    registered = {rule.rule for rule in staged.app.url_map.iter_rules()}
    for attempt in attempts():
        if attempt.rule not in registered:
            continue
        is_touched = False
        for person in people:
            before = _version(watcher)
            answer = attempt.send(windows[person], staged.subjects)
            was_written = _version(watcher) != before
            record.cells += 1
            word = str(answer.status_code)
            where = f"{attempt.method} {attempt.rule} [{attempt.subject}] as {person}"
            if was_written:
                if answer.status_code >= 400 and not attempt.is_recorded:
                    record.changing.append(f"{where}: {word}")
                # what concerns the asker alone may wait for the end of the row
                is_touched = is_touched or not attempt.names_subject
                if attempt.names_subject:
                    staged.restore()
            cookie = cookies[person]
            if cookie is not None:  # signing out took it away
                windows[person].client.set_cookie(COOKIE, cookie.value)
            if attempt.names_subject and (answer.status_code == 404 or attempt.method == "GET"):
                asked = (person, attempt.shape, attempt.method)
                if asked not in unknown:
                    unknown[asked] = attempt.send(windows[person], staged.subjects, made_up=True)
                other = unknown[asked]
                if _same(answer, other, attempt.texts(staged.subjects)):
                    word = "none" if answer.status_code == 200 else word
                elif answer.status_code == 404:
                    record.telling.append(f"{where}: {answer.text} / {other.text}")
            record.words[attempt.key, person] = word
            if attempt.method == "GET" or answer.status_code >= 400:
                _look(staged, record.seen[person], attempt, answer)
            answer.close()
        if is_touched:
            staged.restore()
    watcher.close()
    return record


def _version(watcher: sqlite3.Connection) -> int:
    """Changes with every commit of another connection."""
    found: int = watcher.execute("PRAGMA data_version").fetchone()[0]
    return found


def _same(one: TestResponse, other: TestResponse, sent: Sequence[str]) -> bool:
    """Alike but for the words that the asker sent and is told back."""
    words = [(text.encode(), MADE_UP_TEXT.encode()) for text in sent]
    first, second = one.data, other.data
    for text, made_up in words:
        first, second = first.replace(text, b""), second.replace(made_up, b"")
    alike = (one.status_code, _headers(one, words)) == (other.status_code, _headers(other, words))
    return alike and first == second


def _headers(answer: TestResponse, words: Sequence[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    passing = _PASSING | ({"Content-Length"} if words else set())
    return sorted((n, v) for n, v in answer.headers.items() if n not in passing)


def _text(answer: TestResponse) -> str:
    """What the answer says; of a workbook what its parts say, of a PDF nothing."""
    if answer.mimetype == "application/pdf":
        return ""
    if answer.mimetype != MEDIA_TYPE:
        return answer.get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


def _look(staged: Staged, seen: dict[str, str], attempt: Attempt, answer: TestResponse) -> None:
    """Which rows and which texts of the matters this answer holds, headers included."""
    text = _text(answer)
    text += "\n".join(f"{n}: {v}" for n, v in answer.headers.items())
    where = f"{attempt.method} {attempt.rule} [{attempt.subject}]"
    for row_id in set(_ID.findall(text)):
        if row_id in staged.rows:
            seen.setdefault(staged.rows[row_id], where)
    for case, about in set(_MARK.findall(text)):
        seen.setdefault(f"{case} text {about}".strip(), where)
