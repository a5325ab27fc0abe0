"""The addresses of the accountability domain, found by the entry-point group `dudao.blueprints`."""

from api.supervision import cases, dashboard, ledger, obligations, portal, registry, suggestions

ROUTES = (
    cases.routes,
    dashboard.routes,
    ledger.routes,
    obligations.routes,
    registry.routes,
    registry.records,
    suggestions.routes,
    portal.pages,
)
