"""vmsemu: a faithful OpenVMS machine."""

__version__ = "0.1.0"
