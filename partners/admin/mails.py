from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partners.actions.due import due_jobs
from partners.actions.mail_kinds import mail_kinds
from partners.actions.sending import send_mails
from partners.admin.base import PlainAdmin
from partners.admin.past import NamelessLog
from partners.models import DueJob, Mail

# What somebody has to look at stands on top, then what still waits.
FIRST = [*Mail.TROUBLED, Mail.State.RETRY, Mail.State.TAKEN, Mail.State.WAITING, Mail.State.COLLECTED]


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, kind.label) for name, kind in mail_kinds().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mail]) -> QuerySet[Mail]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Mail)
class MailAdmin(NamelessLog, PlainAdmin):
    """What became of each mail. There is no text to read: it is made when the mail is sent, for the recipient alone.

    A mail of which nobody knows whether it left is never sent again by itself: an admin asks the recipient or the mail
    server, and then sends it once more or closes it.
    """

    list_display = [
        "created_at",
        "kind_label",
        "recipient",
        "outcome",
        "attempts",
        "next_attempt_at",
        "last_error",
    ]
    list_filter = ["state", KindFilter, "reason", "created_at"]
    list_select_related = ["person"]
    search_fields = ["event", "address", "person__email", "person__name", "message_id"]
    fields = [
        "event",
        "kind_label",
        "recipient",
        "by",
        "state",
        "reason",
        "last_error",
        "attempts",
        "created_at",
        "next_attempt_at",
        "taken_at",
        "handed_at",
        "finished_at",
        "digest",
        "message_id",
    ]
    actions = ["send_again", "close"]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """As long as nobody clicks on a column."""
        order = Case(*(When(state=state, then=Value(place)) for place, state in enumerate(FIRST)), default=Value(9))
        return [order.asc(), "-created_at", "-pk"]

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, mail: Mail) -> str:
        kind = mail_kinds().get(mail.kind)
        return str(kind.label) if kind else mail.kind

    @admin.display(description=_("recipient"))
    def recipient(self, mail: Mail) -> str:
        return f"{mail.person} <{mail.person.email}>" if mail.person else mail.address

    @admin.display(description=_("state"), ordering="state")
    def outcome(self, mail: Mail) -> str:
        return f"{mail.get_state_display()}: {mail.get_reason_display()}" if mail.reason else mail.get_state_display()

    @admin.action(description=_("Send the chosen mails once more"), permissions=["decide"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        number = queryset.send_again()
        send_mails.enqueue()
        self._say(
            request,
            number,
            ngettext("%(number)d mail is sent once more.", "%(number)d mails are sent once more.", number),
            _("Only mails that are unclear or could not be delivered are sent once more."),
        )

    @admin.action(description=_("Close the chosen mails without sending them"), permissions=["decide"])
    def close(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        number = queryset.close()
        self._say(
            request,
            number,
            ngettext("%(number)d mail is closed.", "%(number)d mails are closed.", number),
            _("These mails are finished already."),
        )

    def _say(self, request: HttpRequest, number: int, done: str, nothing: Any) -> None:
        if number:
            self.message_user(request, done % {"number": number}, messages.SUCCESS)
        else:
            self.message_user(request, nothing, messages.WARNING)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partners.change_mail")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DueJob)
class DueJobAdmin(PlainAdmin):
    """Whether the machine does what is due: to look at only. A time that lies back long says that nobody calls `run_due`."""

    list_display = ["what", "started_at", "finished_at", "done", "next_at", "last_error"]

    @admin.display(description=_("what is done"), ordering="name")
    def what(self, row: DueJob) -> str:
        return next((str(job.label) for job in due_jobs() if job.name == row.name), row.name)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
