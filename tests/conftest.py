"""How much is tried: `YIBAO_TESTS=long` gives every generated test many more examples."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("short", max_examples=50, **_COMMON)
settings.register_profile("long", max_examples=20_000, **_COMMON)
settings.load_profile(os.environ.get("YIBAO_TESTS", "short"))
