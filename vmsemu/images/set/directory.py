"""SET DIRECTORY stands with SET FILE."""

from vmsemu.images.set.file import set_directory

__all__ = ["set_directory"]
