"""The application over the samples of whole cases."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask

from api.app import ApiSettings, create_app
from tests.api.browser import Browser
from tests.process.conftest import beginnings, office, sample_template
from tests.process.office import Office

__all__ = ["beginnings", "office", "sample_template"]

#: The school of the case, and who answers for it.
UNIT = "129901-S1"


@dataclass
class Desk:
    """The application of an office whose cases the test plays."""

    office: Office
    app: Flask

    def browser(self, username: str) -> Browser:
        """A window with an open session of this sample person."""
        return Browser(self.app).admit(self.office.engine, self.office.actor(username))

    def dossier(self, window: Browser, instance_id: str) -> dict:  # type: ignore[type-arg]  # JSON
        """The case of an instance as a window's person sees it."""
        rows = window.get("/supervision/cases", instance_id=instance_id).json["items"]
        assert len(rows) == 1, rows
        found: dict = window.get(f"/supervision/cases/{rows[0]['id']}").json  # type: ignore[type-arg]
        return found


@pytest.fixture
def desk(office: Office) -> Desk:  # the fixture of the import
    """The application of this test."""
    return Desk(office=office, app=create_app(office.engine, ApiSettings()))
