"""The built web page: its files by name, its `index.html` for every address of its router.

Files under `assets/` carry a hash of their content in the name and may be kept for ever; everything
else is asked for anew. A missing asset is a 404, never the page: an old tab must notice that the
version it knows is gone.
"""

from __future__ import annotations

import gzip
import mimetypes
from pathlib import Path, PurePosixPath

from flask import Flask, Response, request, send_file
from werkzeug.security import safe_join

from api.converters import PagePath
from engine.errors import NotFound

INDEX = "index.html"
ASSETS = "assets/"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

#: Worth compressing, and how small is not.
TEXT = frozenset({".js", ".css", ".html", ".svg", ".json", ".map", ".txt", ".webmanifest"})
LEAST_BYTES = 1024


class Site:
    """The files of one build, read from `root`; text is compressed once and kept."""

    def __init__(self, root: Path | None) -> None:
        self.root = root.resolve() if root is not None else None
        self._compressed: dict[tuple[Path, float], bytes] = {}

    def answer(self, path: str) -> Response:
        """The file at `path`, or the page when the path is an address of its router."""
        file = self._file(path)
        if file is None and path != INDEX:
            if path.startswith(ASSETS) or PurePosixPath(path).suffix:
                raise NotFound("没有这个文件。", code="no-such-address")
            path, file = INDEX, self._file(INDEX)
        if file is None:
            raise NotFound("网页尚未构建，只有接口可用（见 /api/docs）。", code="no-such-address")
        response = self._send(file)
        response.headers["Cache-Control"] = FOR_EVER if path.startswith(ASSETS) else ASK_AGAIN
        return response

    def _file(self, path: str) -> Path | None:
        if self.root is None or "\0" in path:
            return None
        joined = safe_join(str(self.root), path)
        if joined is None:
            return None
        file = Path(joined)
        return file if file.is_file() else None

    def _send(self, file: Path) -> Response:
        stat = file.stat()
        if file.suffix not in TEXT or stat.st_size < LEAST_BYTES:
            return send_file(file)
        if request.accept_encodings.quality("gzip"):
            response = Response(self._gzip(file, stat.st_mtime), mimetype=_media_type(file))
            response.headers["Content-Encoding"] = "gzip"
            response.set_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}-gzip")
            response.make_conditional(request)
        else:
            response = send_file(file)
        response.vary.add("Accept-Encoding")
        return response

    def _gzip(self, file: Path, changed_at: float) -> bytes:
        key = (file, changed_at)
        if key not in self._compressed:
            self._compressed[key] = gzip.compress(file.read_bytes(), mtime=0)
        return self._compressed[key]


def _media_type(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def register(app: Flask, root: Path | None) -> None:
    """Serve the build in `root` below every address that nothing else has."""
    site = Site(root)

    app.url_map.converters["page"] = PagePath
    app.url_map.redirect_defaults = False  # /index.html is the page too

    @app.get("/", defaults={"path": INDEX}, endpoint="web")
    @app.get("/<page:path>", endpoint="web")
    def web(path: str) -> Response:
        return site.answer(path)
