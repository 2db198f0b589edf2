"""The symbols of a code and their check, which finds what was copied wrongly."""

from __future__ import annotations

from collections.abc import Sequence

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 4
_LETTERS = ALPHABET.encode().ljust(256)

# Reed-Solomon over GF(32), x^5 + x^2 + 1: up to 31 symbols long, every two wrong symbols are
# noticed and a single one is found; in longer codes a single one and a swap are still noticed.
POWERS = [1]
for _ in range(30):
    _next = POWERS[-1] << 1
    POWERS.append(_next ^ 0b100101 if _next & 32 else _next)
LOGS = {power: exponent for exponent, power in enumerate(POWERS)}
CHECKS = 3
# Without it, a row of zeros would be a code.
_SALT = (25, 2, 14)


def times(one: int, other: int) -> int:
    """The product of two symbols."""
    return POWERS[(LOGS[one] + LOGS[other]) % 31] if one and other else 0


# (x + 1)(x + a)(x + a²), without the leading 1.
_GENERATOR = [1]
for _root in POWERS[:CHECKS]:
    _GENERATOR = [
        one ^ times(other, _root)
        for one, other in zip([*_GENERATOR, 0], [0, *_GENERATOR], strict=True)
    ]
_GENERATOR = _GENERATOR[1:]

# A symbol's multiple of the generator, its three coefficients in one number.
_MULTIPLES = [
    sum(times(symbol, one) << 5 * at for at, one in enumerate(reversed(_GENERATOR)))
    for symbol in range(32)
]


def checked(symbols: Sequence[int]) -> list[int]:
    """Symbols with their check at the end."""
    rest = 0
    for symbol in symbols:
        rest = (rest & 0x3FF) << 5 ^ _MULTIPLES[symbol ^ rest >> 10]
    return [*symbols, *salted([rest >> 10, rest >> 5 & 31, rest & 31])]


def packed(bits: str) -> list[int]:
    """The symbols of bits: five each, and zeros until the groups are full."""
    whole = -(-len(bits) // 5)
    whole += -(whole + CHECKS) % GROUP
    number = int(bits, 2) << whole * 5 - len(bits)
    return [number >> at & 31 for at in range(whole * 5 - 5, -1, -5)]


def salted(checks: Sequence[int]) -> list[int]:
    """Check symbols as a code holds them; salted twice, they are what they were."""
    return [one ^ salt for one, salt in zip(checks, _SALT, strict=True)]


def dashed(symbols: Sequence[int]) -> str:
    """Symbols as the letters of a code, in groups."""
    text = bytes(symbols).translate(_LETTERS).decode()
    return "-".join([text[at : at + GROUP] for at in range(0, len(text), GROUP)])
