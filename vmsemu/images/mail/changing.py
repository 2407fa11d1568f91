"""DELETE, MOVE, COPY, MARK, PURGE, COMPRESS: what changes messages and mail files. Source: MAIL help."""

from __future__ import annotations

from collections.abc import Sequence

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.mail.selecting import folder_of
from vmsemu.images.mail.session import MailSession
from vmsemu.mail.facility import MAIL
from vmsemu.mail.mail_file import MailFile, Place, PurgeResult
from vmsemu.mail.record import MailFlags, MailHeader
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI, RMS, SS
from vmsemu.tables.grammar import command_error

Chosen = list[tuple[int, MailHeader]]


def numbers(texts: Sequence[str]) -> list[int]:
    """Message numbers from `1,3-5`, each once. Errors: CLI.NUMBER."""
    out: dict[int, None] = {}
    for text in texts:
        low, dash, high = text.replace(":", "-").partition("-")
        if not low.isdecimal() or (dash and not high.isdecimal()):
            raise command_error(CLI.NUMBER, text)
        for number in range(int(low), int(high or low) + 1):
            out[number] = None
    return list(out)


def chosen_messages(session: MailSession, command: ParsedCommand) -> Chosen:
    """The messages of /ALL, of a list of numbers, or the one being read. Errors: MAIL.NOTREADIN, NOMOREMSG, DELMSG, NOMSGS."""
    if command.present("ALL"):
        return session.all_messages()
    texts = command.values("MESSAGES")
    if texts:
        return session.listed(numbers(texts))
    return [(session.current, session.current_message())]


async def delete_command(session: MailSession, command: ParsedCommand) -> None:
    """DELETE: move messages to the wastebasket. Errors: MAIL.DELWASTE, those of chosen_messages."""
    chosen = chosen_messages(session, command)
    wastebasket = session.file.wastebasket
    if session.folder == wastebasket:
        raise MAIL.DELWASTE.error()
    for index, header in chosen:
        _move_within(session, index, header, wastebasket)


def _move_within(session: MailSession, index: int, header: MailHeader, folder: str) -> None:
    """Give a message another folder of the same file. It counts as read."""
    session.clear_new(header)
    header.folder = folder
    session.file.rewrite(header)
    session.took_away(index)


async def mark_command(session: MailSession, command: ParsedCommand) -> None:
    """MARK, MARK/NOMARK."""
    for _, header in chosen_messages(session, command):
        if command.negated("MARK"):
            header.flags &= ~MailFlags.MARKED
        else:
            header.flags |= MailFlags.MARKED
        session.file.rewrite(header)


async def move_command(session: MailSession, command: ParsedCommand) -> None:
    """MOVE folder [file]: the message being read, or all."""
    await _file_messages(session, command, move=True)


async def copy_command(session: MailSession, command: ParsedCommand) -> None:
    """COPY folder [file]."""
    await _file_messages(session, command, move=False)


async def _file_messages(session: MailSession, command: ParsedCommand, *, move: bool) -> None:
    chosen = chosen_messages(session, command)
    folder = folder_of(command)
    spec = command.value("FILE")
    target = await _target_file(session, spec, command) if spec else session.file
    if target is None:
        return
    other = target is not session.file
    try:
        if not target.has_folder(folder) and not await _may_create(session, folder, command):
            return
        new = not target.has_folder(folder)
        for index, header in chosen:
            if move and not other:
                _move_within(session, index, header, folder)
                continue
            _copy(session, header, folder, target)
            if move:
                session.clear_new(header)
                session.file.erase(header)
                session.took_away(index)
        if new:
            session.ctx.put_message(MAIL.NEWFOLDER(folder))
    finally:
        if other:
            target.close()


def _copy(session: MailSession, header: MailHeader, folder: str, target: MailFile) -> None:
    """Put a copy of a message into a folder of a file, with its date if that is free there."""
    foreign = session.file.foreign_body(header) if header.flags & MailFlags.EXTNSTD else None
    body = session.file.lines(header) if foreign is None else []
    copy = MailHeader.from_bytes(header.to_bytes())
    copy.folder = folder
    copy.flags &= ~MailFlags.NEWMSG
    target.add(copy, body, foreign)


async def _target_file(session: MailSession, spec: str, command: ParsedCommand) -> MailFile | None:
    """The mail file a command names, made after a question when it is not there; None for the answer no."""
    default = f"{session.mail.directory_of(session.username)}.MAI"
    try:
        wanted = session.process.files.parse(spec, default=default)
        if session.file.spec.with_version("") == wanted.with_version(""):
            return session.file
        return session.find_file(spec)
    except VmsError as error:
        if not _is_missing(error):
            raise
    shown = session.process.files.parse(spec, default=default)
    name = shown.to_text().rstrip(";")
    if not command.negated("CONFIRM"):
        session.write(f"File {name} does not exist.")
        if not await session.ask("Do you want to create it (Y/N, default is N)? ", default=False):
            return None
    volume, directory = session.process.files.searcher.directory(session.process.files.candidates(spec, default)[0], 2)
    place = Place(volume, directory, FileSpec(device=shown.device, directory=shown.directory))
    made = MailFile.create(place, shown.name + shown.type, owner=session.process.uic)
    session.ctx.put_message(MAIL.CREATED(made.spec.to_text()))
    return made


