"""A little mail server that behaves as badly as a test wants it to."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any


@dataclass
class Post:
    """What arrived, and how the server behaves. Each address may be refused with a code of its own."""

    arrived: list[tuple[str, Message]] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    text_code: int = 250
    slow: float = 0  # seconds before each answer to a recipient
    hangs_up: str = ""  # "before" it asks for the text, or "after" it has got it
    port: int = 0

    def recipients(self) -> list[str]:
        return sorted(recipient for recipient, _ in self.arrived)


class Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.recipient = ""
        self.say(220)
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if not getattr(self, f"on_{verb.decode().lower()}", self.on_other)(line):
                return

    def say(self, code: int) -> bool:
        self.wfile.write(f"{code} to {self.recipient or 'you'}\r\n".encode())
        return True

    @property
    def post(self) -> Post:
        return self.server.post  # type: ignore[attr-defined]

    def on_other(self, line: bytes) -> bool:
        return self.say(250)

    def on_quit(self, line: bytes) -> bool:
        self.say(221)
        return False

    def on_rcpt(self, line: bytes) -> bool:
        self.recipient = line.decode().partition("<")[2].partition(">")[0]
        time.sleep(self.post.slow)
        return self.say(self.post.refused.get(self.recipient, 250))

    def on_data(self, line: bytes) -> bool:
        if self.post.hangs_up == "before":
            return False
        self.say(354)
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        if self.post.text_code == 250:
            self.post.arrived.append((self.recipient, message_from_bytes(b"".join(lines))))
        return self.post.hangs_up != "after" and self.say(self.post.text_code)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up on us is no failure of the test."""


@contextmanager
def mail_server(post: Post) -> Iterator[None]:
    """Serves until the block ends, at the port it had before if it had one."""
    with Server(("127.0.0.1", post.port), Talk) as server:
        server.post = post  # type: ignore[attr-defined]
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield
        server.shutdown()
        thread.join()
