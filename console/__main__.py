"""The petworks command. It imports what a subcommand needs, when it needs it: the first paint waits for nothing else.

Exit codes: 0 done, 1 failed, 2 usage, 3 no connection, 4 not allowed, 130 interrupted, 128+n by signal.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from console.demo import Demo
    from console.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Whatever goes wrong ends here, in a line for people or in a report without values."""
    _keep_secrets()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads what is left to flush
        return 128 + signal.SIGPIPE
    except Exception as error:  # noqa: BLE001 - the last place for it: Python's own traceback may quote values
        return _told(error)


def _keep_secrets() -> None:
    """No core dumps, and nothing that makes Textual log, draw or save what is on the screen."""
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _told(error: Exception) -> int:
    from console.errors import PetworksError
    from console.plain import safe_block

    if isinstance(error, PetworksError):
        advice = f"\n{error.advice}" if error.advice else ""
        print(safe_block(f"petworks: {error}{advice}"), file=sys.stderr)
        return error.exit_code
    from console.crash import report

    print(report(error), file=sys.stderr)
    return 1


def _run(argv: list[str]) -> int:
    if argv[:1] == ["platform"]:
        return _platform(argv[1:])
    if argv[:2] == ["audit", "verify"]:
        return _platform(argv)
    if not argv:  # argparse takes a tenth of the time to the first paint
        from console.settings import load

        return _console(load())
    from console.arguments import parse

    return _command(parse(argv))


def _platform(argv: list[str]) -> int:
    """The reference platform's own command line; a demo's child ends with its parent."""
    from console.stop_with_parent import STOP_WITH_STDIN, watch

    if os.environ.pop(STOP_WITH_STDIN, None):
        watch()
    from console.platform_api.cli import main as platform_main

    return platform_main(argv)


def _command(arguments: Namespace) -> int:
    if arguments.version:
        return _version()
    if arguments.command == "completion":
        from console.completion import script

        print(script(arguments.shell), end="")
        return 0
    from console.settings import config_path, load

    if arguments.command == "config path":
        print(config_path())
        return 0
    if arguments.command == "contest verify":
        from console.draw_check import verify_file

        return verify_file(arguments.file, sys.stdout, earlier=arguments.earlier)
    if arguments.command == "demo":
        return _demo(arguments)
    settings = load(profile=arguments.profile, url=arguments.url)
    return _console(settings) if arguments.command == "console" else _talk(arguments, settings)


def _version() -> int:
    from importlib.metadata import version

    print(f"petworks {version('petworks-console')}")
    return 0


def _talk(arguments: Namespace, settings: Settings) -> int:
    """The commands without a screen."""
    if arguments.command == "config show":
        from console.settings import shown

        print("\n".join(f"{name} = {value}" for name, value in shown(settings).items()))
        return 0
    from console import commands

    match arguments.command:
        case "sign-in":
            return commands.run(lambda session: commands.sign_in(session, arguments.email), settings)
        case "sign-out":
            return commands.run(commands.sign_out, settings)
        case "whoami":
            return commands.run(commands.whoami, settings)
        case _:
            return commands.run(lambda session: commands.export(session, arguments), settings)


def _console(settings: Settings) -> int:
    from console import frame

    _need_terminal()
    where = settings.platform
    with frame.shown(settings.environment.upper(), f"connecting to {where}", settings.theme) as give_back:
        return _open(settings, None, give_back)


def _demo(arguments: Namespace) -> int:
    """The settings' look, at a platform of its own."""
    from console import frame
    from console.settings import load

    _need_terminal()
    settings = load(profile=arguments.profile)._replace(profile="demo", environment="demo", proxy=None, ca_file=None)
    with frame.shown("DEMO", "starting the demo", settings.theme) as give_back:
        from console import demo

        with demo.running(arguments.role, users=arguments.users, fresh=arguments.fresh, tell=frame.say) as running:
            return _open(settings._replace(url=running.url), running, give_back)


def _open(settings: Settings, demo: Demo | None, give_back: Callable[[], None]) -> int:
    from console.app import run

    give_back()
    return run(settings, demo)


def _need_terminal() -> None:
    from console.errors import SettingsError

    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual reads the one and draws on the other
        raise SettingsError("The console needs a terminal.", advice="For commands without a screen: petworks --help")


if __name__ == "__main__":
    sys.exit(main())
