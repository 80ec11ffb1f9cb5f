"""The entry point: arguments in, one call out. Nothing heavy is imported before it must be."""

import sys


def main(argv: list[str] | None = None) -> int:
    """Run ``hotfix-tui`` with `argv` (the process's own by default); return its exit status."""
    from hotfix_tui.cli import streams

    args = sys.argv[1:] if argv is None else argv
    streams.prepare()
    if args == ["--version"]:
        from hotfix_tui.version import __version__

        print(f"hotfix-tui {__version__}")
        return 0
    if not args:
        from hotfix_tui.cli.start import start

        return start()
    if args[:2] == ["completion", "words"]:
        from hotfix_tui.cli import complete

        return complete.words(args[2:])
    if "status" in args or "list" in args or "note" in args:
        from hotfix_tui.cli.fast_args import options_of

        options = options_of(args)
        if options is not None:
            import gc

            # it is over before there is anything to collect, and scanning for it takes a tenth of the time
            gc.disable()
            from hotfix_tui.cli import outlet
            from hotfix_tui.cli.failures import call

            outlet.cover()
            if options.command == "note":
                from hotfix_tui.cli.notes import note

                return call(lambda: note(options), options)
            from hotfix_tui.cli import show

            command = show.status if options.command == "status" else show.list_incidents
            return call(lambda: command(options), options, reads=True)
    from hotfix_tui.cli.dispatch import run

    return run(args)
