"""The mode bits of host files as VMS protection, and back.

Read is R and E (whoever may read may execute), write is W and D; of a folder, search is E. The System class has what the owner has. The
bits that protection says nothing about (execution of files) stay as they are.
"""

from __future__ import annotations

from vmsemu.base.protection import DELETE, EXECUTE, READ, WRITE, Protection

_READ, _WRITE, _SEARCH = 4, 2, 1


def protection(mode: int, *, is_folder: bool) -> Protection:
    """The protection that nine mode bits mean."""
    owner, group, world = (_mask(mode >> shift & 7, is_folder) for shift in (6, 3, 0))
    return Protection(owner, owner, group, world)


def mode(wanted: Protection, before: int, *, is_folder: bool) -> int:
    """The nine mode bits for a protection; `before` is what the file has."""
    bits = 0
    for mask, shift in ((wanted.owner, 6), (wanted.group, 3), (wanted.world, 0)):
        bits |= _bits(mask, before >> shift & 7, is_folder) << shift
    return bits


def _mask(bits: int, is_folder: bool) -> int:
    mask = (READ if bits & _READ else 0) | (WRITE | DELETE if bits & _WRITE else 0)
    return mask | (EXECUTE if bits & (_SEARCH if is_folder else _READ) else 0)


def _bits(mask: int, before: int, is_folder: bool) -> int:
    bits = (_READ if mask & READ else 0) | (_WRITE if mask & (WRITE | DELETE if is_folder else WRITE) else 0)
    if is_folder:
        return bits | (_SEARCH if mask & (EXECUTE | READ) else 0)
    return bits | before & _SEARCH
