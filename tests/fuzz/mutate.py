"""Mutation of bytes: what a fuzzer without coverage can do. The same generator gives the same mutants."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.fuzz.corpus import TOKENS

_TOKENS = tuple(token.encode("latin-1") for token in TOKENS)
_BYTES = b"'\"&!-/=:;,.()[]<>%*@$ \t\n\r\x00\x1a\x19\x03\x7f\x80\xff09AZaz_|\\^+"


def mutant(random: Random, seeds: Sequence[bytes], limit: int = 4000) -> bytes:
    """A seed, or parts of two, changed in a few places."""
    data = bytearray(random.choice(seeds))
    if random.random() < 0.2:
        other = random.choice(seeds)
        data = data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]
    for _ in range(random.choice((1, 1, 2, 2, 3, 5, 8, 13))):
        random.choice(_STEPS)(random, data)
    return bytes(data[:limit])


def _place(random: Random, data: bytearray) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.choice((1, 1, 2, 3, 5, 10, 40)))


def _token(random: Random, data: bytearray) -> None:
    start, _ = _place(random, data)
    data[start:start] = random.choice(_TOKENS)


def _replace_word(random: Random, data: bytearray) -> None:
    start, _ = _place(random, data)
    end = start
    while end < len(data) and chr(data[end]).isalnum():
        end += 1
    data[start:end] = random.choice(_TOKENS)


def _byte(random: Random, data: bytearray) -> None:
    start, _ = _place(random, data)
    data[start : start + random.randint(0, 1)] = bytes([random.choice(_BYTES) if random.random() < 0.8 else random.randint(0, 255)])


def _delete(random: Random, data: bytearray) -> None:
    start, end = _place(random, data)
    del data[start:end]


def _repeat(random: Random, data: bytearray) -> None:
    start, end = _place(random, data)
    data[start:start] = bytes(data[start:end]) * random.choice((1, 1, 2, 3, 20, 200))


def _swap_lines(random: Random, data: bytearray) -> None:
    lines = bytes(data).split(b"\n")
    one, two = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    data[:] = b"\n".join(lines)


def _case(random: Random, data: bytearray) -> None:
    start, end = _place(random, data)
    data[start:end] = data[start:end].swapcase()


_STEPS = (_token, _token, _token, _replace_word, _replace_word, _byte, _byte, _delete, _repeat, _swap_lines, _case)
