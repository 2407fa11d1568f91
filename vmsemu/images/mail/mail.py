"""MAIL: send and read mail, at the prompt MAIL> or from the DCL command line; and the DECnet object MAIL.

Left out: /PROTOCOL (foreign protocol servers), callable editors, DEFINE/KEY. Source: MAIL help; User's Manual, chapter "Using mail".
"""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.base.fao import fao
from vmsemu.dcl.errors import segment_of
from vmsemu.images.context import ImageContext
from vmsemu.images.mail.commands import carry_out, command_table
from vmsemu.images.mail.extracting import submit_print_job
from vmsemu.images.mail.sending import mail_file
from vmsemu.images.mail.server import serve
from vmsemu.images.mail.session import MailSession
from vmsemu.images.mail.settings import purge_quietly, typed_address
from vmsemu.images.registry import ImageResult, image
from vmsemu.mail.facility import MAIL
from vmsemu.net.decnet import ConnectRequest
from vmsemu.net.netserver import CONNECT
from vmsemu.services.process import ControlC
from vmsemu.services.putmsg import in_utility
from vmsemu.tables.command import CommandError, NeedParameter, ParsedCommand, parse
from vmsemu.tables.facilities import RMS, SS

PROMPT = "MAIL> "


@image("MAIL")
async def mail(ctx: ImageContext) -> ImageResult:
    """MAIL [file [address[,...]]]; as a network object the server of MAIL-11."""
    request: ConnectRequest | None = ctx.process.attributes.get(CONNECT)
    if request is not None:
        return await serve(ctx, request)
    session = MailSession(ctx)
    session.edit_defaults = _edit_defaults(ctx)
    if ctx.cli.present("PROTOCOL"):
        raise MAIL.ERRACTRNS.error(ctx.cli.value("PROTOCOL") or "", cause=RMS.FNF)
    try:
        if ctx.cli.value("FILE") is not None:
            return await _send_file(session)
        await _dialogue(session)
    finally:
        session.give_up_sending()
        session.close_file()
    return SS.NORMAL


def _edit_defaults(ctx: ImageContext) -> frozenset[str]:
    """The commands that MAIL/EDIT makes use the editor."""
    if not ctx.cli.present("EDIT"):
        return frozenset()
    words = [word for word in ctx.cli.values("EDIT") if not word.startswith("NO")] or ["SEND", "REPLY", "FORWARD"]
    if ctx.cli.present("EDIT.REPLY.EXTRACT"):
        words.append("EXTRACT")
    return frozenset(words)


async def _send_file(session: MailSession) -> ConditionValue | MessageDefinition:
    """Send a file named on the command line."""
    ctx = session.ctx
    addresses = [typed_address(raw) for raw in ctx.cli.raw_values("ADDRESS")]
    if not addresses:
        addresses = [await ctx.read("To:\t")]
    failure = await mail_file(session, ctx.cli, addresses)
    return failure.value.shown() if failure is not None else SS.NORMAL


async def _dialogue(session: MailSession) -> None:
    """The commands at MAIL>, until EXIT, QUIT or end of file."""
    ctx = session.ctx
    source = ctx.dcl.input
    if hasattr(source, "takes_control_c"):
        source.takes_control_c = True
    try:
        _announce(session)
        while not session.quit:
            try:
                line = await ctx.read(PROMPT)
            except ControlC:
                continue
            except VmsError as error:
                if error.matches(RMS.EOF):
                    break
                raise
            await run_line(session, line)
        _leave(session)
    finally:
        if hasattr(source, "takes_control_c"):
            source.takes_control_c = False


def _announce(session: MailSession) -> None:
    count = session.profile.new_messages
    if count:
        session.write()
        session.write(fao(MAIL.YOUHAVENEW.text, [count]))
        session.write()


async def run_line(session: MailSession, line: str) -> None:
    """One line typed at MAIL>. Errors are shown, and MAIL goes on."""
    text = line.strip()
    if text.isdecimal():
        text = f"READ {text}"
    try:
        command = await _parsed(session, text or "READ")
        if command is not None:
            await carry_out(session, command)
    except CommandError as error:
        session.ctx.dcl.put_message(in_utility(error.message), segment_of(error))
    except ControlC:
        pass
    except VmsError as error:
        session.ctx.put_message(in_utility(error.message))
    await session.ctx.kernel.durable()


async def _parsed(session: MailSession, line: str) -> ParsedCommand | None:
    """Parse a line, asking for what is missing; None when the user gave up at a prompt."""
    extra: list[str] = []
    while True:
        found = parse(command_table(), line, extra)
        if isinstance(found, ParsedCommand):
            return found
        answer = await _answer(session, found)
        if answer is None:
            return None
        extra.append(answer)


async def _answer(session: MailSession, needed: NeedParameter) -> str | None:
    while True:
        try:
            answer = await session.ctx.read(needed.prompt)
        except VmsError as error:
            if error.matches(RMS.EOF):
                return None
            raise
        if answer.strip() or not needed.required:
            return answer


def _leave(session: MailSession) -> None:
    """EXIT: what was displayed leaves NEWMAIL, the wastebasket is emptied, the print job released."""
    try:
        session.leave_folder()
        if session.purge_at_exit and session.profile.auto_purge:
            purge_quietly(session)
    except VmsError as error:
        session.ctx.put_message(error)
    try:
        submit_print_job(session)
    except VmsError as error:
        session.ctx.put_message(error)
