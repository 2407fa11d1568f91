"""SET ACL stands with SET SECURITY."""

from vmsemu.images.set.security import set_acl

__all__ = ["set_acl"]
