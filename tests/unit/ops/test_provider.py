"""The settings of sign-in at a provider, and the file of groups: each fault is one line at the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.identity.federation import Seat
from engine.package import discover
from ops import provider, settings
from ops.errors import Refusal

WHOLE = {
    "DUDAO_OIDC_ISSUER": "https://id.example/realm",
    "DUDAO_OIDC_CLIENT_ID": "dudao",
    "DUDAO_OIDC_CLIENT_SECRET": "a secret",
    "DUDAO_PUBLIC_URL": "https://dudao.example/",
}
ENTRY = '[[post]]\ngroup = "g"\nrole = "applicant"\norganisation = "county"\n'


def _refusal(environ: dict[str, str]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        provider.read(settings.read(environ), discover())
    return caught.value


def test_without_settings_there_is_no_provider() -> None:
    assert provider.read(settings.read({}), ()) is None


def test_whole_settings_are_a_provider() -> None:
    found = provider.read(settings.read({**WHOLE, "DUDAO_OIDC_SECOND_FACTOR": "otp, mfa"}), ())
    assert found is not None
    assert found.own_address == "https://dudao.example"
    assert found.second_factor == {"otp", "mfa"}
    assert found.seats is None


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_missing_setting_is_named(name: str) -> None:
    rest = {key: value for key, value in WHOLE.items() if key != name}
    assert name in str(_refusal(rest))


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example",
        "id.example",
        "https://",
        "https://id.example/?a=b",
        "https://id.example/#x",
        "https://me:pw@id.example",
        "https://id.example:99999",
        "javascript:alert(1)",
    ],
)
def test_an_issuer_that_is_no_safe_address_is_refused(address: str) -> None:
    assert "DUDAO_OIDC_ISSUER" in str(_refusal({**WHOLE, "DUDAO_OIDC_ISSUER": address}))


def test_our_own_address_has_no_path() -> None:
    refusal = _refusal({**WHOLE, "DUDAO_PUBLIC_URL": "https://dudao.example/app"})
    assert "DUDAO_PUBLIC_URL" in str(refusal)


def test_groups_give_the_posts_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(ENTRY + ENTRY.replace('"county"', '"city"\ntitle = "科员"'), "utf-8")
    found = provider.seats(path, discover())
    assert found == {
        "g": (
            Seat(group="applicant", organisation="county"),
            Seat(group="applicant", organisation="city", title="科员"),
        )
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[post", "groups.toml"),
        ("post = 7", "groups.toml"),
        ("post = [7]", "1"),
        (ENTRY + ENTRY.replace("role", "rule"), "2"),
        (ENTRY + "title = 7\n", "1"),
        (ENTRY + 'more = "x"\n', "1"),
        (ENTRY + f'title = "{"长" * 81}"\n', "1"),
        (ENTRY.replace("applicant", "security_admin"), "security_admin"),
        (ENTRY.replace("applicant", "no_such_role"), "no_such_role"),
    ],
)
def test_a_wrong_file_of_groups_is_refused_with_the_entry(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(text, "utf-8")
    assert said in str(_refusal({**WHOLE, "DUDAO_OIDC_GROUPS": str(path)}))


def test_a_file_of_groups_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"
    assert str(path) in str(_refusal({**WHOLE, "DUDAO_OIDC_GROUPS": str(path)}))
