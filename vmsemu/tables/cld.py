"""The command definition compiler: .CLD source to command tables.

Compilation is lazy. One scan of a file finds where its DEFINE statements are; a verb, syntax or type is compiled when it is first used and
kept in its block, which all tables share. `CommandTable.compile_all` compiles everything at once and so finds every error in a file.

Reads DEFINE VERB, DEFINE SYNTAX, DEFINE TYPE, IDENT and MODULE. A SYNTAX= or TYPE= name is looked up in its own file first, then in the
other files of the table, so that the options of one verb may be spread over several files.

Source: OpenVMS Command Definition, Librarian, and Message Utilities Manual, part 1.
"""

from __future__ import annotations

from typing import Any

from vmsemu.tables.clauses import Clauses, disallow, skip_parentheses
from vmsemu.tables.cldsource import Block, CldSourceError, Module
from vmsemu.tables.facilities import CDU, CLI
from vmsemu.tables.grammar import (
    SIGNIFICANT,
    Disallow,
    Entity,
    Miss,
    NameIndex,
    Placement,
    SyntaxDefinition,
    TypeDefinition,
    ValueDefinition,
    command_error,
)
from vmsemu.tables.valuetypes import BuiltinType, builtin_type

__all__ = ["Block", "CldSourceError", "CommandTable", "Module", "VerbDef", "compile_cld"]

VerbDef = SyntaxDefinition
_MAX_PARAMETERS = 8
_MAX_IMAGE = 63


def compile_cld(source: str, name: str = "CLD", *, exact: bool = False) -> CommandTable:
    """The command table of one .CLD file. Errors in a statement are raised when it is first used, or by `compile_all`.

    With `exact` (a user's file) what stands between the statements is checked at once. Errors: CldSourceError.
    """
    table = CommandTable()
    table.add(Module(source, name, exact=exact))
    return table


class CommandTable:
    """The verbs that a command interpreter or a utility knows."""

    __slots__ = ("_index", "_syntaxes", "_types", "_verbs")

    def __init__(self) -> None:
        self._verbs: dict[str, Block] = {}
        self._syntaxes: dict[str, Block] = {}
        self._types: dict[str, Block] = {}
        self._index: NameIndex[Any] | None = None

    def add(self, module: Module) -> None:
        """Add the statements of a file. Verbs replace those of the same name."""
        self._verbs.update(module.verbs)
        self._verbs.update(module.synonyms)
        for mine, theirs in ((self._syntaxes, module.syntaxes), (self._types, module.types)):
            for name, block in theirs.items():
                mine.setdefault(name, block)
        self._index = None

    def copy(self) -> CommandTable:
        """A table of its own that shares the compiled definitions."""
        table = CommandTable()
        table.merge(self)
        return table

    def merge(self, other: CommandTable) -> None:
        """Add the verbs of another table; they replace those that begin with the same four characters (SET COMMAND).

        fidelity: that a verb is known by its first four characters in the table too is inferred from how verbs are looked up.
        """
        for verb in other._verbs:
            self.remove(verb)
        self._verbs.update(other._verbs)
        self._syntaxes = {**other._syntaxes, **self._syntaxes}
        self._types = {**other._types, **self._types}
        self._index = None

    def remove(self, verb: str) -> bool:
        """Delete the verb that begins with the same four characters (SET COMMAND/DELETE); false when there is none."""
        same = [name for name in self._verbs if name[:SIGNIFICANT] == verb[:SIGNIFICANT]]
        for name in same:
            del self._verbs[name]
        self._index = None
        return bool(same)

    def verb_names(self) -> list[str]:
        """All verbs and synonyms, in alphabetical order."""
        return sorted(self._verbs)

    def __contains__(self, verb: str) -> bool:
        return verb in self._verbs

    def find_verb(self, word: str) -> SyntaxDefinition:
        """The verb that `word`, in upper case, stands for. Errors: CLI.IVVERB, CLI.ABVERB."""
        block = self._verbs.get(word)
        if block is None:
            if self._index is None:
                self._index = NameIndex(_VerbName(n, b) for n, b in self._verbs.items())
            found = self._index.find(word)
            if isinstance(found, Miss):
                raise command_error(CLI.ABVERB if found is Miss.AMBIGUOUS else CLI.IVVERB, word)
            block = found[0].block
        if block.compiled is None:
            _compile_syntax(block, self)
        compiled: SyntaxDefinition = block.compiled
        return compiled

    def switch(self, base: SyntaxDefinition, name: str) -> SyntaxDefinition:
        """The syntax `name`, named by an entity of `base`, with what it inherits from `base`."""
        module: Module = base.owner
        block = module.syntaxes.get(name) or self._syntaxes.get(name)
        if block is None:
            raise CldSourceError(module, 0, CDU.UNDSYNTAX(name))
        derived = block.derived.get(base)
        if derived is None:
            if block.compiled is None:
                _compile_syntax(block, self)
            derived = block.derived[base] = _inherit(block.compiled, base, block.module)
        return derived

    def errors(self) -> list[CldSourceError]:
        """Everything that keeps the definitions from being added to a process's table, statement by statement."""
        found = []
        for block in {id(b): b for b in (*self._verbs.values(), *self._syntaxes.values(), *self._types.values())}.values():
            try:
                if block.kind == "TYPE":
                    _compile_type(block, self)
                    continue
                _compile_syntax(block, self)
                if block.compiled.routine is not None:
                    raise CldSourceError(block.module, block.start, CDU.INVROUT(block.compiled.routine))
            except CldSourceError as error:
                found.append(error)
        return sorted(found, key=lambda error: error.line)

    def compile_all(self) -> list[SyntaxDefinition]:
        """Compile every statement; the result lists all verbs and syntaxes. Errors: CldSourceError."""
        out = []
        for group in (self._verbs, self._syntaxes):
            for block in group.values():
                if block.compiled is None:
                    _compile_syntax(block, self)
                out.append(block.compiled)
        for block in self._types.values():
            _compile_type(block, self)
        return out

    def find_type(self, name: str, module: Module) -> TypeDefinition | BuiltinType | None:
        """The value type `name` as seen from `module`."""
        block = module.types.get(name) or self._types.get(name)
        return _compile_type(block, self) if block is not None else builtin_type(name)

    def find_syntax(self, name: str, module: Module) -> bool:
        """Whether `module` can name the syntax `name`."""
        return name in module.syntaxes or name in self._syntaxes


