"""The nouns of the API, each with its schemas and addresses in one file, in documented order."""

from api.routes import (
    account,
    accounts,
    administration,
    definitions,
    disclosures,
    files,
    health,
    instances,
    mending,
    migrations,
    operations,
    people,
    session,
    tasks,
)

ROUTES = (
    session.routes,
    account.routes,
    tasks.routes,
    instances.routes,
    files.routes,
    disclosures.routes,
    people.routes,
    accounts.routes,
    definitions.routes,
    operations.routes,
    mending.routes,
    migrations.routes,
    administration.routes,
    disclosures.audit,
    health.routes,
)
