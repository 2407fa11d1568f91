"""Lexical functions: one Python function for each F$ function; see registry.py for how they are found and called."""
