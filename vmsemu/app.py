"""The host command `vmsemu`: options, and what each form of the command does with a node."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vmsemu import __version__

if TYPE_CHECKING:
    from vmsemu.base.condition import ConditionValue
    from vmsemu.host.live import LiveNode
    from vmsemu.host.options import NodeOptions
    from vmsemu.host.site import Site

_EPILOG = "Without a command: a terminal session on the console, or DCL from standard input when that is not a terminal."
_SETTINGS = ("node", "domain", "clock", "tcpip")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vmsemu", description="An OpenVMS machine.", epilog=_EPILOG)
    _common(parser, None)
    parser.add_argument("--version", action="version", version=f"vmsemu {__version__}")
    parser.add_argument("-c", dest="lines", action="append", metavar="COMMAND", help="execute a DCL command; may be repeated")
    commands = parser.add_subparsers(dest="command", metavar="")
    run = commands.add_parser("run", help="execute a file of the host as a command procedure")
    run.add_argument("file", metavar="FILE.COM")
    run.add_argument("parameters", nargs="*", metavar="P", help="P1 to P8")
    serve = commands.add_parser("serve", help="run the node without a console until SIGTERM or SIGINT")
    replay = commands.add_parser("replay", help="run scenarios and print a diff for each block that fails")
    replay.add_argument("files", nargs="+", metavar="FILE.md")
    replay.add_argument("--update", action="store_true", help="rewrite the expectations to what happened")
    for sub in (run, serve):
        _common(sub, argparse.SUPPRESS)
    return parser


def _common(parser: argparse.ArgumentParser, default: object) -> None:
    add = parser.add_argument
    add("--site", default=default, metavar="DIR", help="the folder with the machine's disk (or VMSEMU_SITE; default ./site)")
    add("--ephemeral", action="store_true", default=default or False, help="a machine in memory that leaves nothing behind")
    add("--set", dest="settings", action="append", default=default, metavar="KEY=VALUE", help="node=, domain=, clock=, tcpip=")
    add("--user", default=default, metavar="NAME", help="the account of the console session (default SYSTEM)")
    add("--port", dest="ports", action="append", default=default, metavar="GUEST=[ADDR:]PORT", help="open a port of the node on the host")
    add("--net", default=default, choices=("isolated", "host"), help="`host` lets the node open real connections")
    add("--dns", default=default, metavar="ADDR:PORT", help="the name server the node asks (with --net host)")
    add("--mount", dest="mounts", action="append", default=default, metavar="DNFSn=DIR[:write]", help="show a folder of the host as a device")
    add("--out", action="append", default=default, metavar="[GUESTADDR:]25=ADDR:PORT", help="send the node's connections there instead")


def _options(arguments: argparse.Namespace) -> NodeOptions:
    from vmsemu.host.options import NodeOptions, OptionError

    options = NodeOptions(
        user=arguments.user or "", net=arguments.net or "", dns=arguments.dns or "", ports=arguments.ports or (), out=arguments.out or (),
        mounts=arguments.mounts or (),
    )  # fmt: skip
    for text in arguments.settings or ():
        key, equals, value = text.partition("=")
        if key not in _SETTINGS or not equals:
            raise OptionError(f"--set {text}: write one of {', '.join(k + '=VALUE' for k in _SETTINGS)}")
        setattr(options, key, value)
    options.check()
    return options


def run(argv: Sequence[str]) -> int:
    """Run the host command; the result is the host's exit code."""
    arguments = _parser().parse_args(argv)
    if arguments.command == "replay":
        return _replay(arguments.files, arguments.update)
    from vmsemu.host.live import host_error
    from vmsemu.host.options import OptionError
    from vmsemu.host.site import SiteError
    from vmsemu.store.port import StoreError

    try:
        return _with_node(arguments)
    except (OptionError, SiteError, StoreError) as error:
        host_error(str(error))
        return 2
    except KeyboardInterrupt:
        return 130


def _with_node(arguments: argparse.Namespace) -> int:
    from vmsemu.host.live import open_node, site_folder
    from vmsemu.host.site import SiteError, ephemeral_site, open_site

    options = _options(arguments)
    procedure = _host_file(arguments.file) if arguments.command == "run" else None
    site: Site = ephemeral_site() if arguments.ephemeral else open_site(site_folder(arguments.site))
    try:
        live = open_node(site, options)
    except BaseException:
        site.close()
        raise
    try:
        if arguments.command == "serve":
            return _serve(live)
        if procedure is not None:
            return _procedure(live, procedure, arguments.parameters)
        if arguments.lines:
            return _commands(live, arguments.lines)
        if os.isatty(0):
            return _console(live)
        return _standard_input(live)
    except SiteError:
        live.close()
        raise


def _host_file(name: str) -> list[str]:
    from vmsemu.host.site import SiteError

    try:
        return Path(name).read_bytes().decode("latin-1").splitlines()
    except OSError as error:
        raise SiteError(f"cannot read {name}: {error.strerror}. No node was started.") from None


def exit_code(status: ConditionValue) -> int:
    """The host's exit code for a final $STATUS: success and information 0, warning 1, error 2, fatal 4."""
    return {0: 1, 1: 0, 2: 2, 3: 0, 4: 4}[int(status.severity)]


def _user(live: LiveNode) -> str:
    return (live.options.user or "SYSTEM").upper()


def _commands(live: LiveNode, lines: Sequence[str]) -> int:
    from vmsemu.front.batch import run_lines

    return exit_code(run_lines(live, _user(live), lines))


def _procedure(live: LiveNode, lines: Sequence[str], parameters: Sequence[str]) -> int:
    from vmsemu.front.batch import run_procedure

    return exit_code(run_procedure(live, _user(live), lines, parameters))


def _standard_input(live: LiveNode) -> int:
    from vmsemu.front.batch import run_standard_input

    return exit_code(run_standard_input(live, _user(live)))


def _console(live: LiveNode) -> int:
    from vmsemu.front.shell import run_console

    return exit_code(run_console(live, _user(live)))


def _serve(live: LiveNode) -> int:
    from vmsemu.front.serve import run_server

    return run_server(live)


def _replay(files: Sequence[str], rewrite: bool) -> int:
    from vmsemu.scenario.document import ScenarioError
    from vmsemu.scenario.run import replay_file

    failed = 0
    for name in files:
        try:
            reports = replay_file(Path(name), rewrite=rewrite)
        except (ScenarioError, OSError) as error:
            reports = [f"{name}: {error}"]
        failed += bool(reports)
        for report in reports:
            print(report)
        print(f"{'FAILED' if reports else 'passed'}  {name}")
    sys.stdout.flush()
    return 1 if failed else 0
