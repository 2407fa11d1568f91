"""SHOW ACL stands with SHOW SECURITY."""

from vmsemu.images.show.security import show_acl

__all__ = ["show_acl"]
