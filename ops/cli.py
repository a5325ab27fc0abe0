"""The command `dudao`. Each command reads the settings, looks before it leaps, and calls one verb.

Heavy modules are imported inside the commands: `dudao --help` should not wait for them.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from engine.errors import EngineError, Invalid
from ops import settings as settings_module
from ops.errors import Refusal
from ops.messages import said, text
from ops.people_commands import USER_COMMANDS, delegation, organisation, post
from ops.settings import Settings

if TYPE_CHECKING:
    from engine.engine import Engine


def main() -> None:
    """The entry point. What a person can mend is one line on standard error and exit code 1."""
    try:
        cli(prog_name="dudao")
    except Invalid as error:
        _fail(" ".join(map(said, [error.detail, *(fault.detail for fault in error.errors)])))
    except (Refusal, EngineError) as error:
        _fail(said(str(error)))


@click.group(help=text("help.main"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dudao", message="%(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    context.obj = settings_module.read()


@cli.command(help=text("help.serve"))
@click.pass_obj
def serve(settings: Settings) -> None:
    from ops import preflight, provider, serve
    from ops.accounts import count_demo
    from ops.bootstrap import built_web

    preflight.ready(settings)
    engine = _engine(settings)
    preflight.demo_accounts(settings, count_demo(engine))
    provider.read(settings, engine.packages.values())
    preflight.port(settings)
    if built_web() is None:
        click.echo(text("web.missing"), err=True)
    serve.run(settings)


@cli.command(help=text("help.worker"))
@click.pass_obj
def worker(settings: Settings) -> None:
    from ops import checkpointing, logs, preflight, worker
    from ops.mail import Server

    preflight.ready(settings)
    logs.configure(settings.log_level)
    worker.run(
        _engine(settings),
        mail=Server.of(settings),
        poll_seconds=settings.worker_poll_seconds,
        batch=settings.worker_batch,
        share=settings.worker_share,
        timed=checkpointing.Timed.of(settings),
        kept=timedelta(days=settings.keep_days),
    )


@cli.command(help=text("help.start"))
@click.pass_obj
def start(settings: Settings) -> None:
    from ops import start

    start.run(settings)


@cli.group(help=text("help.migrate"), invoke_without_command=True)
@click.pass_context
def migrate(context: click.Context) -> None:
    from ops import bootstrap, migrate, preflight

    if context.invoked_subcommand is not None:
        return
    preflight.migratable(context.obj)
    bootstrap.install(context.obj)
    click.echo(text("migrate.done", version=migrate.head()))


@migrate.command("status", help=text("help.migrate.status"))
@click.pass_obj
def migration_status(settings: Settings) -> None:
    from ops import migrate, preflight

    preflight.existing(settings)
    at = migrate.found(settings)
    key = "migrate.current" if at == migrate.head() else "migrate.behind"
    click.echo(text(key, found=at, wanted=migrate.head()))


@migrate.command("down", help=text("help.migrate.down"))
@click.argument("revision")
@click.option("--yes", is_flag=True, help=text("help.migrate.yes"))
@click.pass_obj
def migrate_down(settings: Settings, revision: str, yes: bool) -> None:
    from ops import migrate, preflight

    preflight.existing(settings)
    migrate.run_down(settings, revision, may_lose=yes)
    click.echo(text("migrate.done", version=revision))


@cli.command(help=text("help.backup"))
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
def backup(settings: Settings, folder: Path) -> None:
    from engine.clock import SystemClock
    from ops import backup, preflight

    preflight.ready(settings)
    told = backup.make(settings, folder, clock=SystemClock())
    click.echo(text("backup.done", path=folder, attachments=told["attachments"]))


@cli.command(help=text("help.restore"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def restore(settings: Settings, folder: Path) -> None:
    from ops import backup, preflight

    preflight.folders(settings)
    told = backup.restore(settings, folder)
    made_at, attachments = told["made_at"], told["attachments"]
    click.echo(text("backup.restored", path=folder, made_at=made_at, attachments=attachments))


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
@click.option("--json", "as_json", is_flag=True, help=text("help.package.json"))
def check_packages(files: tuple[Path, ...], *, as_json: bool) -> None:
    from engine.package import discover
    from ops import packages

    installed = {found.family: found for found in discover()}
    if as_json:
        sys.exit(0 if packages.check_for_programs(files, installed, say=click.echo) else 1)
    results = [packages.check(path, installed, say=click.echo) for path in files]
    sys.exit(0 if all(results) else 1)


@cli.group(help=text("help.model"))
def model() -> None:
    pass


@model.command("import", help=text("help.model.import"))
@click.argument("family")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help=text("help.model.by"))
@click.option("--draft", "draft_id", default=None, help=text("help.model.draft"))
@click.pass_obj
def import_model(
    settings: Settings, family: str, file: Path, username: str, draft_id: str | None
) -> None:
    from ops import models

    models.import_file(
        _ready_engine(settings),
        file,
        username=username,
        family=family,
        draft_id=draft_id,
        say=click.echo,
    )


@model.command("export", help=text("help.model.export"))
@click.argument("draft")
@click.argument("path")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help=text("help.model.by"))
@click.pass_obj
def export_model(settings: Settings, draft: str, path: str, file: Path, username: str) -> None:
    from ops import models

    written = models.export_file(_ready_engine(settings), draft, path, username=username)
    file.write_bytes(written.encode())
    click.echo(text("model.exported", path=path, file=file))


@cli.command(help=text("help.rehearse"))
@click.argument("case", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def rehearse(case: Path) -> None:
    from ops import rehearse

    sys.exit(0 if rehearse.run(case, say=click.echo) else 1)


@cli.group(help=text("help.audit"))
def audit() -> None:
    pass


@audit.command("verify", help=text("help.audit.verify"))
@click.argument("export", required=False, type=click.Path(path_type=Path))
@click.option("--instance", "key", default=None, help=text("help.audit.instance"))
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(path_type=Path),
    help=text("help.audit.checkpoint_file"),
)
@click.option(
    "--public-key",
    "public",
    multiple=True,
    type=click.Path(path_type=Path),
    help=text("help.audit.public_key"),
)
@click.pass_obj
def verify_chains(
    settings: Settings,
    export: Path | None,
    key: str | None,
    kept: tuple[Path, ...],
    public: tuple[Path, ...],
) -> None:
    from ops import audit, audit_export, audit_key, checkpointing

    outside = [checkpointing.read(path) for path in kept]
    keys = audit_key.trusted(settings.audit_key, public)
    if export is not None:
        if key is not None:
            raise Refusal("audit.export_only")
        with audit_export.opened(export) as source:
            whole = audit.verify(source, kept=outside, keys=keys, say=click.echo)
    else:
        engine = _ready_engine(settings)
        ids = None if key is None else audit.find(engine, [key])
        whole = audit.verify(audit.live(engine, ids), kept=outside, keys=keys, say=click.echo)
    sys.exit(0 if whole else 1)


@audit.command("key", help=text("help.audit.key"))
@click.pass_obj
def audit_key(settings: Settings) -> None:
    from ops import audit_key

    click.echo(audit_key.public_pem(audit_key.make(settings.audit_key)), nl=False)


@audit.command("checkpoint", help=text("help.audit.checkpoint"))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--number", type=int, default=None, help=text("help.audit.number"))
@click.pass_obj
def checkpoint(settings: Settings, file: Path | None, number: int | None) -> None:
    from ops import audit_key, checkpointing

    engine = _ready_engine(settings)
    if number is None:
        key = audit_key.load(settings.audit_key)
        seal = checkpointing.take(engine, key, folder=settings.checkpoint_dir)
        number = seal.number
        click.echo(text("checkpoint.taken", number=number, digest=seal.digest))
    if file is not None:
        checkpointing.write(engine, number, file)


@audit.command("export", help=text("help.audit.export"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--case", "cases", multiple=True, help=text("help.audit.case"))
@click.pass_obj
def export_record(settings: Settings, file: Path, cases: tuple[str, ...]) -> None:
    from ops import audit, audit_export

    engine = _ready_engine(settings)
    ids = audit.find(engine, cases) if cases else None
    chains, links = audit_export.write(engine, ids, file)
    click.echo(text("audit.exported", chains=chains, links=links, path=file))


@cli.command(help=text("help.redact"))
@click.option("--check", is_flag=True, help=text("help.redact.check"))
@click.option("--reason", default="", help=text("help.redact.reason"))
@click.pass_obj
def redact(settings: Settings, check: bool, reason: str) -> None:
    from ops import redaction

    if check:
        redaction.check(_ready_engine(settings), say=click.echo)
    elif reason.strip():
        redaction.run(_ready_engine(settings), reason=reason.strip(), say=click.echo)
    else:
        raise Refusal("redact.reason")


@cli.command(help=text("help.hold"))
@click.argument("case")
@click.option("--reason", required=True, help=text("help.redact.reason"))
@click.option("--lift", is_flag=True, help=text("help.hold.lift"))
@click.pass_obj
def hold(settings: Settings, case: str, reason: str, lift: bool) -> None:
    from ops import redaction

    redaction.hold(_ready_engine(settings), case, reason=reason, lift=lift)
    click.echo(text("hold.lifted" if lift else "hold.done", case=case))


@cli.group(help=text("help.user"))
def user() -> None:
    pass


@user.command("add", help=text("help.user.add"))
@click.argument("username")
@click.option("--name", required=True, help=text("help.user.name"))
@click.option("--post", "posts", multiple=True, help=text("help.user.post"))
@click.option("--stdin", is_flag=True, help=text("help.user.stdin"))
@click.option("--activation", is_flag=True, help=text("help.user.with_activation"))
@click.pass_obj
def add_user(
    settings: Settings,
    username: str,
    name: str,
    posts: tuple[str, ...],
    stdin: bool,
    activation: bool,
) -> None:
    from ops import accounts, people

    engine = _ready_engine(settings)
    password = None if activation else _password(stdin)
    accounts.add(engine, username, name=name, posts=posts, password=password)
    click.echo(text("user.added", username=username, name=name))
    if activation:
        click.echo(people.activation(engine, username))


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


for command in USER_COMMANDS:
    user.add_command(command)
cli.add_command(organisation)
cli.add_command(delegation)
cli.add_command(post)


@cli.group(help=text("help.calendar"))
def calendar() -> None:
    pass


@calendar.command("list", help=text("help.calendar.list"))
@click.option("--calendar", "name", default="cn", help=text("help.calendar.name"))
@click.pass_obj
def list_years(settings: Settings, name: str) -> None:
    from ops import calendars

    calendars.years(_ready_engine(settings), calendar=name, say=click.echo)


@calendar.command("check", help=text("help.calendar.check"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--calendar", "name", default="cn", help=text("help.calendar.name"))
@click.pass_obj
def check_notice(settings: Settings, file: Path, name: str) -> None:
    from ops import calendars

    calendars.check(_ready_engine(settings), file, calendar=name, say=click.echo)


@calendar.command("import", help=text("help.calendar.import"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", required=True, help=text("help.calendar.reason"))
@click.option("--calendar", "name", default="cn", help=text("help.calendar.name"))
@click.pass_obj
def import_notice(settings: Settings, file: Path, reason: str, name: str) -> None:
    from ops import calendars

    engine = _ready_engine(settings)
    calendars.bring_in(engine, file, calendar=name, reason=reason, say=click.echo)


@cli.group(help=text("help.deadline"))
def deadline() -> None:
    pass


@deadline.command("list", help=text("help.deadline.list"))
@click.argument("case")
@click.pass_obj
def list_deadlines(settings: Settings, case: str) -> None:
    from ops import calendars

    calendars.case_deadlines(_ready_engine(settings), case, say=click.echo)


@cli.group(help=text("help.mail"))
def mail() -> None:
    pass


@mail.command("test", help=text("help.mail.test"))
@click.argument("address")
@click.pass_obj
def test_mail(settings: Settings, address: str) -> None:
    from ops import mail

    mail.test(settings, address)
    click.echo(text("mail.tested", host=settings.smtp_host, address=address))


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

    engine = build_engine(settings)
    click.get_current_context().call_on_close(engine.database.dispose)
    return engine


def _ready_engine(settings: Settings) -> Engine:
    from ops import preflight

    preflight.ready(settings)
    return _engine(settings)


def _password(stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    prompt = text("user.ask_password")
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=True))
