"""Secrets that must be read again (of authenticators): sealed where the installation has a key.

Without a key they lie in the database as they are, like everything else in it; with one, a stolen
copy of the database alone does not tell them. The key is a Fernet key (AES-128-CBC with HMAC).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from engine.errors import Unavailable

if TYPE_CHECKING:
    from engine.engine import Engine

_SEALED = "fernet:"


def seal(engine: Engine, secret: str) -> str:
    """What is stored."""
    if engine.secrets_key is None:
        return secret
    return _SEALED + Fernet(engine.secrets_key).encrypt(secret.encode()).decode()


def unseal(engine: Engine, stored: str) -> str:
    """The secret. Unavailable where it was sealed with a key that is not here."""
    if not stored.startswith(_SEALED):
        return stored
    try:
        return Fernet(engine.secrets_key or b"").decrypt(stored.removeprefix(_SEALED)).decode()
    except (InvalidToken, ValueError):
        raise Unavailable(
            "服务器现在读不出验证器的密钥，请告诉系统管理员检查密钥文件。",
            code="secrets-key-missing",
        ) from None
