#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from quartier.environment import UnusableSettingError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quartier.settings")
    try:
        execute_from_command_line(sys.argv)
    except UnusableSettingError as error:
        sys.exit(f"{error}")
