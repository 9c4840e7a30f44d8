"""Help texts: commands in groups, arguments and usage by their metavars alone, nothing cut at 80 columns."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup


class Command(TyperCommand):
    """A command whose help names its arguments as a person would write them: `CLIPS…`, `[BOARD] [SHOTS…]`."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What follows the command in its usage line."""
        names = [str(one.metavar) for one in self.params if one.param_type_name == "argument"]
        return ["[OPTIONS]", *names]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, then options."""
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            rows = []
            for one in self.get_params(ctx):
                record = one.get_help_record(ctx) if one.param_type_name == kind else None
                if record is not None:
                    rows.append((str(one.metavar) if kind == "argument" else record[0], record[1]))
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class Group(TyperGroup):
    """Commands under the headings that their `rich_help_panel` names."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The headings in order of their first command."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            panel = str(getattr(command, "rich_help_panel", None) or "Commands")
            panels.setdefault(panel, []).append((name, command.get_short_help_str(200)))
        for panel, rows in panels.items():
            with formatter.section(panel):
                formatter.write_dl(rows, col_max=12)


class GroupWithDefault(Group):
    """Commands of which the first is meant where none is named: `stitcher review BOARD`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The command line, with the first command named."""
        first = args[0] if args else None
        if first is not None and first not in self.commands and first not in ctx.help_option_names:
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)