class _VerbName:
    """A verb or synonym in the index of a table."""

    __slots__ = ("block", "name")
    negatable = False

    def __init__(self, name: str, block: Block) -> None:
        self.name = name
        self.block = block


class _Statement:
    """Collects the clauses of a DEFINE VERB or DEFINE SYNTAX. None means: not said, so inherited."""

    def __init__(self, block: Block, table: CommandTable) -> None:
        self.clauses = Clauses(block)
        self.block = block
        self.table = table
        self.image: str | None = None
        self.routine: str | None = None
        self.cliroutine: str | None = None
        self.parameters: list[Entity] | None = None
        self.qualifiers: list[Entity] | None = None
        self.disallows: list[Disallow] | None = None

    def compile(self) -> SyntaxDefinition:
        clauses = self.clauses
        while clauses.peek():
            if not clauses.take(","):
                self._clause(clauses.next())
        return SyntaxDefinition(
            self.block.name,
            self.block.name,
            self.image,
            self.routine,
            self.cliroutine,
            tuple(self.parameters or ()),
            NameIndex(self.qualifiers or ()),
            tuple(self.disallows or ()),
            self.block.module,
            (self.parameters is not None, self.qualifiers is not None, self.disallows is not None),
        )

    def _clause(self, word: str) -> None:
        clauses = self.clauses
        if word == "PARAMETER":
            self.parameters = [*(self.parameters or ()), self._parameter()]
        elif word == "QUALIFIER":
            qualifier = _qualifier(clauses, self.table)
            if any(q.name == qualifier.name for q in self.qualifiers or ()):
                raise clauses.error(CDU.DUPDEF(qualifier.name))
            self.qualifiers = [*(self.qualifiers or ()), qualifier]
        elif word == "DISALLOW":
            self.disallows = [*(self.disallows or ()), disallow(clauses)]
        elif word in ("IMAGE", "ROUTINE", "CLIROUTINE"):
            self._dispatch(word)
        elif word == "NOPARAMETERS":
            self.parameters = []
        elif word == "NOQUALIFIERS":
            self.qualifiers = []
        elif word == "NODISALLOWS":
            self.disallows = []
        elif word in ("SYNONYM", "PREFIX", "IDENT", "MODULE"):
            clauses.text()
        elif word in ("CLIFLAGS", "OUTPUTS"):
            skip_parentheses(clauses)
        else:
            clauses.at -= 1
            raise clauses.invalid()

    def _dispatch(self, word: str) -> None:
        """IMAGE, ROUTINE or CLIROUTINE: only one of them."""
        name = self.clauses.text().upper()
        if self.image or self.routine or self.cliroutine:
            raise self.clauses.error(CDU.CONFROUT(self.block.name))
        if word == "IMAGE" and len(name) > _MAX_IMAGE:
            raise self.clauses.error(CDU.IMAGELEN(name))
        setattr(self, word.lower(), name)

    def _parameter(self) -> Entity:
        clauses = self.clauses
        name = clauses.word()
        number = len(self.parameters or ()) + 1
        if name != f"P{number}" or number > _MAX_PARAMETERS:
            raise clauses.error(CDU.INVPARM(name))
        entity = Entity(name, name, negatable=False)
        while clauses.goes_on():
            word = clauses.next()
            if word in ("LABEL", "NAME"):
                clauses.expect("=")
                entity.label = clauses.word()
            elif word == "PROMPT":
                clauses.expect("=")
                entity.prompt = clauses.text()
            elif word == "VALUE":
                entity.value = _value(clauses, self.table)
            elif word == "SYNTAX":
                entity.syntax = _syntax_name(clauses, self.table)
            elif word == "DEFAULT":
                entity.default = True
            else:
                clauses.at -= 1
                raise clauses.invalid()
        entity.value = entity.value or ValueDefinition()
        last = (self.parameters or [entity])[-1].value
        if entity.value.required and last is not None and not last.required:
            raise clauses.error(CDU.INVREQPARM(name))
        return entity



