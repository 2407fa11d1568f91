"""A scenario file: Markdown that reads as a story and runs as a test.

YAML front matter describes the world; fenced blocks whose info string begins with a known word act, in order. Everything else is prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

ACTIONS = ("dcl", "smtp", "pop", "client", "file", "expect", "advance", "host")
LATER = ("solve", "check", "hint", "notary", "com")
_FENCE = re.compile(r"^(`{3,}|~{3,})\s*(.*?)\s*$")


class ScenarioError(Exception):
    """A scenario file that cannot be run; the text names file and line."""


@dataclass(frozen=True, slots=True)
class Block:
    """One acting block: `action`, its arguments from the info string, its lines, and the number of its first line in the file."""

    action: str
    arguments: tuple[str, ...]
    lines: tuple[str, ...]
    at: int


@dataclass
class Scenario:
    """A parsed scenario."""

    name: str
    world: dict[str, Any] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def parse_scenario(text: str, name: str) -> Scenario:
    """Read a scenario file. Errors: ScenarioError."""
    lines = text.splitlines()
    scenario = Scenario(name, lines=lines)
    at = 0
    if lines and lines[0].strip() == "---":
        try:
            end = next(n for n in range(1, len(lines)) if lines[n].strip() == "---")
        except StopIteration:
            raise ScenarioError(f"{name}: the front matter is not closed with ---") from None
        scenario.world = _front_matter("\n".join(lines[1:end]), name)
        at = end + 1
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        if fence is None:
            at += 1
            continue
        end = next((n for n in range(at + 1, len(lines)) if lines[n].rstrip() == fence[1]), -1)
        if end < 0:
            raise ScenarioError(f"{name} line {at + 1}: the block is not closed")
        words = fence[2].split()
        if words and words[0] in ACTIONS:
            scenario.blocks.append(Block(words[0], tuple(words[1:]), tuple(lines[at + 1 : end]), at + 2))
        elif words and words[0] in LATER:
            raise ScenarioError(f"{name} line {at + 1}: `{words[0]}` blocks cannot be run yet")
        at = end + 1
    return scenario


def _front_matter(text: str, name: str) -> dict[str, Any]:
    import yaml

    try:
        world = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise ScenarioError(f"{name}: the front matter is not YAML: {error}") from None
    if world is None:
        return {}
    if not isinstance(world, dict):
        raise ScenarioError(f"{name}: the front matter must be a mapping")
    known = {"clock", "evidence", "nodes", "dns", "hosts", "seed", "title"}
    unknown = sorted(set(world) - known)
    if unknown:
        raise ScenarioError(f"{name}: unknown key {unknown[0]!r} in the front matter")
    return world
