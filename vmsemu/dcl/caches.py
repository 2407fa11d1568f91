"""Compiled texts that the processes of a node share: closures of command texts, and procedures.

Nothing in a closure belongs to a process, so one text is compiled once for all. The caches are bounded; when full they start again.
"""

from __future__ import annotations

from vmsemu.dcl.procedure import Code, Procedure
from vmsemu.dcl.statement import Site, compile_statement, compile_unlabelled
from vmsemu.dcl.units import install_code

TEXT_LIMIT = 2000
PROCEDURE_LIMIT = 200


class CompiledTexts:
    """Closures of texts that do not stand in a procedure, and of texts that verb symbols made."""

    def __init__(self) -> None:
        self._statements: dict[str, Code] = {}
        self._translations: dict[tuple[str, Site | None], Code] = {}

    def statement(self, text: str) -> Code:
        code = self._statements.get(text)
        if code is None:
            if len(self._statements) >= TEXT_LIMIT:
                self._statements.clear()
            code = self._statements[text] = compile_statement(text)
        return code

    def translation(self, text: str, site: Site | None) -> Code:
        key = (text, site)
        code = self._translations.get(key)
        if code is None:
            if len(self._translations) >= TEXT_LIMIT:
                self._translations.clear()
            code = self._translations[key] = compile_unlabelled(text, site, translate=False)
        return code


class ProcedureCache:
    """Procedures by their records."""

    def __init__(self) -> None:
        self._procedures: dict[tuple[str, ...], Procedure] = {}

    def get(self, records: list[str]) -> Procedure:
        key = tuple(records)
        found = self._procedures.get(key)
        if found is None:
            if len(self._procedures) >= PROCEDURE_LIMIT:
                self._procedures.clear()
            found = self._procedures[key] = Procedure(records)
            install_code(found)
        return found
