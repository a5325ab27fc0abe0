"""What an uploaded file is, by its bytes; and the name it is kept under."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid
from engine.filing import media

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PARTS = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
}


def _entry(name: str) -> zipfile.ZipInfo:
    """Of no particular time: these bytes are in the ids of tests, and the same in every process."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def office(kind: str, **more: bytes) -> bytes:
    """A small office file; `more` are further entries by name."""
    part, subtype = _PARTS[kind]
    types = (
        '<?xml version="1.0"?><Types><Override PartName="/x" ContentType='
        f'"application/vnd.openxmlformats-officedocument.{subtype}.main+xml"/></Types>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry("[Content_Types].xml"), types)
        archive.writestr(_entry(part), "<x/>")
        for name, content in more.items():
            archive.writestr(_entry(name), content)
    return target.getvalue()


def _refused(content: bytes, name: str) -> str:
    with pytest.raises(Invalid) as caught:
        media.identify(io.BytesIO(content), name)
    (fault,) = caught.value.errors
    assert fault.pointer == "/file"
    return fault.code


def _looked_at(content: bytes, name: str) -> str:
    """The media type, or the pointer of the refusal."""
    try:
        return media.identify(io.BytesIO(content), name)
    except Invalid as refusal:
        return refusal.errors[0].pointer


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"%PDF-1.7\n...", "报告.pdf", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "a.PNG", "image/png"),
        (b"\xff\xd8\xff\xe0....", "a.jpg", "image/jpeg"),
        (b"\xff\xd8\xff\xe0....", "a.jpeg", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a.webp", "image/webp"),
        (b"GIF89a....", "a.gif", "image/gif"),
        (office("docx"), "a.docx", DOCX),
        (office("xlsx"), "a.xlsx", XLSX),
        ("一，二\n三".encode(), "a.txt", "text/plain"),
        ("\ufeff一,二\n三,四".encode(), "a.csv", "text/csv"),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, name: str, expected: str) -> None:
    assert media.identify(io.BytesIO(content), name) == expected


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "file-empty"),
        (b"%PDF-1.7", "a.docx", "file-type-mismatch"),
        (b"%PDF-1.7", "a.txt", "file-type-mismatch"),
        (b"plain text", "a.pdf", "file-type-mismatch"),
        (office("docx"), "a.xlsx", "file-type-mismatch"),
        (b"MZ\x90\0\x03\0\0\0", "a.exe", "file-type"),
        (b"MZ\x90\0\x03\0\0\0", "a.txt", "file-type"),
        (b"<svg onload='x'/>", "a.svg", "file-type-mismatch"),
        ("中文".encode("gb18030"), "a.txt", "file-type"),
        (b"a\0b", "a.txt", "file-type"),
        (b"a\x1b[31mb", "a.txt", "file-type"),
        (b"abc" + "一".encode()[:2], "a.txt", "file-type"),
        (b"PK\x03\x04 not an archive", "a.docx", "file-broken"),
        (office("docx")[:-30], "a.docx", "file-broken"),
        (office("docx", **{"word/vbaProject.bin": b"x"}), "a.docx", "file-macros"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "file-type"),
    ],
)
def test_what_is_not_accepted_is_refused_with_its_reason(
    content: bytes, name: str, code: str
) -> None:
    assert _refused(content, name) == code


def test_an_archive_of_something_else_is_no_document() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<x/>")
    assert _refused(target.getvalue(), "a.docx") == "file-type"
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("hello.txt", "x")
    assert _refused(empty.getvalue(), "a.docx") == "file-broken"


def test_an_archive_that_would_fill_the_memory_is_refused_unread() -> None:
    assert _refused(office("docx", **{"big.xml": b"\0" * (11 << 20)}), "a.docx") == "file-bomb"
    many = office("docx", **{f"{n}.xml": b"" for n in range(2_001)})
    assert _refused(many, "a.docx") == "file-bomb"
    content = bytearray(office("docx"))
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<I", content, end + 12, 1 << 30)
    assert _refused(bytes(content), "a.docx") == "file-bomb"


def test_an_encrypted_archive_is_refused() -> None:
    content = bytearray(office("docx"))
    entry = content.find(b"PK\x01\x02")
    content[entry + 8] |= 1
    assert _refused(bytes(content), "a.docx") == "file-encrypted"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("整改报告.pdf", "整改报告.pdf"),
        ("C:\\Users\\me\\a.pdf", "a.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("a\0b\n c.pdf", "ab c.pdf"),
        ("  .hidden.pdf ", "hidden.pdf"),
        ('a<b>:"c".pdf', "a_b___c_.pdf"),
        ("长" * 300 + ".pdf", "长" * (media.LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_keeps_nothing_that_misleads(given_name: str, kept: str) -> None:
    assert media.clean_name(given_name) == kept


@pytest.mark.parametrize("name", ["", "noextension", ".pdf", "a.", "\u202e.pdf", "a/b/", "a.p df"])
def test_a_name_without_stem_or_extension_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        media.clean_name(name)


@given(st.text(max_size=60))
def test_a_kept_name_is_clean_and_stays_as_it_is(text: str) -> None:
    try:
        kept = media.clean_name(text + ".pdf")
    except Invalid:
        return
    assert media.clean_name(kept) == kept
    assert len(kept) <= media.LONGEST_NAME
    assert not set(kept) & set('/\\<>:"|?*\0')
    assert all(unicodedata.category(char)[0] != "C" for char in kept)


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.docx", "a.txt", "a.csv", "a.png"]))
def test_no_content_at_all_breaks_the_look(content: bytes, name: str) -> None:
    assert _looked_at(content, name) in {*media.ALLOWED, "/file"}


@given(st.data())
def test_no_damage_to_an_archive_breaks_the_look(data: st.DataObject) -> None:
    content = bytearray(office("docx"))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert _looked_at(bytes(content), "a.docx") in {DOCX, "/file"}
