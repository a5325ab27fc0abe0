"""What the command line says, in Chinese; in English where LC_ALL or LANG begins with `en`.

One table, so that the two languages are read side by side. Called by cli, start, preflight.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import api.english

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
    "setting.web_address": (
        "{name} 应为 https 开头的网址（本机可用 http），不含查询、片段和密码，现为“{value}”。",
        "{name} must be an https address (http on this machine) without query, fragment or password, "
        "not “{value}”.",
    ),
    "oidc.incomplete": (
        "统一认证的设置不全：还缺 {missing}。请补上，或去掉统一认证的全部设置。",
        "the settings of sign-in by OpenID Connect are not whole: add {missing}, "
        "or remove all of them.",
    ),
    "redactions.unreadable": (
        "到期删除规则文件 {path} 读不懂（{reason}）：请改正，或修改 DUDAO_REDACTIONS。",
        "the file of redaction rules {path} cannot be read ({reason}): correct it, "
        "or change DUDAO_REDACTIONS.",
    ),
    "redactions.family": (
        "到期删除规则文件 {path} 中的“{family}”不是已安装的流程族（已安装：{known}）。",
        "“{family}” in {path} is no installed family (installed: {known}).",
    ),
    "redactions.rule": (
        "到期删除规则文件 {path} 中的 [{family}.{rule}] 不完整：须有 name（名称）、kinds（事件种类，"
        "至少一项）、after_days（结案后天数，不小于 0）、ground（依据），可有 files；"
        "名称不得与流程包自带的规则相同。",
        "[{family}.{rule}] in {path} is not whole: it needs name, kinds (one at least), after_days "
        "(0 or more) and ground, may have files, and must not be called like a rule of the package.",
    ),
    "oidc.own_address": (
        "DUDAO_PUBLIC_URL 应只有协议、主机和端口，如 https://dudao.example，现为“{value}”。",
        "DUDAO_PUBLIC_URL must be scheme, host and port alone, as in https://dudao.example, "
        "not “{value}”.",
    ),
    "oidc.groups": (
        "组对照文件 {path} 读不懂（{reason}）：请改正，或修改 DUDAO_OIDC_GROUPS。",
        "the file of groups {path} cannot be read ({reason}): correct it, or change DUDAO_OIDC_GROUPS.",
    ),
    "oidc.groups_entry": (
        "组对照文件 {path} 的第 {number} 项不完整：[[post]] 须有 group、role、organisation，可有 title。",
        "entry {number} of {path} is not whole: a [[post]] needs group, role and organisation, "
        "and may have a title.",
    ),
    "oidc.groups_admin": (
        "组对照文件 {path} 的第 {number} 项不行：管理员岗位 {role} 只能由人设立，请删去。",
        "entry {number} of {path} will not do: the administrators' post {role} is given by people "
        "only; remove the entry.",
    ),
    "oidc.groups_role": (
        "组对照文件 {path} 的第 {number} 项：没有角色 {role}，已安装的有 {known}。",
        "entry {number} of {path}: there is no role {role}; installed are {known}.",
    ),
    # before a start
    "folder.missing": (
        "文件夹 {path} 不存在：请先建立它，或修改 {setting}。",
        "the folder {path} does not exist: create it, or change {setting}.",
    ),
    "secrets.key": (
        "文件 {path} 读不出密钥：它应是 32 个随机字节的 URL 安全 Base64。请检查 DUDAO_SECRETS_KEY。",
        "no key can be read from the file {path}: it must hold 32 random bytes in URL-safe base64; "
        "check DUDAO_SECRETS_KEY.",
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
    # backup
    "help.backup": ("备份整个系统（运行中也可以）", "copy the whole installation while it runs"),
    "help.restore": ("用备份建立系统", "make an installation from a copy"),
    "backup.done": (
        "已备份到 {path}：数据库和{attachments}个附件。",
        "copied to {path}: the database and {attachments} attachments.",
    ),
    "backup.restored": (
        "已从 {path}（{made_at}）恢复：数据库和{attachments}个附件。请运行 dudao migrate，再启动。",
        "restored from {path} ({made_at}): the database and {attachments} attachments. "
        "Run dudao migrate, then start.",
    ),
    "backup.exists": (
        "{path} 已经存在：请换一个新的文件夹名。",
        "{path} is there already: name a new folder.",
    ),
    "backup.unwritable": (
        "不能建立文件夹 {path}（{reason}）：请换一个位置。",
        "the folder {path} cannot be made ({reason}): choose another place.",
    ),
    "backup.missing": (
        "附件 {digest} 不在附件文件夹里，备份没有完成：请先从旧备份补回该文件。",
        "the attachment {digest} is not in its folder, no copy was made: "
        "bring the file back from an earlier copy first.",
    ),
    "backup.damaged": (
        "{path} 已损坏（内容与摘要不符），没有继续：请换一份完好的备份。",
        "{path} is damaged (its content does not match its digest), nothing was done: "
        "use another copy.",
    ),
    "backup.foreign": (
        "{path} 不是完整的备份：请指向 dudao backup 建立的文件夹。",
        "{path} is no whole copy: name a folder that dudao backup has made.",
    ),
    "backup.dialect": (
        "{path} 是 {found} 数据库的备份：请相应设置 DUDAO_DATABASE_URL。",
        "{path} is a copy of a {found} database: set DUDAO_DATABASE_URL accordingly.",
    ),
    "backup.newer": (
        "{path} 的数据库版本 {found} 比本程序（{wanted}）新：请用更新的程序恢复。",
        "the database in {path} is of version {found}, newer than this program ({wanted}): "
        "restore it with a newer program.",
    ),
    "backup.files_there": (
        "附件文件夹 {path} 里已有文件，没有恢复：请换一个空的文件夹。",
        "the folder of attachments {path} is not empty, nothing was restored: use an empty one.",
    ),
    "backup.database_there": (
        "数据库 {database} 里已有数据，没有恢复：请换一个空的数据库。",
        "the database {database} is not empty, nothing was restored: use an empty one.",
    ),
    "backup.program": (
        "找不到 {program}：请安装 PostgreSQL 的客户端程序。",
        "{program} is not installed: install the client programs of PostgreSQL.",
    ),
    "backup.failed": (
        "{program} 没有成功：{reason}",
        "{program} failed: {reason}",
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
    "migrate.current": (
        "数据库版本为 {found}，与本程序一致。",
        "The database is at version {found}, as this program needs it.",
    ),
    "migrate.behind": (
        "数据库版本为 {found}，本程序需要 {wanted}：请先备份，再运行 dudao migrate。",
        "The database is at version {found}, this program needs {wanted}: "
        "make a backup, then run dudao migrate.",
    ),
    "migrate.busy": (
        "数据库 {database} 一直被占用，没有改动：请稍后再试；"
        "如仍不行，请查看有无长时间未结束的事务。",
        "the database {database} was busy all the time, nothing was changed: try again later; "
        "if it stays so, look for a transaction that does not end.",
    ),
    "migrate.would_lose": (
        "退回 {revision} 会失去已填的内容（表或列，行数）：{lost}。没有改动："
        "请先备份；确实要退回，请加 --yes。",
        "going down to {revision} would lose what is filled in (table or column, rows): {lost}; "
        "nothing was changed. Make a backup first; to go down all the same, add --yes.",
    ),
    "migrate.not_below": (
        "不能从 {found} 退回 {revision}：可以退回的版本是 {known}。",
        "one cannot go down from {found} to {revision}: the versions below are {known}.",
    ),
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
    "model.imported": (
        "已存入草稿 {draft} 的 {path}：{errors} 处错误，{warnings} 处提醒。",
        "kept as {path} of the draft {draft}: {errors} errors, {warnings} warnings.",
    ),
    "model.exported": ("已将 {path} 写入 {file}。", "Wrote {path} to {file}."),
    "model.too_large": (
        "{path} 超过 {most} MB，没有读取。请拆分后再导入。",
        "{path} has more than {most} MB and was not read; divide it first.",
    ),
    "model.no_part": (
        "草稿里没有 {path}。草稿里有：{known}。",
        "the draft has no {path}; it has: {known}.",
    ),
    "fault.error": ("错误", "error"),
    "fault.warning": ("提醒", "warning"),
    "fault.consequence": ("后果：{consequence}", "consequence: {consequence}"),
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
    "audit.journal": ("管理操作记录", "the journal of administration"),
    "audit.journal_whole": (
        "管理操作记录完整：{entries} 条。",
        "Journal OK: {entries} entries.",
    ),
    "audit.redacted": (
        "其中 {count} 条的内容已按规则删除，链条中有记载。",
        "The payloads of {count} entries were redacted by rule, as later entries say.",
    ),
    "audit.chain_gone": (
        "链条缺失：检查点记有 {id}，这里没有。",
        "Chain missing: a checkpoint names {id}, which is not here.",
    ),
    "audit.exported": (
        "已导出 {chains} 条链、{links} 条记录到 {path}。",
        "Exported {chains} chains, {links} entries to {path}.",
    ),
    "audit.export_only": (
        "核对导出文件时不能用 --instance。",
        "--instance is for the database, not for an export.",
    ),
    "export.garbage": (
        "{path} 不是督导的导出文件，或已损坏（第 {line} 行）。",
        "{path} is no export of Dudao, or is damaged (line {line}).",
    ),
    "export.short": (
        "{path} 不完整：在第 {line} 行之前就结束了，请重新导出或取回完整的文件。",
        "{path} is not whole: it ends before line {line}; export again or fetch the whole file.",
    ),
    "export.format": (
        "{path} 的格式是 {format}，本程序不认识：请使用写出它的版本。",
        "{path} has the format {format}, unknown to this program: use the one that wrote it.",
    ),
    "key.unset": (
        "没有签名密钥：请在 DUDAO_AUDIT_KEY 中写明密钥文件，再用 dudao audit key 建立它。",
        "there is no signing key: name its file in DUDAO_AUDIT_KEY, "
        "then make it with dudao audit key.",
    ),
    "key.open": (
        "密钥文件 {path} 可被他人读取：请运行 chmod 600，并考虑更换密钥。",
        "the key file {path} is open to others: chmod 600 it, and consider a new key.",
    ),
    "key.garbage": (
        "{path} 不是 Ed25519 密钥（PEM）。",
        "{path} is no Ed25519 key in PEM.",
    ),
    "file.unreadable": ("读不了 {path}（{reason}）。", "cannot read {path} ({reason})."),
    "file.unwritten": ("写不了 {path}（{reason}）。", "cannot write {path} ({reason})."),
    "digest.missing": (
        "本机的 OpenSSL 不能计算 {digest}：请改 DUDAO_CHAIN_DIGEST，或换有它的 OpenSSL。",
        "the OpenSSL of this machine has no {digest}: change DUDAO_CHAIN_DIGEST, "
        "or use an OpenSSL that has it.",
    ),
    "mail.sender": (
        "DUDAO_SMTP_FROM 应为发件人的邮件地址，现为“{value}”。",
        "DUDAO_SMTP_FROM must be the address that mail comes from, not “{value}”.",
    ),
    "mail.plain": (
        "DUDAO_SMTP_TLS=none 只能用于本机的邮件服务器，{host} 请用 starttls 或 tls。",
        "DUDAO_SMTP_TLS=none is for a mail server on this machine only; use starttls or tls for {host}.",
    ),
    "mail.ca": (
        "读不到 DUDAO_SMTP_CA 所指的证书 {path}。",
        "the certificates {path} of DUDAO_SMTP_CA cannot be read.",
    ),
    "mail.address": ("{address} 不是邮件地址。", "{address} is no mail address."),
    "mail.unset": (
        "没有设置邮件服务器，请设置 DUDAO_SMTP_HOST 和 DUDAO_SMTP_FROM。",
        "no mail server is set; set DUDAO_SMTP_HOST and DUDAO_SMTP_FROM.",
    ),
    "mail.refused": ("{host} 没有接受邮件：{reason}", "{host} did not take the mail: {reason}"),
    "mail.tested": ("已交给 {host}，请查收 {address}。", "{host} took it; look into {address}."),
    "mail.test.subject": ("测试邮件", "Test"),
    "mail.test.body": (
        "收到此邮件，说明邮件提醒可以使用。",
        "If you read this, reminders by mail work.",
    ),
    "help.mail": ("邮件。", "Mail."),
    "help.mail.test": (
        "立即发一封测试邮件，看邮件服务器的设置是否可用。",
        "Send a test letter now, to see whether the mail server's settings work.",
    ),
    "checkpoint.taken": ("检查点 {number}：{digest}", "Checkpoint {number}: {digest}"),
    "checkpoint.unknown": ("没有检查点 {number}。", "there is no checkpoint {number}."),
    "checkpoint.garbage": (
        "{path} 不是督导的检查点，或已损坏。",
        "{path} is no checkpoint of Dudao, or is damaged.",
    ),
    "checkpoint.broken": ("检查点 {number} {reason}。", "Checkpoint {number}: {reason}."),
    "checkpoint.signature": ("的签名不对", "its signature does not fit"),
    "checkpoint.key": ("不是用给定的公钥签的", "it was signed with another key than those given"),
    "checkpoint.heads": (
        "所记各链的末尾与签名的不符",
        "the ends of chains that it names are not those that were signed",
    ),
    "checkpoint.unlinked": (
        "与前一个检查点不相连",
        "it does not follow the checkpoint before it",
    ),
    "checkpoint.other": (
        "与这里同号的检查点不是同一个",
        "it is not the one of this number that is here",
    ),
    "checkpoint.gone": (
        "这里没有：可能已恢复成更早的副本、被删除，或导出在它之前",
        "it is not here: an earlier copy was restored, it was deleted, or the export is older",
    ),
    "checkpoint.failed": (
        "检查点有 {count} 处不对。",
        "{count} faults in checkpoints.",
    ),
    "checkpoint.whole": (
        "与检查点相符，最新的是 {number}（{at}）；之后又有 {newer} 条记录，尚无检查点。",
        "It fits the checkpoints up to {number} ({at}); {newer} entries are not covered by any.",
    ),
    "checkpoint.unpinned": (
        "没有给出公钥（--public-key）：签名只与检查点自带的公钥核对，不能证明是谁签的。",
        "No public key was given (--public-key): the signatures fit the keys that came with "
        "them, which does not prove who signed.",
    ),
    "checkpoint.others": (
        "检查点还记有 {count} 条链，不在核对之列。",
        "The checkpoints name {count} more chains, which were not looked at.",
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
    "user.changed": ("已保存 {username}。", "Saved {username}."),
    "user.closed": (
        "已停用 {username}。留下 {left} 项任务，其中 {alone} 项现在无人可办。",
        "Closed {username}. {left} tasks are left, {alone} of them with nobody who could do them.",
    ),
    # organisation, post, import
    "organisation.added": (
        "已登记单位 {code}（{name}）。",
        "Added the organisation {code} ({name}).",
    ),
    "organisation.changed": ("已保存单位 {code}。", "Saved the organisation {code}."),
    "post.added": (
        "已为 {username} 设立岗位 {post}，编号 {id}。",
        "Gave {username} the post {post}, number {id}.",
    ),
    "post.ended": ("已定下岗位 {id} 的最后一天。", "Set the last day of the post {id}."),
    "import.added": ("新增", "added"),
    "import.changed": ("更正", "changed"),
    "import.post_given": ("设立岗位", "post given"),
    "import.unchanged": ("已有，不变", "unchanged"),
    "import.faulty": ("有误", "faulty"),
    "import.checked": (
        "试算了 {rows} 行，什么也没有写入。",
        "Tried {rows} rows; nothing was written.",
    ),
    "import.done": ("已导入 {rows} 行。", "Imported {rows} rows."),
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
    "help.migrate.status": ("数据库是哪个版本。", "Which version the database is at."),
    "help.migrate.down": (
        "退回较早的版本，如 0002。",
        "Take the database down to an earlier version, e.g. 0002.",
    ),
    "help.migrate.yes": (
        "即使会失去已填的内容也退回。",
        "Go down even if what is filled in is lost.",
    ),
    "help.redact": (
        "按保存期限的规则删除已结案件的内容（链条仍可核对）。",
        "Take away by rule what ended cases hold; the chains still verify.",
    ),
    "help.redact.check": ("只列出将删除什么。", "Only list what would go."),
    "help.redact.reason": ("理由，记入操作日志。", "Why; kept in the journal."),
    "help.hold": ("暂停一个案件的删除（如诉讼、调查期间）。", "Keep a case from redaction."),
    "help.hold.lift": ("恢复删除。", "Lift the hold."),
    "redact.due": (
        "{case}：按“{rule}”（{ground}）可删除 {events} 条记录的内容、{files} 个文件。",
        "{case}: by “{rule}” ({ground}) the payloads of {events} entries and {files} files may go.",
    ),
    "redact.done": (
        "{case}：已按“{rule}”（{ground}）删除 {events} 条记录的内容、{files} 个文件。",
        "{case}: by “{rule}” ({ground}) the payloads of {events} entries and {files} files are gone.",
    ),
    "redact.count": ("共 {cases} 项。", "{cases} in all."),
    "redact.reason": (
        "没有删除：请用 --check 查看将删除什么，或用 --reason 写明理由。",
        "nothing was redacted: list what would go with --check, or say why with --reason.",
    ),
    "hold.done": ("已暂停删除案件 {case} 的内容。", "Nothing of the case {case} will be redacted."),
    "hold.lifted": ("案件 {case} 恢复按规则删除。", "The rules count again for the case {case}."),
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
    "help.model": ("模型草稿里的模型文件。", "Model files in drafts of models."),
    "help.model.import": (
        "把流程族 FAMILY 的一个模型文件原样存入草稿，列出它的全部问题。",
        "Keep a model file of the process family FAMILY in a draft as it is, and list its faults.",
    ),
    "help.model.by": ("以哪个用户的身份", "as which user"),
    "help.model.draft": ("放进这个草稿，不新建", "into this draft instead of a new one"),
    "help.model.export": (
        "把草稿 DRAFT 里的 PATH 原样写成文件 FILE。",
        "Write PATH of the draft DRAFT to FILE as it is.",
    ),
    "help.package.json": ("以 JSON 列出，供程序读取", "list them as JSON, for programs"),
    "help.rehearse": (
        "在临时数据库中、用移动的时钟演练整个案件。",
        "Play a whole case under a moved clock against a throw-away database.",
    ),
    "help.audit": ("流转记录的链条。", "The chains of history."),
    "help.audit.verify": (
        "核对流转记录的链条：数据库中的，或导出文件 EXPORT（不需要数据库）；有断裂时退出码为 1。",
        "Verify the chains of history in the database, or in the file EXPORT without a database; "
        "exit code 1 where one is broken.",
    ),
    "help.audit.checkpoint_file": (
        "另存在外面的检查点，可多次",
        "a checkpoint that was kept outside, repeatable",
    ),
    "help.audit.public_key": (
        "可信的公钥文件，可多次；默认用 DUDAO_AUDIT_KEY 的公钥",
        "the file of a trusted public key, repeatable; without it that of DUDAO_AUDIT_KEY",
    ),
    "help.audit.key": (
        "建立检查点的签名密钥（已有则不动），打印公钥。",
        "Make the key that signs checkpoints, unless it is there; print the public key.",
    ),
    "help.audit.checkpoint": (
        "给全部链条的末尾签一个检查点，存入数据库，也可写成文件 FILE。",
        "Sign where all chains end now, as a row and, if named, as FILE.",
    ),
    "help.audit.number": (
        "不新签，只写出这个已有的检查点",
        "write out this one that is there, instead of a new one",
    ),
    "help.audit.export": (
        "把流转记录写成文件 FILE，供离线核对；内有全部内容，请妥善保管。",
        "Write the record to FILE, to be verified offline; it holds all payloads, so guard it.",
    ),
    "help.audit.case": ("只导出这个案号或编号的案件，可多次", "only this case, repeatable"),
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
    "help.user.with_activation": (
        "不设密码，打印一个激活码交给本人，三天内有效",
        "set no password, but print an activation code for its owner, good for three days",
    ),
    "help.user.close": (
        "停用账号：登录失效，在办任务退回待办，草稿保留。",
        "Close an account: sessions end, tasks go back to the queue with their drafts.",
    ),
    "help.user.reopen": ("恢复停用的账号。", "Open a closed account again."),
    "help.user.change": ("更正姓名和联系方式。", "Correct name and contact."),
    "help.user.email": ("电子邮箱；给空值则删去", "e-mail address; an empty one removes it"),
    "help.user.phone": ("电话；给空值则删去", "phone number; an empty one removes it"),
    "help.user.activation": (
        "为新账号另打印一个激活码，先前的作废。",
        "Print another activation code for a new account; the earlier one ends.",
    ),
    "help.user.import": (
        "从 CSV 文件导入人员和岗位，全部或一行也不；打印新账号的激活码。",
        "Import people and posts from a CSV file, all or none; prints activation codes.",
    ),
    "help.import.check": (
        "只试算并逐行说明，什么也不写入",
        "only try it and tell of each row; nothing is written",
    ),
    "help.organisation": ("单位。", "Organisations."),
    "help.organisation.list": ("列出单位，下级在上级之后。", "List the organisations as a tree."),
    "help.organisation.under": (
        "只要这个代码的单位及其下级",
        "only the organisation of this code and those below it",
    ),
    "help.organisation.add": ("登记单位。", "Add an organisation."),
    "help.organisation.kind": ("类别，如 school", "its kind, such as school"),
    "help.organisation.parent": ("上级单位的代码", "the code of the one above it"),
    "help.organisation.short": ("简称", "its short name"),
    "help.organisation.rename": ("改名。", "Rename an organisation."),
    "help.organisation.move": (
        "连同下级移到 PARENT 之下；不给则为最上一级。",
        "Move it with all below it under PARENT, or to the root.",
    ),
    "help.organisation.close": (
        "停用单位；还有下级、在任的人、待办任务或在办案件时拒绝并列出。",
        "Close an organisation; refused, with a list, while something hangs on it.",
    ),
    "help.organisation.end_posts": ("同时结束其中的岗位", "end the posts in it, too"),
    "help.organisation.open_cases": (
        "它仍是当事单位的在办案件数",
        "how many open cases it stays party to",
    ),
    "help.organisation.reopen": ("恢复启用。", "Open it again."),
    "help.organisation.import": (
        "从 CSV 文件导入单位，全部或一行也不。",
        "Import organisations from a CSV file, all or none.",
    ),
    "help.delegation": ("代理和离岗委托。", "Delegations of those who are away."),
    "help.delegation.import": (
        "从 CSV 文件导入委托，全部或一行也不。",
        "Import delegations from a CSV file, all or none.",
    ),
    "help.post": ("岗位。", "Posts."),
    "help.post.list": ("列出岗位，含已结束的。", "List posts, those that ended among them."),
    "help.post.user": ("只要此人的", "only of this person"),
    "help.post.add": (
        "设立岗位，写成 角色@单位代码[:职务]。",
        "Give a post, written ROLE@ORGANISATION-CODE[:TITLE].",
    ),
    "help.post.from": ("起始日，默认今天", "its first day; today"),
    "help.post.until": ("最后一天", "its last day"),
    "help.post.close": (
        "结束岗位；编号见 dudao post list。",
        "End a post; its number is in dudao post list.",
    ),
    "help.post.last_day": ("最后一天；不给则即刻结束", "its last day; without it, at once"),
    "help.user.disable_demo": ("停用全部演示账号。", "Disable all demo accounts."),
    "help.calendar": ("工作日历：每年的放假通知。", "The working calendar: each year's notice."),
    "help.calendar.list": ("列出现行的各年。", "List the years in force."),
    "help.calendar.check": (
        "核对通知文件：有何不同，哪些期限会变动；不改变任何东西。",
        "Look at a notice's file: what differs, which deadlines would move; nothing is changed.",
    ),
    "help.calendar.import": (
        "导入通知并重新推算进行中的期限。",
        "Bring a notice in and count the open deadlines anew.",
    ),
    "help.calendar.name": ("日历的名称", "the calendar's name"),
    "help.calendar.reason": ("理由，记入操作日志和各案", "why; kept in the journal and each case"),
    "calendar.notice": ("{year}年：{source}", "{year}: {source}"),
    "calendar.in_force": ("现行版本：{version}", "version in force: {version}"),
    "calendar.warning": ("  请核对：{warning}", "  look again: {warning}"),
    "calendar.would_move": (
        "涉及进行中的期限{looked}项，其中{moves}项会变动。",
        "{looked} open deadlines are concerned, {moves} would move.",
    ),
    "calendar.more": ("  还有{count}项。", "  {count} more."),
    "calendar.stored": ("{year}年第{version}版已生效。", "{year}, version {version}, is in force."),
    "calendar.progress": (
        "已推算{looked}/{total}项，变动{moved}项。",
        "{looked}/{total} counted, {moved} moved.",
    ),
    "calendar.provisional": ("（暂定，通知尚未公布）", " (provisional: no notice yet)"),
    "calendar.waiting": (
        "有{count}项进行中的期限等待尚未公布的通知。",
        "{count} open deadlines rest on a year without a notice.",
    ),
    "help.deadline": ("期限。", "Deadlines."),
    "help.deadline.list": (
        "列出一个案件的期限，每项说明为什么是这一天。",
        "List the deadlines of a case, each with why it is that day.",
    ),
    "calendar.no_case": (
        "案号 {case} 没有对应到唯一的案件。",
        "the number {case} names no single case.",
    ),
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


def said(sentence: str) -> str:
    """What an engine or a check says, in the person's language."""
    return api.english.of(sentence) if speaks_english() else sentence
