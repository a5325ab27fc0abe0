"""The command `dudao`. Each command reads the settings, looks before it leaps, and calls one verb.

Heavy modules are imported inside the commands: `dudao --help` should not wait for them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from engine.errors import EngineError, Invalid
from ops import settings as settings_module
from ops.errors import Refusal
from ops.messages import text
from ops.settings import Settings

if TYPE_CHECKING:
    from engine.engine import Engine


def main() -> None:
    """The entry point. What a person can mend is one line on standard error and exit code 1."""
    try:
        cli(prog_name="dudao")
    except Invalid as error:
        _fail(" ".join([error.detail, *(fault.detail for fault in error.errors)]))
    except (Refusal, EngineError) as error:
        _fail(str(error))


@click.group(help=text("help.main"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dudao", message="%(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    context.obj = settings_module.read()


@cli.command(help=text("help.serve"))
@click.pass_obj
def serve(settings: Settings) -> None:
    from ops import preflight, serve
    from ops.accounts import count_demo
    from ops.bootstrap import built_web

    preflight.ready(settings)
    preflight.demo_accounts(settings, count_demo(_engine(settings)))
    preflight.port(settings)
    if built_web() is None:
        click.echo(text("web.missing"), err=True)
    serve.run(settings)


@cli.command(help=text("help.worker"))
@click.pass_obj
def worker(settings: Settings) -> None:
    from ops import logs, preflight, worker

    preflight.ready(settings)
    logs.configure(settings.log_level)
    worker.run(
        _engine(settings), poll_seconds=settings.worker_poll_seconds, batch=settings.worker_batch
    )


@cli.command(help=text("help.start"))
@click.pass_obj
def start(settings: Settings) -> None:
    from ops import start

    start.run(settings)


@cli.command(help=text("help.migrate"))
@click.pass_obj
def migrate(settings: Settings) -> None:
    from ops import bootstrap, migrate, preflight

    preflight.migratable(settings)
    bootstrap.install(settings)
    click.echo(text("migrate.done", version=migrate.head()))


@cli.command(help=text("help.deploy"))
@click.argument("family")
@click.option("--note", default="", help=text("help.deploy.note"))
@click.pass_obj
def deploy(settings: Settings, family: str, note: str) -> None:
    from ops import packages, preflight

    preflight.ready(settings)
    engine = _engine(settings)
    package = packages.find(family, engine.packages)
    if not packages.deploy(engine, package, note=note, say=click.echo):
        sys.exit(1)


@cli.group(help=text("help.package"))
def package() -> None:
    pass


@package.command("check", help=text("help.package.check"))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check_packages(files: tuple[Path, ...]) -> None:
    from engine.package import discover
    from ops import packages

    installed = {found.family: found for found in discover()}
    results = [packages.check(path, installed, say=click.echo) for path in files]
    sys.exit(0 if all(results) else 1)


@cli.command(help=text("help.rehearse"))
@click.argument("case", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def rehearse(case: Path) -> None:
    from ops import rehearse

    sys.exit(0 if rehearse.run(case, say=click.echo) else 1)


@cli.group(help=text("help.audit"))
def audit() -> None:
    pass


@audit.command("verify", help=text("help.audit.verify"))
@click.option("--instance", "key", default=None, help=text("help.audit.instance"))
@click.pass_obj
def verify_chains(settings: Settings, key: str | None) -> None:
    from ops import audit

    sys.exit(0 if audit.verify(_ready_engine(settings), key, say=click.echo) else 1)


@cli.group(help=text("help.user"))
def user() -> None:
    pass


@user.command("add", help=text("help.user.add"))
@click.argument("username")
@click.option("--name", required=True, help=text("help.user.name"))
@click.option("--post", "posts", multiple=True, help=text("help.user.post"))
@click.option("--stdin", is_flag=True, help=text("help.user.stdin"))
@click.pass_obj
def add_user(
    settings: Settings, username: str, name: str, posts: tuple[str, ...], stdin: bool
) -> None:
    from ops import accounts

    engine = _ready_engine(settings)
    accounts.add(engine, username, name=name, posts=posts, password=_password(stdin))
    click.echo(text("user.added", username=username, name=name))


@user.command("password", help=text("help.user.password"))
@click.argument("username")
@click.option("--stdin", is_flag=True, help=text("help.user.stdin"))
@click.pass_obj
def set_password(settings: Settings, username: str, stdin: bool) -> None:
    from ops import accounts

    accounts.set_password(_ready_engine(settings), username, password=_password(stdin))
    click.echo(text("user.password_set", username=username))


@user.command("list", help=text("help.user.list"))
@click.pass_obj
def list_users(settings: Settings) -> None:
    from ops import accounts

    for line in accounts.lines(_ready_engine(settings)):
        click.echo(line)


@user.command("disable-demo", help=text("help.user.disable_demo"))
@click.pass_obj
def disable_demo(settings: Settings) -> None:
    from ops import accounts

    click.echo(text("user.demo_disabled", count=accounts.disable_demo(_ready_engine(settings))))


@cli.group(help=text("help.sample"))
def sample() -> None:
    pass


@sample.command("load", help=text("help.sample.load"))
@click.pass_obj
def load_sample(settings: Settings) -> None:
    from ops import sample

    sample.load(_ready_engine(settings), settings, say=click.echo)


def _fail(line: str) -> NoReturn:
    click.echo(f"dudao: {line}", err=True)
    sys.exit(1)


def _engine(settings: Settings) -> Engine:
    from ops.bootstrap import build_engine

    return build_engine(settings)


def _ready_engine(settings: Settings) -> Engine:
    from ops import preflight

    preflight.ready(settings)
    return _engine(settings)


def _password(stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    prompt = text("user.ask_password")
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=True))
