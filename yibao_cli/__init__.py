"""yibao: what to do and what to bring before getting medical care away from home in China."""

from __future__ import annotations

__version__ = "0.1.0"
