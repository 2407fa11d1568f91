"""The DCL command language interpreter.

Phases are modules: `lines` finds command lines in records, `substitution` replaces apostrophes and ampersands, `lexer` and `expression` read
expressions, `statement` tells kinds of statements apart and compiles each to a closure, `interpreter` runs the closures and keeps the state.
"""
