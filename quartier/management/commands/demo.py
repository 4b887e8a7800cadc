from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from partners.models import Actor, Neighbourhood, Person
from quartier.demo.story import ADMIN, ORGANISER, PARTNER, PASSWORD, load_story

HOST = "127.0.0.1"


class Command(BaseCommand):
    """From an empty machine to a portal that one can look at: one command, nothing to set up.

    Data that people entered is never touched: the demo goes into an empty database only.
    """

    help = "Prepare the database, load the demo if it is empty, and serve the portal on this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help=_("Where to listen (8000)."))
        parser.add_argument("--no-serve", action="store_true", help=_("Only prepare, do not serve."))

    def handle(self, *args: Any, port: int, no_serve: bool, **options: Any) -> None:
        with override(settings.LANGUAGE_CODE):
            if not settings.DEBUG:
                raise CommandError(_("DEBUG is off: this looks like a real portal. The demo is for trying out only."))
            if not no_serve:
                refuse_taken(port)
            self.stdout.write(_("The database is being prepared …"))
            call_command("migrate", verbosity=0, interactive=False)
            self.load()
            self.say_where(port)
            if no_serve:
                return
            self.stdout.write(_("Stop with Ctrl+C."))
        serve(port)

    def load(self) -> None:
        if any(model.objects.exists() for model in (Neighbourhood, Actor, Person)):
            return
        try:
            load_story()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(_("The demo is loaded."))

    def say_where(self, port: int) -> None:
        lines = ["", _("The portal: %(address)s") % {"address": f"http://localhost:{port}/"}, ""]
        if Person.objects.filter(email=ORGANISER).exists() and Neighbourhood.objects.filter(is_demo=True).exists():
            roles = {
                ORGANISER: _("organiser of Sendling"),
                PARTNER: _("editor of the Stadtbibliothek Sendling"),
                ADMIN: _("admin"),
            }
            lines.append(_("Sign in as (password: %(password)s):") % {"password": PASSWORD})
            lines += [f"  {email:<26}{role}" for email, role in roles.items()]
        else:
            lines.append(_("The database holds other data already, so the demo was not loaded."))
        self.stdout.write("\n".join([*lines, ""]))


def refuse_taken(port: int) -> None:
    """Says so before anything is done when another program listens there."""
    if not 1 <= port <= 65535:
        raise CommandError(_("A port is a number from 1 to 65535."))
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                _("Port %(port)s is not free: another program listens there. Try: manage.py demo --port %(other)s")
                % {"port": port, "other": port + 1 if port < 65535 else 8001}
            ) from error


def serve(port: int) -> None:
    """The portal, and beside it the worker that sends its mails. Both end together: with Ctrl+C, or when one of them ends.

    Each is a process of its own, because the portal has to know from the beginning that a worker runs. Without the
    reloader: a second process would prepare everything a second time. Requests and mails are written to the terminal.
    """
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    commands = [
        [*manage, "runserver", f"{HOST}:{port}", "--noreload", "--skip-checks"],
        [*manage, "db_worker", "--no-reload", "--no-startup-delay", "--verbosity", "0"],
    ]
    # The links in the mails lead to this portal, unless somebody has said that it is reached in another way.
    environment = {"SITE_URL": f"http://localhost:{port}"} | os.environ | {"WORKER": "1"}
    outputs = [subprocess.DEVNULL, None]  # the first one would say again where the portal is
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command, output in zip(commands, outputs, strict=True):
            program = subprocess.Popen(command, stdout=output, env=environment)  # noqa: S603 - our own
            running.append(program)
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
    except KeyboardInterrupt:
        wait_for(running)  # Ctrl+C has reached them as well
    finally:
        end(running)


def wait_for(running: list[subprocess.Popen[bytes]]) -> bool:
    """Gives them a few seconds to finish what they are at. False when one of them is not done by then."""
    try:
        for process in running:
            process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return False
    return True


def end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    if not wait_for(running):
        for process in running:
            process.kill()
