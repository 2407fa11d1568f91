"""`python -m vmsemu` and the host command `vmsemu`."""

import sys

from vmsemu import __version__


def main() -> int:
    """Run the host command with the arguments of this Python process."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        print(f"vmsemu {__version__}")
        return 0
    from vmsemu.app import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
