"""The public portal: pages made on the server, for everybody, without sign-in, script or tracking."""

from api.supervision.portal.pages import pages

__all__ = ["pages"]
