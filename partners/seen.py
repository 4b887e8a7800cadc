"""What somebody has read, in short: sent back with a form it says whether it still is what she decides on."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def print_of(said: Any) -> str:
    """Stands for exactly this and nothing else. Takes what JSON can say."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:24]
