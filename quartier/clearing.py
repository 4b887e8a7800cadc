"""What libraries leave behind and do not clear themselves."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from partners.actions.due import Job

TASKS_KEPT = timedelta(days=7)


def clear_sessions_and_tasks() -> int:
    """Sessions that are over, with their line in the list of devices, and what the worker has done a week ago."""
    now = timezone.now()
    gone = Session.objects.filter(expire_date__lt=now).delete()[0]
    gone += UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]
    return gone + DBTaskResult.objects.finished().filter(finished_at__lt=now - TASKS_KEPT).delete()[0]


CLEAR_SESSIONS = Job("sessions", _("Old sessions and tasks deleted"), clear_sessions_and_tasks, every=timedelta(days=1))