def _compile_syntax(block: Block, table: CommandTable) -> None:
    block.compiled = _Statement(block, table).compile()


def _compile_type(block: Block, table: CommandTable) -> TypeDefinition:
    if block.compiled is None:
        # The type exists before its keywords are read, because a keyword's value may be of the same type.
        kind = block.compiled = TypeDefinition(block.name, NameIndex())
        try:
            kind.keywords = NameIndex(_keywords(block, table))
        except CldSourceError:
            block.compiled = None
            raise
    compiled: TypeDefinition = block.compiled
    return compiled


def _inherit(own: SyntaxDefinition, base: SyntaxDefinition, owner: Module) -> SyntaxDefinition:
    """`own` as used from `base`: what it does not say is as in `base`."""
    routed = own.image or own.routine or own.cliroutine
    parameters, qualifiers, disallows = own.says
    return SyntaxDefinition(
        own.name,
        base.verb,
        own.image if routed else base.image,
        own.routine if routed else base.routine,
        own.cliroutine if routed else base.cliroutine,
        own.parameters if parameters else base.parameters,
        own.qualifiers if qualifiers else base.qualifiers,
        own.disallows if disallows else base.disallows,
        owner,
    )


def _qualifier(clauses: Clauses, table: CommandTable) -> Entity:
    name = clauses.word()
    entity = Entity(name, name)
    while clauses.goes_on():
        word = clauses.next()
        if word == "PLACEMENT":
            clauses.expect("=")
            if clauses.peek() not in Placement.__members__:
                raise clauses.invalid()
            entity.placement = Placement[clauses.word()]
        elif word == "BATCH":
            entity.batch = True
        elif not _common(word, entity, clauses, table):
            clauses.at -= 1
            raise clauses.invalid()
    return entity


def _keywords(block: Block, table: CommandTable) -> list[Entity]:
    clauses = Clauses(block)
    out: list[Entity] = []
    while clauses.peek():
        if clauses.take(","):
            continue
        word = clauses.next()
        if word == "PREFIX":
            clauses.text()
            continue
        if word != "KEYWORD":
            clauses.at -= 1
            raise clauses.invalid()
        name = clauses.word()
        if any(k.name == name for k in out):
            raise clauses.error(CDU.DUPDEF(name))
        entity = Entity(name, name, negatable=False)
        while clauses.goes_on():
            word = clauses.next()
            if not _common(word, entity, clauses, table):
                clauses.at -= 1
                raise clauses.invalid()
        out.append(entity)
    return out


def _common(word: str, entity: Entity, clauses: Clauses, table: CommandTable) -> bool:
    """The clauses that qualifiers and keywords share; false when `word` is none of them."""
    if word == "DEFAULT":
        entity.default = True
    elif word in ("NEGATABLE", "NONNEGATABLE"):
        entity.negatable = word == "NEGATABLE"
    elif word == "LABEL":
        clauses.expect("=")
        entity.label = clauses.word()
    elif word == "SYNTAX":
        entity.syntax = _syntax_name(clauses, table)
    elif word == "VALUE":
        entity.value = _value(clauses, table)
    else:
        return False
    return True


def _syntax_name(clauses: Clauses, table: CommandTable) -> str:
    clauses.expect("=")
    name = clauses.word()
    if not table.find_syntax(name, clauses.block.module):
        raise clauses.error(CDU.UNDSYNTAX(name))
    return name


def _value(clauses: Clauses, table: CommandTable) -> ValueDefinition:
    value = ValueDefinition()
    if not clauses.take("("):
        return value
    while not clauses.take(")"):
        word = clauses.next()
        if word == "REQUIRED":
            value.required = True
        elif word == "LIST":
            value.list = True
        elif word in ("CONCATENATE", "NOCONCATENATE"):
            value.concatenate = word == "CONCATENATE"
        elif word == "IMPCAT":
            value.implied_concatenation = True
        elif word == "DEFAULT":
            clauses.expect("=")
            value.default = clauses.text()
        elif word == "TYPE":
            clauses.expect("=")
            name = clauses.word()
            value.type = table.find_type(name, clauses.block.module)
            if value.type is None:
                raise clauses.error(CDU.INVTYPE(name) if name.startswith("$") else CDU.UNDTYPE(name))
        elif word != ",":
            clauses.at -= 1
            raise clauses.invalid()
    return value
