"""PIPE."""
