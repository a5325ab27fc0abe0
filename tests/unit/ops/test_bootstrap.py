"""What the composition root reads beside the settings themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from engine.engine import Engine
from ops import bootstrap
from ops.errors import Refusal
from ops.settings import Settings
from tests.conftest import EngineFor


def test_without_a_key_file_secrets_are_not_sealed() -> None:
    assert bootstrap.secrets_key(Settings()) is None


def test_the_key_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "secrets.key"
    key = Fernet.generate_key()
    path.write_bytes(key + b"\n")
    assert bootstrap.secrets_key(Settings(secrets_key=path)) == key


@pytest.mark.parametrize("text", [None, b"", b"no key", b"\xff" * 44])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, text: bytes | None) -> None:
    path = tmp_path / "secrets.key"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(Refusal):
        bootstrap.secrets_key(Settings(secrets_key=path))


def test_an_installation_asks_for_second_factors_unless_it_was_told_not_to(
    engine_for: EngineFor,
) -> None:
    engine: Engine = engine_for()
    asks = bootstrap.build_app(engine, Settings()).extensions["dudao.api"]
    assert (asks.require_second_factor, asks.requests_per_minute) == (True, 1200)
    silent = bootstrap.build_app(engine, Settings(require_second_factor=False))
    assert not silent.extensions["dudao.api"].require_second_factor
