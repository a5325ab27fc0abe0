"""What an uploaded file is, read from its content, and the name it is kept under. Pure.

A name or a browser's word proves nothing: the type comes from the bytes, must be on the list, and
must agree with the extension. Archives are looked into without unpacking them.
"""

from __future__ import annotations

import codecs
import struct
import unicodedata
import zipfile
import zlib
from typing import BinaryIO

from engine.errors import Fault, Invalid

#: media type → extensions it may carry, and the word for it.
ALLOWED: dict[str, tuple[tuple[str, ...], str]] = {
    "application/pdf": (("pdf",), "PDF"),
    "image/png": (("png",), "PNG 图片"),
    "image/jpeg": (("jpg", "jpeg"), "JPEG 图片"),
    "image/webp": (("webp",), "WebP 图片"),
    "image/gif": (("gif",), "GIF 图片"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        ("docx",),
        "Word 文档",
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (("xlsx",), "Excel 表格"),
    "text/plain": (("txt",), "文本"),
    "text/csv": (("csv",), "CSV 表格"),
}

LONGEST_NAME = 150

_HEADS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_OFFICE = (
    ("word/document.xml", b"wordprocessingml.document.main+xml", "wordprocessingml.document"),
    ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml", "spreadsheetml.sheet"),
)

_MOST_ENTRIES = 2_000
_MOST_DIRECTORY = 1 << 20
_MOST_UNPACKED = 200 << 20
_MOST_PACKED_TIMES = 200
_CHUNK = 1 << 18
_TEXT_CONTROLS = frozenset("\t\n\r\f")
_END_OF_DIRECTORY = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"


def identify(file: BinaryIO, name: str) -> str:
    """The media type of a seekable file of this name. Invalid (`/file`) for what is not accepted."""
    extension = name.rpartition(".")[2].lower()
    file.seek(0)
    head = file.read(16)
    if not head:
        raise _refusal("文件是空的，请重新选择。", "file-empty")
    found = _by_head(head)
    if found is None:
        found = _of_archive(file) if head.startswith(b"PK\x03\x04") else _of_text(file, extension)
    extensions, word = ALLOWED[found]
    if extension not in extensions:
        raise _refusal(
            f"文件内容是{word}，扩展名却是“.{extension}”，请改正后再上传。", "file-type-mismatch"
        )
    return found


def clean_name(name: str) -> str:
    """The name without path, control or direction characters. Invalid (`/file`) if nothing is left.

    A right-to-left mark can make `fdp.exe` read as `exe.pdf`; none survives.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        "_" if char in '<>:"|?*' else char
        for char in text
        if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    stem, dot, extension = " ".join(kept.split()).strip(". ").rpartition(".")
    if not dot or not stem.strip() or not extension.isalnum() or len(extension) > 10:
        raise _refusal("文件名应有扩展名，例如“整改报告.pdf”。", "file-name")
    return f"{stem.strip()[: LONGEST_NAME - len(extension) - 1]}.{extension}"


def _by_head(head: bytes) -> str | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _HEADS if head.startswith(magic)), None)


def _of_text(file: BinaryIO, extension: str) -> str:
    """UTF-8 without control characters; text of any other kind is not told from binary data."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while chunk := file.read(_CHUNK):
            _plain(decoder.decode(chunk))
        _plain(decoder.decode(b"", final=True))
    except ValueError:
        known = "、".join(word for _, word in ALLOWED.values())
        raise _refusal(
            f"不支持这种文件。可以上传：{known}（文本和 CSV 须为 UTF-8 编码）。", "file-type"
        ) from None
    return "text/csv" if extension == "csv" else "text/plain"


def _plain(text: str) -> None:
    if any(unicodedata.category(char) == "Cc" and char not in _TEXT_CONTROLS for char in text):
        raise ValueError("a control character")


def _of_archive(file: BinaryIO) -> str:
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive)
            types = _read_types(archive)
            names = set(archive.namelist())
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise _refusal("文件已损坏，无法识别，请重新导出后再上传。", "file-broken") from error
    for part, marker, kind in _OFFICE:
        if part in names and marker in types:
            return f"application/vnd.openxmlformats-officedocument.{kind}"
    raise _refusal("不支持这种压缩文件，请上传 docx、xlsx 或 PDF。", "file-type")


def _check_directory(file: BinaryIO) -> None:
    """Refuse before reading it a table of contents that would fill the memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - (1 << 16) - 22))
    tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) - at < 22:
        raise _refusal("文件已损坏，无法识别，请重新导出后再上传。", "file-broken")
    entries, directory = struct.unpack_from("<HI", tail, at + 10)
    is_zip64 = tail[max(0, at - 20) : at].startswith(_ZIP64_LOCATOR)
    if is_zip64 or entries > _MOST_ENTRIES or directory > _MOST_DIRECTORY:
        raise _bomb()


def _check_entries(archive: zipfile.ZipFile) -> None:
    unpacked = 0
    for entry in archive.infolist():
        unpacked += entry.file_size
        is_dense = entry.file_size > _MOST_PACKED_TIMES * max(entry.compress_size, 1)
        if unpacked > _MOST_UNPACKED or (is_dense and entry.file_size > 10 << 20):
            raise _bomb()
        if entry.flag_bits & 0x1:
            raise _refusal("文件加了密码，请去掉密码后再上传。", "file-encrypted")
        if entry.filename.lower().endswith("vbaproject.bin"):
            raise _refusal("文件含有宏，请另存为不含宏的文件。", "file-macros")


def _read_types(archive: zipfile.ZipFile) -> bytes:
    with archive.open("[Content_Types].xml") as part:
        return part.read(_CHUNK)


def _bomb() -> Invalid:
    return _refusal("压缩文件展开后过大，不能上传。", "file-bomb")


def _refusal(detail: str, code: str) -> Invalid:
    fault = Fault(pointer="/file", detail=detail, code=code)
    return Invalid(detail, errors=[fault], code=code)
