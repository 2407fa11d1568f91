"""Running a scenario: each acting block in order, and what it came to.

A block's result is the screen (or file, or dialogue) that came out, and whether it matches. A block that cannot be carried out at all fails with
the reason; the blocks after it are run nevertheless.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.scenario.dialogue import ClientDialogue
from vmsemu.scenario.document import Block, Scenario, ScenarioError, parse_scenario
from vmsemu.scenario.hosts import BEHAVIOURS
from vmsemu.scenario.matching import difference, lines_match, update
from vmsemu.scenario.session import play
from vmsemu.scenario.world import World
from vmsemu.services.process import Process

_HOST_FORMS = f"NAME up|down|{'|'.join(BEHAVIOURS)}, NODE restart|crash|disk-full|disk-free|disk-fails|disk-works, or NAME NAME cut|mend"
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class BlockResult:
    """What one block came to."""

    block: Block
    actual: tuple[str, ...]
    failure: str = ""

    @property
    def passed(self) -> bool:
        return not self.failure and lines_match(self.block.lines, self.actual)

    def report(self, name: str) -> str:
        """Empty when passed; otherwise where, and the diff."""
        if self.passed:
            return ""
        head = f"{name}:{self.block.at}: {self.block.action} {' '.join(self.block.arguments)}"
        if self.failure:
            return f"{head}\n! {self.failure}"
        return "\n".join([head, *difference(self.block.lines, self.actual)])


def run_scenario(scenario: Scenario) -> list[BlockResult]:
    """Build the world and run every block."""
    world = World(scenario)
    return [_run_block(world, block) for block in scenario.blocks]


def replay_file(path: Path, *, rewrite: bool = False) -> list[str]:
    """Run one file; the reports of its failing blocks. With `rewrite` the expectations in the file become what happened."""
    scenario = parse_scenario(path.read_text(encoding="utf-8"), path.name)
    results = run_scenario(scenario)
    if rewrite:
        _rewrite(path, scenario, results)
    return [report for result in results if (report := result.report(path.name))]


def _rewrite(path: Path, scenario: Scenario, results: list[BlockResult]) -> None:
    lines = list(scenario.lines)
    for result in reversed(results):
        if not result.failure and not result.passed:
            start = result.block.at - 1
            lines[start : start + len(result.block.lines)] = update(result.block.lines, result.actual)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _run_block(world: World, block: Block) -> BlockResult:
    actions: dict[str, Callable[[World, Block], list[str]]] = {
        "dcl": _dcl, "smtp": _smtp, "pop": _pop, "client": _client, "file": _file, "expect": _expect, "advance": _advance, "host": _host,
    }  # fmt: skip
    try:
        return BlockResult(block, tuple(actions[block.action](world, block)))
    except (ScenarioError, VmsError) as error:
        return BlockResult(block, (), str(error) or type(error).__name__)


def _dcl(world: World, block: Block) -> list[str]:
    node = block.arguments[0] if block.arguments else next(iter(world.nodes))
    user = block.arguments[1] if len(block.arguments) > 1 else "SYSTEM"
    terminal, process = world.session(node, user)

    def ended() -> bool:
        return process.ended.done

    def run() -> bool:
        return world.run_until(lambda: terminal.waiting_prompt is not None or ended())

    return play(terminal, block.lines, run, ended)


def _smtp(world: World, block: Block) -> list[str]:
    return _client(world, block, 25)


def _pop(world: World, block: Block) -> list[str]:
    return _client(world, block, 110)


def _client(world: World, block: Block, default_port: int = 23) -> list[str]:
    """A client of any service that talks in lines: `node[:port] [from address]`."""
    name, _, port = (block.arguments[0] if block.arguments else next(iter(world.nodes))).partition(":")
    network = world.client(block.arguments[2]) if block.arguments[1:2] == ("from",) and len(block.arguments) == 3 else world.client()
    dialogue = ClientDialogue(world.kernel, network, world.address(name), int(port or default_port))
    return dialogue.play(block.lines, world.settle)


def _file(world: World, block: Block) -> list[str]:
    process, spec = _file_access(world, block)
    stream = process.files.create(spec)
    for line in block.lines:
        stream.put(line.encode("latin-1"))
    stream.close()
    world.settle()
    return list(block.lines)


def _expect(world: World, block: Block) -> list[str]:
    host = world.hosts.get(block.arguments[0]) if block.arguments else None
    if host is not None:
        return [line for message in host.messages for line in message.text()]
    process, spec = _file_access(world, block)
    stream = process.files.open(spec)
    lines = []
    try:
        while True:
            lines.append(stream.get().decode("latin-1"))
    except VmsError:
        stream.close()
    return lines


def _file_access(world: World, block: Block) -> tuple[Process, str]:
    if len(block.arguments) < 2:
        raise ScenarioError(f"write: {block.action} NODE FILE")
    _, process = world.session(block.arguments[0], "SYSTEM")
    return process, block.arguments[1]


def _advance(world: World, block: Block) -> list[str]:
    text = " ".join(block.arguments)
    if re.fullmatch(r"(\d+ (second|minute|hour|day)s? ?)+", text):
        pairs = re.findall(r"(\d+) (second|minute|hour|day)", text)
        world.advance(DeltaTime.of(seconds=sum(int(count) * _UNITS[unit] for count, unit in pairs)))
    else:
        world.advance(DeltaTime.from_text(text))
    return list(block.lines)


def _host(world: World, block: Block) -> list[str]:
    """Faults: a host (or `dns`) up or down, a link between two cut or mended, a node's disk full or failing, a node restarted or crashed."""
    match block.arguments:
        case (name, "up" | "down" as what):
            world.internet.set_host(world.address(name), what == "up")
        case (name, "disk-full" | "disk-free" as what):
            world.fill_disk(name, what == "disk-full")
        case (name, "disk-fails" | "disk-works" as what):
            world.fail_disk(name, what == "disk-fails")
        case (name, "restart" | "crash" as what):
            world.restart(name, crash=what == "crash")
        case (one, other, "cut" | "mend" as what):
            world.internet.set_link(world.address(one), world.address(other), what == "mend")
        case (name, behaviour) if name in world.hosts and behaviour in BEHAVIOURS:
            world.hosts[name].behaviour = behaviour
        case _:
            raise ScenarioError(f"`host {' '.join(block.arguments)}`: write {_HOST_FORMS}")
    world.paths_changed()
    world.settle()
    return list(block.lines)
