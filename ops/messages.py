"""What the command line says, in Chinese; in English where LC_ALL or LANG begins with `en`.

One table, so that the two languages are read side by side. Called by cli, start, preflight.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

#: key → (Chinese, English). Placeholders are named and the same in both.
TEXTS: Mapping[str, tuple[str, str]] = {
    # settings
    "setting.unknown": (
        "不认识的设置 {name}。是不是 {nearest}？",
        "unknown setting {name}; did you mean {nearest}?",
    ),
    "setting.number": (
        "{name} 应为 {least} 至 {most} 之间的整数，现为“{value}”。",
        "{name} must be a whole number from {least} to {most}, not “{value}”.",
    ),
    "setting.choice": (
        "{name} 应为 {known} 之一，现为“{value}”。",
        "{name} must be one of {known}, not “{value}”.",
    ),
    "setting.empty": ("{name} 不能为空。", "{name} must not be empty."),
    "setting.address": (
        "{name} 应为数据库地址，如 sqlite:///var/dudao.db，现为“{value}”。",
        "{name} must be a database address such as sqlite:///var/dudao.db, not “{value}”.",
    ),
    "setting.backend": (
        "{name}：只支持 SQLite 和 PostgreSQL，不支持 {value}。",
        "{name}: only SQLite and PostgreSQL are supported, not {value}.",
    ),
    # before a start
    "folder.missing": (
        "文件夹 {path} 不存在：请先建立它，或修改 {setting}。",
        "the folder {path} does not exist: create it, or change {setting}.",
    ),
    "folder.unwritable": (
        "文件夹 {path} 不可写：请授予写权限，或修改 {setting}。",
        "the folder {path} is not writable: give write permission, or change {setting}.",
    ),
    "file.unwritable": (
        "文件 {path} 不可读写：请授予读写权限，或修改 {setting}。",
        "the file {path} cannot be read and written: give permission, or change {setting}.",
    ),
    "database.missing": (
        "还没有数据库 {database}：请先运行 dudao migrate。",
        "there is no database {database} yet: run dudao migrate first.",
    ),
    "database.corrupt": (
        "数据库文件 {path} 已损坏，或不是数据库文件（{reason}）：请移走它并恢复备份；"
        "没有备份时，移走后运行 dudao migrate 可新建空库。",
        "the database file {path} is corrupt or not a database ({reason}): move it away and "
        "restore a backup; without one, dudao migrate then makes an empty database.",
    ),
    "database.foreign": (
        "数据库 {database} 属于其他程序：请在 DUDAO_DATABASE_URL 中换一个数据库。",
        "the database {database} belongs to another program: "
        "name another one in DUDAO_DATABASE_URL.",
    ),
    "database.old": (
        "数据库版本为 {found}，本程序需要 {wanted}：请先备份，再运行 dudao migrate。",
        "the database is at version {found}, this program needs {wanted}: "
        "make a backup, then run dudao migrate.",
    ),
    "database.newer": (
        "数据库版本 {found} 比本程序的 {wanted} 新，或来自其他版本："
        "请使用与之相配的程序，或恢复旧备份。",
        "the database version {found} is newer than this program's {wanted}, or of another "
        "edition: use the program that fits it, or restore an older backup.",
    ),
    "database.unreachable": (
        "连不上数据库 {database}（{reason}）：请检查数据库服务和 DUDAO_DATABASE_URL。",
        "cannot reach the database {database} ({reason}): "
        "check the database server and DUDAO_DATABASE_URL.",
    ),
    "database.driver": (
        "缺少 PostgreSQL 驱动：请安装 dudao[postgres]。",
        "the PostgreSQL driver is missing: install dudao[postgres].",
    ),
    "port.used": (
        "{host}:{port} 已被占用：请停止占用它的程序，或用 DUDAO_PORT 换一个端口。",
        "{host}:{port} is in use: stop the program that uses it, "
        "or choose another port with DUDAO_PORT.",
    ),
    "port.refused": (
        "不能在 {host}:{port} 上监听（{reason}）：请检查 DUDAO_HOST 和 DUDAO_PORT。",
        "cannot listen on {host}:{port} ({reason}): check DUDAO_HOST and DUDAO_PORT.",
    ),
    "web.missing": (
        "没有网页文件 web/dist，只有接口可用：运行 make web 可构建网页。",
        "the web page web/dist is not built, only the API answers: make web builds it.",
    ),
    "demo.exposed": (
        "数据库中有 {count} 个演示账号，只能在本机地址上运行，{host} 不行："
        "请用 dudao user disable-demo 停用它们，或把 DUDAO_HOST 设为 127.0.0.1。",
        "the database holds {count} demo accounts, which may be served on a loopback address "
        "only, not on {host}: disable them with dudao user disable-demo, "
        "or set DUDAO_HOST to 127.0.0.1.",
    ),
    "start.loopback": (
        "dudao start 只在本机地址上试用，{host} 不行：正式运行请用 dudao serve 和 dudao worker。",
        "dudao start is for trying out on a loopback address, not on {host}: "
        "run dudao serve and dudao worker instead.",
    ),
    # start
    "start.not_deployed": (
        "流程族 {family} 未能部署，没有启动。",
        "the process family {family} could not be deployed; nothing was started.",
    ),
    "start.ready": ("督导已启动：{url}", "Dudao is running: {url}"),
    "start.stop_hint": ("按 Ctrl-C 停止。", "Press Ctrl-C to stop."),
    "start.child_ended": (
        "{name} 意外停止（退出码 {code}），全部停止；原因见上方记录。",
        "{name} ended unexpectedly (exit code {code}); all stopped. The log above says why.",
    ),
    "start.slow": (
        "{url} 在 {seconds} 秒内没有应答，全部停止；原因见上方记录。",
        "{url} did not answer within {seconds} seconds; all stopped. The log above says why.",
    ),
    "start.stopped": ("已停止，数据已保存。", "Stopped; the data are kept."),
    # sample
    "sample.loaded": ("样例数据已载入。", "The sample data are loaded."),
    "sample.none": ("本安装没有样例数据。", "This installation has no sample data."),
    "sample.accounts": (
        "演示账号和密码（本次安装随机生成，保存在 {path}）：",
        "Demo accounts and passwords (random for this installation, kept in {path}):",
    ),
    "sample.accounts_lost": (
        "演示账号的密码文件 {path} 不在了：用 dudao user password 用户名 重设密码。",
        "the demo accounts' password file {path} is gone: "
        "set a new one with dudao user password USERNAME.",
    ),
    # migrate, deploy, check
    "migrate.done": ("数据库已是版本 {version}。", "The database is at version {version}."),
    "deploy.done": (
        "已部署 {name}（{family}）第 {version} 版。",
        "Deployed {name} ({family}), version {version}.",
    ),
    "deploy.same": (
        "{name}（{family}）没有变化，仍为第 {version} 版。",
        "{name} ({family}) is unchanged, still version {version}.",
    ),
    "deploy.refused": (
        "{count} 处错误，未部署，数据库没有变化。",
        "{count} errors; not deployed, nothing changed.",
    ),
    "family.unknown": (
        "没有流程族“{name}”。已安装：{known}。",
        "there is no process family “{name}”; installed: {known}.",
    ),
    "package.unreadable": (
        "{path} 不是流程包（{reason}）。",
        "{path} is not a process package ({reason}).",
    ),
    "package.fine": ("{path}：没有问题。", "{path}: no fault."),
    "package.faulty": (
        "{path}：{errors} 处错误，{warnings} 处提醒。",
        "{path}: {errors} errors, {warnings} warnings.",
    ),
    "fault.error": ("错误", "error"),
    "fault.warning": ("提醒", "warning"),
    "fault.mend": ("改法：{mend}", "mend: {mend}"),
    # audit
    "audit.whole": (
        "链条完整：{chains} 个案件，{links} 条记录。",
        "Chain OK: {chains} cases, {links} entries.",
    ),
    "audit.broken": (
        "链条断裂：{case}（{id}）第 {seq} 条{reason}。",
        "Chain broken: {case} ({id}), entry {seq}: {reason}.",
    ),
    "audit.missing": ("之前缺少记录", "an entry before it is missing"),
    "audit.unlinked": ("与上一条不相连", "it does not follow the entry before it"),
    "audit.metadata": ("本身被改动", "it was changed"),
    "audit.payload": ("的内容被改动", "its payload was changed"),
    "audit.cut_off": (
        "是最后一条，与案件登记的末尾不符",
        "it is the last, but not the head of the case",
    ),
    "audit.payload_gone": (
        "的内容被删除，没有按规则删除的记载",
        "its payload is gone, and no entry says that it was redacted",
    ),
    "audit.shorter": (
        "是最后一条，检查点 {checkpoint} 当时所见更长",
        "it is the last, but checkpoint {checkpoint} saw a longer chain",
    ),
    "audit.rewritten": (
        "与检查点 {checkpoint} 当时所见不同",
        "it is not the one that checkpoint {checkpoint} saw",
    ),
    "audit.algorithm": ("所用的摘要算法本机不能计算", "its digest cannot be computed here"),
    "audit.failed": (
        "{chains} 个案件中有 {broken} 个的链条断裂。",
        "{broken} of {chains} chains are broken.",
    ),
    "audit.unknown": ("没有案件 {case}。", "there is no case {case}."),
    # user
    "user.added": ("已添加用户 {username}（{name}）。", "Added the user {username} ({name})."),
    "user.password_set": ("已更换 {username} 的密码。", "Set a new password for {username}."),
    "user.unknown": ("没有用户 {username}。", "there is no user {username}."),
    "user.demo_disabled": ("已停用 {count} 个演示账号。", "Disabled {count} demo accounts."),
    "user.organisation": (
        "没有代码为“{code}”的机构。",
        "there is no organisation with the code “{code}”.",
    ),
    "user.post": (
        "任职应写成 角色@机构代码[:职务]，现为“{post}”。",
        "a post is written ROLE@ORGANISATION-CODE[:TITLE], not “{post}”.",
    ),
    "user.mark.closed": ("停用", "closed"),
    "user.mark.demo": ("演示", "demo"),
    "user.none": ("还没有用户。", "There are no users yet."),
    "user.ask_password": ("密码", "Password"),
    # help
    "help.main": (
        "督导：流程引擎与教育督导问责。设置用 DUDAO_* 环境变量，见 docs/operating.md。",
        "Dudao: a BPM engine and education-supervision accountability. "
        "Settings are DUDAO_* environment variables, see docs/operating.md.",
    ),
    "help.serve": ("启动网页和接口服务。", "Serve the web page and the API."),
    "help.worker": (
        "启动定时器；可以同时运行多个。",
        "Run the timers; any number of workers may run.",
    ),
    "help.start": (
        "在本机试用：建库、部署、载入样例，再启动服务和定时器。",
        "Try it here: create the database, deploy, load samples, then serve and run the timers.",
    ),
    "help.migrate": ("建立数据库，或升级到本程序的版本。", "Create or upgrade the database."),
    "help.deploy": (
        "部署流程族：已安装的名称，或流程包文件夹。",
        "Deploy a process family: an installed key, or the folder of a package.",
    ),
    "help.deploy.note": ("部署说明", "a note on the deployment"),
    "help.package": ("流程包。", "Process packages."),
    "help.package.check": (
        "检查流程包文件夹或模型文件，列出全部错误，不改动任何东西。",
        "Check package folders or model files, list every fault, change nothing.",
    ),
    "help.rehearse": (
        "在临时数据库中、用移动的时钟演练整个案件。",
        "Play a whole case under a moved clock against a throw-away database.",
    ),
    "help.audit": ("流转记录的链条。", "The chains of history."),
    "help.audit.verify": (
        "核对流转记录的链条；有断裂时退出码为 1。",
        "Verify the chains of history; exit code 1 where one is broken.",
    ),
    "help.audit.instance": ("只核对这个案号或编号的案件", "only the case of this number or id"),
    "help.user": ("用户账号。", "User accounts."),
    "help.user.add": ("添加用户。", "Add a user."),
    "help.user.name": ("姓名", "the person's name"),
    "help.user.post": (
        "任职：角色@机构代码[:职务]，可多次",
        "a post: ROLE@ORGANISATION-CODE[:TITLE], repeatable",
    ),
    "help.user.stdin": (
        "从标准输入读取密码（一行）",
        "read the password from standard input (one line)",
    ),
    "help.user.password": ("更换密码。", "Set a new password."),
    "help.user.list": ("列出用户。", "List the users."),
    "help.user.disable_demo": ("停用全部演示账号。", "Disable all demo accounts."),
    "help.sample": ("样例数据。", "Sample data."),
    "help.sample.load": (
        "载入样例机构和演示账号；重复运行不会重复载入。",
        "Load the sample organisations and demo accounts; running it again adds nothing.",
    ),
}


def speaks_english() -> bool:
    """Whether the person asked for English; POSIX: LC_ALL wins over LANG."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return wanted.lower().startswith("en")


def text(key: str, **data: object) -> str:
    """The message in the person's language. KeyError for a key or a value that is missing."""
    chinese, english = TEXTS[key]
    return (english if speaks_english() else chinese).format(**data)
