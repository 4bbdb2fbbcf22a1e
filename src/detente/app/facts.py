"""The commands about facts."""

import typer

from detente.app.catalog import events

app = typer.Typer(help="Facts: import event data.", no_args_is_help=True, rich_markup_mode=None)
app.command("import", short_help="Make events of a file of event data.")(events.import_events)
