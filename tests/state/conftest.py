"""Laws are about answers, not about how fast a busy machine gives them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("state", deadline=None)
settings.load_profile("state")