def _is_missing(error: VmsError) -> bool:
    return any(message.definition == RMS.FNF for message in error.message.chain())


async def _may_create(session: MailSession, folder: str, command: ParsedCommand) -> bool:
    """The folder is not there: may it be made?"""
    if command.negated("CONFIRM"):
        return True
    session.write(f"Folder {folder} does not exist.")
    return await session.ask("Do you want to create it (Y/N, default is N)? ", default=False)


# -- purging and compressing ----------------------------------------------------------------------------------------------------------


async def purge_command(session: MailSession, command: ParsedCommand) -> None:
    """PURGE [/RECLAIM] [/STATISTICS]."""
    file = session.file_or_none()
    result = purge(session, reclaim=command.present("RECLAIM")) if file is not None else PurgeResult(0, 0)
    if command.present("STATISTICS"):
        _show_statistics(session, result)
    if file is not None and session.folder == file.wastebasket:
        session.forget_selection()


def purge(session: MailSession, *, reclaim: bool = False) -> PurgeResult:
    """Empty the wastebasket; a reclaim is announced."""
    file = session.file
    if reclaim or file.will_reclaim():
        session.ctx.put_message(MAIL.RECLPLSWAIT())
        reclaim = True
    return file.purge(reclaim=reclaim)


def _show_statistics(session: MailSession, result: PurgeResult) -> None:
    total = result.data_reclaimed + result.index_reclaimed
    session.write("Reclaim statistics:")
    session.write()
    for label, value in (
        ("Messages deleted:", result.messages),
        ("Data buckets scanned:", result.data_scanned),
        ("Data buckets reclaimed:", result.data_reclaimed),
        ("Index buckets reclaimed:", result.index_reclaimed),
        ("Total buckets reclaimed:", total),
    ):
        session.write(f"        {label:<25}{value}")


async def compress_command(session: MailSession, command: ParsedCommand) -> None:
    """COMPRESS [file]: rewrite a mail file; the old one keeps its name with the type .OLD. Errors: MAIL.OPENIN while others use it."""
    spec = command.value("FILE")
    current = session.file_or_none()
    source = session.find_file(spec) if spec else session.file
    place, name, version, fid = source.place, source.name, int(source.spec.version[1:]), source.file_header().fid
    same = current is not None and current.file_header().fid == fid
    if same:
        session.leave_folder()
        session.close_file()
    if not (same and spec is None):
        source.close()
    if fid.number in place.volume.open_files:
        raise MAIL.OPENIN.error(source.spec.to_text(), cause=RMS.FLK(cause=SS.ACCONFLICT))
    source = MailFile.open_found(place, name, version, fid)
    try:
        _compress(session, source, command.value("OUTPUT"))
    finally:
        source.close()
    if same and not session.is_own_file(source):
        session.use_file(MailFile.open(place, name))


def _compress(session: MailSession, source: MailFile, output: str | None) -> None:
    """Copy the records to a temporary file, or to `output`, and let the copy take the place of the original."""
    place, name = source.place, source.name
    target_name = f"MAIL_{session.process.pid & 0xFFFF:04X}_COMPRESS.TMP"
    if output is not None:
        wanted = FileSpec.from_text(output)
        if wanted.device or wanted.directory:
            raise MAIL.OPENOUT.error(output, cause=RMS.DIR)
        target_name = (wanted.name or source.spec.name) + (wanted.type or ".MAI")
    target = MailFile.create(place, target_name, owner=source.owner)
    try:
        session.ctx.put_message(MAIL.CREATED(target.spec.to_text()))
        count = source.copy_records(target)
    finally:
        target.close()
    session.ctx.put_message(MAIL.COPIEDR(source.spec.to_text(), target.spec.to_text(), count))
    if output is not None:
        return
    for spec, new_name in ((source.spec, source.spec.name + ".OLD"), (target.spec, name)):
        session.ctx.put_message(MAIL.RENAMED(spec.to_text(), rename(place, spec, new_name)))


def rename(place: Place, spec: FileSpec, new_name: str) -> str:
    """Rename a file within its directory, to the next version of the new name; the new specification."""
    volume, directory = place.volume, place.directory
    version = volume.next_version(directory, new_name, 0)
    volume.rename(directory, spec.name + spec.type, int(spec.version[1:]), directory, new_name, version)
    return place.file(new_name, version).to_text()
