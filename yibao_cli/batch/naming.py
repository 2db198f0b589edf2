"""What the file of one row is called."""

from __future__ import annotations

import re
import unicodedata

from yibao_cli.formats import SUFFIXES

_LONGEST = 40


def file_name(number: int, identity: object, format_: str) -> str:
    """A name that cannot leave its folder: the row's number, and letters and digits of its id.

    Its ending is one that asks for the format anywhere else.
    """
    text = identity if isinstance(identity, str) else ""
    if isinstance(identity, int) and not isinstance(identity, bool):
        text = str(identity)
    normal = unicodedata.normalize("NFC", text[: _LONGEST * 4])
    safe = "".join(char if char.isalnum() or char in "-_" else "_" for char in normal)
    safe = re.sub("_+", "_", safe)[:_LONGEST].strip("_")
    ending = next(suffix for suffix, one in SUFFIXES.items() if one == format_)
    return f"{number:06}{'-' if safe else ''}{safe}{ending}"
