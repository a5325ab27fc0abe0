"""`dudao organisation`, `dudao post`, and the part of `dudao user` that administers accounts."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ops.messages import text
from ops.settings import Settings

if TYPE_CHECKING:
    from engine.engine import Engine

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help=text("help.organisation"))
def organisation() -> None:
    pass


@organisation.command("list", help=text("help.organisation.list"))
@click.option("--under", default=None, help=text("help.organisation.under"))
@click.pass_obj
def list_organisations(settings: Settings, under: str | None) -> None:
    from ops import people

    for line in people.organisation_lines(_engine(settings), under=under):
        click.echo(line)


@organisation.command("add", help=text("help.organisation.add"))
@click.argument("code")
@click.argument("name")
@click.option("--kind", required=True, help=text("help.organisation.kind"))
@click.option("--parent", default=None, help=text("help.organisation.parent"))
@click.option("--short-name", default="", help=text("help.organisation.short"))
@click.pass_obj
def add_organisation(
    settings: Settings, code: str, name: str, kind: str, parent: str | None, short_name: str
) -> None:
    from ops import people

    people.add_organisation(
        _engine(settings), code, name, kind=kind, parent=parent, short_name=short_name
    )
    click.echo(text("organisation.added", code=code, name=name))


@organisation.command("rename", help=text("help.organisation.rename"))
@click.argument("code")
@click.argument("name")
@click.option("--short-name", default=None, help=text("help.organisation.short"))
@click.pass_obj
def rename_organisation(settings: Settings, code: str, name: str, short_name: str | None) -> None:
    from ops import people

    people.rename_organisation(_engine(settings), code, name, short_name=short_name)
    click.echo(text("organisation.changed", code=code))


@organisation.command("move", help=text("help.organisation.move"))
@click.argument("code")
@click.argument("parent", required=False)
@click.pass_obj
def move_organisation(settings: Settings, code: str, parent: str | None) -> None:
    from ops import people

    people.move_organisation(_engine(settings), code, parent)
    click.echo(text("organisation.changed", code=code))


@organisation.command("close", help=text("help.organisation.close"))
@click.argument("code")
@click.option("--end-posts", is_flag=True, help=text("help.organisation.end_posts"))
@click.option("--open-cases", type=int, default=0, help=text("help.organisation.open_cases"))
@click.pass_obj
def close_organisation(settings: Settings, code: str, end_posts: bool, open_cases: int) -> None:
    from ops import people

    engine = _engine(settings)
    people.close_organisation(engine, code, ends_posts=end_posts, open_cases=open_cases)
    click.echo(text("organisation.changed", code=code))


@organisation.command("reopen", help=text("help.organisation.reopen"))
@click.argument("code")
@click.pass_obj
def reopen_organisation(settings: Settings, code: str) -> None:
    from ops import people

    people.reopen_organisation(_engine(settings), code)
    click.echo(text("organisation.changed", code=code))


@organisation.command("import", help=text("help.organisation.import"))
@click.argument("file", type=_FILE)
@click.option("--check", is_flag=True, help=text("help.import.check"))
@click.pass_obj
def import_organisations(settings: Settings, file: Path, check: bool) -> None:
    _import(settings, "organisation", file, check=check)


@click.group(help=text("help.delegation"))
def delegation() -> None:
    pass


@delegation.command("import", help=text("help.delegation.import"))
@click.argument("file", type=_FILE)
@click.option("--check", is_flag=True, help=text("help.import.check"))
@click.pass_obj
def import_delegations(settings: Settings, file: Path, check: bool) -> None:
    _import(settings, "delegation", file, check=check)


@click.group(help=text("help.post"))
def post() -> None:
    pass


@post.command("list", help=text("help.post.list"))
@click.option("--user", "username", default=None, help=text("help.post.user"))
@click.option("--organisation", "code", default=None, help=text("help.organisation.under"))
@click.pass_obj
def list_posts(settings: Settings, username: str | None, code: str | None) -> None:
    from ops import people

    for line in people.post_lines(_engine(settings), username=username, code=code):
        click.echo(line)


@post.command("add", help=text("help.post.add"))
@click.argument("username")
@click.argument("post")
@click.option("--from", "from_on", type=_DAY, default=None, help=text("help.post.from"))
@click.option("--until", "until_on", type=_DAY, default=None, help=text("help.post.until"))
@click.pass_obj
def add_post(
    settings: Settings,
    username: str,
    post: str,
    from_on: datetime | None,
    until_on: datetime | None,
) -> None:
    from ops import people

    post_id = people.add_post(
        _engine(settings), username, post, from_on=_date(from_on), until_on=_date(until_on)
    )
    click.echo(text("post.added", username=username, post=post, id=post_id))


@post.command("close", help=text("help.post.close"))
@click.argument("post_id")
@click.option("--last-day", type=_DAY, default=None, help=text("help.post.last_day"))
@click.pass_obj
def close_post(settings: Settings, post_id: str, last_day: datetime | None) -> None:
    from ops import people

    people.end_post(_engine(settings), post_id, last_day=_date(last_day))
    click.echo(text("post.ended", id=post_id))


@click.command("close", help=text("help.user.close"))
@click.argument("username")
@click.pass_obj
def close_user(settings: Settings, username: str) -> None:
    from ops import people

    left, alone = people.close_account(_engine(settings), username)
    click.echo(text("user.closed", username=username, left=left, alone=alone))


@click.command("reopen", help=text("help.user.reopen"))
@click.argument("username")
@click.pass_obj
def reopen_user(settings: Settings, username: str) -> None:
    from ops import people

    people.reopen_account(_engine(settings), username)
    click.echo(text("user.changed", username=username))


@click.command("change", help=text("help.user.change"))
@click.argument("username")
@click.option("--name", default=None, help=text("help.user.name"))
@click.option("--email", default=None, help=text("help.user.email"))
@click.option("--phone", default=None, help=text("help.user.phone"))
@click.pass_obj
def change_user(
    settings: Settings, username: str, name: str | None, email: str | None, phone: str | None
) -> None:
    from ops import people

    people.change_account(_engine(settings), username, name=name, email=email, phone=phone)
    click.echo(text("user.changed", username=username))


@click.command("activation", help=text("help.user.activation"))
@click.argument("username")
@click.pass_obj
def activate_user(settings: Settings, username: str) -> None:
    from ops import people

    click.echo(people.activation(_engine(settings), username))


@click.command("import", help=text("help.user.import"))
@click.argument("file", type=_FILE)
@click.option("--check", is_flag=True, help=text("help.import.check"))
@click.pass_obj
def import_users(settings: Settings, file: Path, check: bool) -> None:
    _import(settings, "user", file, check=check)


#: What `dudao user` gains here.
USER_COMMANDS = (close_user, reopen_user, change_user, activate_user, import_users)


def _import(settings: Settings, kind: str, file: Path, *, check: bool) -> None:
    from ops import people

    lines, is_well = people.import_file(_engine(settings), kind, file, check=check)
    for line in lines:
        click.echo(line)
    click.echo(text("import.checked" if check else "import.done", rows=len(lines)))
    sys.exit(0 if is_well else 1)


def _date(given: datetime | None) -> date | None:
    return given.date() if given is not None else None


def _engine(settings: Settings) -> Engine:
    from ops import preflight
    from ops.bootstrap import build_engine

    preflight.ready(settings)
    engine = build_engine(settings)
    click.get_current_context().call_on_close(engine.database.dispose)
    return engine
