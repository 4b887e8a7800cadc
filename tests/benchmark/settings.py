"""Production as the environment describes it, with an empty page added and the collected files in a scratch folder."""

from __future__ import annotations

import os

from quartier.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmark.urls"
STATIC_ROOT = os.environ["BENCHMARK_FOLDER"]
