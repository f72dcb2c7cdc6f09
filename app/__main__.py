"""The command line: with no arguments it opens the desktop.

``python -m app [--data FOLDER]`` the desktop · ``python -m app welcome`` the desktop, or the tour where no station was
founded yet · ``python -m app center …`` the county center ·
``python -m app demo [FOLDER]`` the tour. Each command imports only what it needs, so that none pays for another.
This is the one module of ``app`` that may import ``ui``: it is where the program is put together.
"""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> int:
    """Runs one command and returns the process's exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("desktop", [])
    if command == "center":
        from app.center.server import run as run_center

        return run_center(rest)
    if command == "welcome":
        from ui.desktop import station_founded

        command = "desktop" if station_founded() else "demo"
    if command == "demo":
        from app.tour.command import run as run_tour
        from ui.photograph import WindowPhotographer

        return run_tour(rest, WindowPhotographer)
    if command == "desktop":
        arguments = rest
    from ui.desktop import run as run_desktop

    return run_desktop(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
