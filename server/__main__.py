"""Which command was asked for? ``xiaoer COMMAND``, the one entry of the program."""

import argparse
import sys
from collections.abc import Sequence

from bot.errors import AssistantError, InvalidPolicyError, ScriptLibraryError
from server.cli import COMMANDS
from server.cli.refusals import in_words

_OK, _REFUSED, _USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Returns:
        0 ok; 1 findings or a refused operation, one line each on standard error;
        2 wrong usage.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    args = make_parser(words[0] if words else None).parse_args(words)
    try:
        status = args.run(args)
    except (ScriptLibraryError, InvalidPolicyError) as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201 - a finding a line
        return _REFUSED
    except AssistantError as error:
        print(in_words(error), file=sys.stderr)  # noqa: T201 - the refusal in one line
        return _REFUSED
    except (BrokenPipeError, KeyboardInterrupt):
        return _REFUSED
    return int(status)


def make_parser(chosen: str | None) -> argparse.ArgumentParser:
    """Return the parser of all commands, in full only for the chosen one.

    The others' modules are not imported: `xiaoer db` should not wait for the matcher.
    """
    parser = argparse.ArgumentParser(
        prog="xiaoer", description="小二：店铺的聊天客服助手"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command_parser = commands.add_parser(command.name, help=command.summary)
        if command.name == chosen:
            command.add_arguments(command_parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
