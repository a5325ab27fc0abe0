"""The addresses of the accountability domain, found by the entry-point group `dudao.blueprints`."""

from api.supervision import cases, registry

ROUTES = (cases.routes, registry.routes, registry.records)
