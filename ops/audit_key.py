"""The key that signs checkpoints: a file outside the database that its owner alone reads.

The public key is what verifiers keep; whoever has the private one can sign a record that never was.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.record import seals
from ops.errors import Refusal
from ops.new_file import create

#: A key of this kind has about 120 bytes.
MAX_BYTES = 4096


def make(path: Path | None) -> Ed25519PrivateKey:
    """The key in this file; made if there is none."""
    if path is None:
        raise Refusal("key.unset")
    if not os.path.lexists(path):
        _write(path, Ed25519PrivateKey.generate())
    return load(path)


def load(path: Path | None) -> Ed25519PrivateKey:
    """The key in this file. Refusal where it is not there, not ours, or open to others."""
    if path is None:
        raise Refusal("key.unset")
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refusal("file.unreadable", path=path, reason=error.strerror) from None
    if mode & 0o077:
        raise Refusal("key.open", path=path)
    try:
        key = serialization.load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Refusal("key.garbage", path=path)
    return key


def load_public(path: Path) -> str:
    """A public key that a verifier kept, in hex."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refusal("file.unreadable", path=path, reason=error.strerror) from None
    try:
        key = serialization.load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise Refusal("key.garbage", path=path)
    return seals.public_hex(key)


def trusted(own: Path | None, given: Iterable[Path]) -> frozenset[str]:
    """The public keys that a verifier trusts: those given, else that of this installation's key.

    Who may not read that one has none.
    """
    keys = frozenset(load_public(path) for path in given)
    if not keys and own is not None and os.access(own, os.R_OK):
        keys = frozenset((seals.public_hex(load(own).public_key()),))
    return keys


def public_pem(key: Ed25519PrivateKey) -> str:
    """What is printed, and kept by verifiers."""
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def _write(path: Path, key: Ed25519PrivateKey) -> None:
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    create(path, [text])
