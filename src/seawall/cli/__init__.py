"""The command line: a thin shell around the functions of `seawall`.

Commands parse options, call one function, and print. What they import, they import when they are
called, so that `seawall --help` loads neither pandas nor a solver.
"""

from seawall.cli.commands import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line and end the process with its exit code."""
    app(prog_name="seawall")
