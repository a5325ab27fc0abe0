"""A mail server in a process of its own, for tests: `python -m tests.integration.ops.smtp_server …`.

Arguments: PORT FOLDER [CERTIFICATE KEY]. Each letter that it took is a file of FOLDER, in its order. What
it does with a letter is said by the part of the recipient's name before the `@`:
`never` is refused for good, `later` for now, `slowly…` is answered after two seconds,
`hang` is taken and the connection cut before the answer, `drop` is cut as soon as it is announced.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class Handler:
    """Keeps what it takes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken = 0

    async def handle_RCPT(
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        name = address.partition("@")[0]
        if name == "never":
            return "550 no such user"
        if name == "later":
            return "451 try again later"
        if name == "drop":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name.startswith("slowly"):
            await asyncio.sleep(2)
        self._taken += 1
        content = envelope.content
        head = f"X-Tls: {session.ssl is not None}\r\n".encode()
        (self._folder / f"{self._taken:04}.eml").write_bytes(head + content)
        if name == "hang":
            server.transport.abort()
        return "250 taken"


async def main(port: int, folder: Path, certificate: str = "", key: str = "") -> None:
    """Serve until killed; says `ready` when it listens."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    handler, loop = Handler(folder), asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            handler, hostname="localhost", tls_context=context, require_starttls=bool(context)
        )

    server = await loop.create_server(session, "127.0.0.1", port)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
