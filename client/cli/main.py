"""The ``fit-ad`` command."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

from ...core.errors import FitAdError
from ..failures import BAD_USE, FAILED, exit_status

try:
    import typer
except ImportError:  # the node pack alone does not bring the command's packages
    sys.stderr.write('error: fit-ad needs its packages. Run: pip install "comfyui-fit-ad[local]"\n')
    raise SystemExit(BAD_USE) from None

if TYPE_CHECKING:
    from ..runs.make import Ad

INTERRUPTED = 130  # what shells report after Ctrl-C

app = typer.Typer(
    name="fit-ad",
    help="Turns a phone photo and a few facts into an advertisement that can be posted.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from ... import __version__

        typer.echo(f"fit-ad {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks and log lines (also FIT_AD_DEBUG=1).")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if debug:
        os.environ["FIT_AD_DEBUG"] = "1"


@app.command()
def make(
    photo: Annotated[Path, typer.Argument(help="The photo: JPEG, PNG, WebP, TIFF …", show_default=False)],
    shop: Annotated[str, typer.Option(help="Name of the shop.")] = "",
    offer: Annotated[str, typer.Option(help='What is on offer, such as "아메리카노 1+1".')] = "",
    features: Annotated[str | None, typer.Option(help="What is special about it.")] = None,
    region: Annotated[str | None, typer.Option(help="Where the shop is.")] = None,
    audience: Annotated[str | None, typer.Option(help="Who the ad is for.")] = None,
    tone: Annotated[
        str | None,
        typer.Option(help="friendly | professional | trendy | emotional (친근함 | 전문적 | 트렌디 | 감성적)."),
    ] = None,
    language: Annotated[str | None, typer.Option(help="Language of the words: ko | en.")] = None,
    pick: Annotated[int | None, typer.Option(min=1, max=3, help="Which of the three copies to set.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed, other words.")] = None,
    ad_format: Annotated[
        str | None, typer.Option("--format", help="feed-4x5, feed-1x1, story, reels, wide-16x9 …")
    ] = None,
    design: Annotated[str | None, typer.Option(help="Name of a design (fit-ad designs lists them), or auto.")] = None,
    photo_use: Annotated[str | None, typer.Option(help="auto | cut-out | full | frame.")] = None,
    palette: Annotated[str | None, typer.Option(help='auto, shop, a colourway, or colours: "#1F4DFF #FFD21F".')] = None,
    type_set: Annotated[str | None, typer.Option("--type", help="Set of fonts, or auto.")] = None,
    design_seed: Annotated[int | None, typer.Option(min=0, help="Another seed, another design.")] = None,
    purpose: Annotated[str | None, typer.Option(help="deal | new | open | season | closed | hiring | …")] = None,
    period: Annotated[str | None, typer.Option(help="When the offer holds.")] = None,
    contact: Annotated[str | None, typer.Option(help="Phone number.")] = None,
    address: Annotated[str | None, typer.Option(help="Where the shop is.")] = None,
    hours: Annotated[str | None, typer.Option(help="When it is open.")] = None,
    link: Annotated[str | None, typer.Option(help="A web address, for a QR code.")] = None,
    engine: Annotated[str | None, typer.Option(help="What cuts the subject out: auto, grabcut, ben2 …")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the result.")] = Path("fit-ad-output"),
    server: Annotated[str, typer.Option(help="Address of a ComfyUI to run on; without one it runs right here.")] = "",
    time_limit: Annotated[float, typer.Option(min=1, help="Give up after this many seconds.")] = 600,
    stock: Annotated[bool, typer.Option("--stock", help="For stock sites: 2500 px, title and keywords.")] = False,
    title: Annotated[str, typer.Option(help="Title for stock sites; else the ad's first headline.")] = "",
    keywords: Annotated[str, typer.Option(help="Keywords for stock sites, with commas; else the hashtags.")] = "",
) -> None:
    """Make an ad from a photo."""
    from ..runs.make import AdRequest, make_ad
    from ..runs.stock_mode import stock_of
    from .console import print_ad, progress_bar

    values = {
        "shop": shop,
        "offer": offer,
        "features": features,
        "region": region,
        "audience": audience,
        "tone": tone,
        "language": language,
        "pick": pick,
        "seed": seed,
        "format": ad_format,
        "design": design,
        "photo_use": photo_use,
        "palette": palette,
        "type": type_set,
        "design_seed": design_seed,
        "purpose": purpose,
        "period": period,
        "contact": contact,
        "address": address,
        "hours": hours,
        "link": link,
        "engine": engine,
    }
    for_stock = stock_of(stock, title, keywords)
    with progress_bar("Making the ad") as on_progress:
        ad: Ad = make_ad(AdRequest(photo, values, out, server, time_limit, for_stock), on_progress)
    print_ad(ad)


def _add_commands() -> None:
    from . import batch, config, designs, models, report, run, score, validate

    app.add_typer(config.app, name="config")
    app.add_typer(designs.app, name="designs")
    app.command("validate")(validate.validate)
    app.command("run")(run.run)
    app.command("batch")(batch.batch)
    app.command("status")(run.status)
    app.command("models")(models.models)
    app.command("report")(report.report)
    app.command("score")(score.score)


_add_commands()


@app.command()
def workflows() -> None:
    """List the workflows of the bundle."""
    from ...core.workflow.card import load_card, workflow_names
    from .console import print_workflows

    print_workflows([load_card(name) for name in workflow_names()])


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command and end with its exit status: 0, 1 failed, 2 bad use, 3 server away, 4 timed out."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a Korean Windows console cannot show every emoji
    _quiet()
    _keep_run_log()
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: list[str]) -> int:
    usage_error = typer.BadParameter.__mro__[2]  # click's ClickException, which newer typer carries inside itself
    try:
        result = typer.main.get_command(app).main(arguments or ["--help"], "fit-ad", standalone_mode=False)
        if result == INTERRUPTED:  # newer typer turns Ctrl-C into this status itself
            return _fail("Stopped.", INTERRUPTED)
        return result if isinstance(result, int) else 0
    except FitAdError as exc:
        return _fail(str(exc), exit_status(exc))
    except (KeyboardInterrupt, typer.Abort):
        return _fail("Stopped.", INTERRUPTED)
    except usage_error as exc:  # type: ignore[misc]
        return _fail(f"{exc.format_message()} (fit-ad --help shows what there is)", BAD_USE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains again at exit
        return FAILED
    except Exception as exc:  # noqa: BLE001 - the last stop before the user: one line, never a traceback
        reason = str(exc) or type(exc).__name__
        return _fail(f"Something went wrong inside Fit-AD: {reason} (--debug shows where)", FAILED)


def _fail(text: str, status: int) -> int:
    """Write one error line to stderr and return the exit status."""
    if _debugging():
        traceback.print_exc()
    red, plain = ("\033[1;31m", "\033[0m") if sys.stderr.isatty() and "NO_COLOR" not in os.environ else ("", "")
    sys.stderr.write(f"{red}error:{plain} {' '.join(text.split())}\n")
    return status


def _debugging() -> bool:
    return os.environ.get("FIT_AD_DEBUG", "") not in ("", "0") or "--debug" in sys.argv[1:]


def _quiet() -> None:
    """Let only Fit-AD's own warnings through, one line each; everything with debugging on."""
    if _debugging():
        logging.basicConfig(level=logging.DEBUG, format="%(name)s: %(message)s")
        logging.getLogger("httpcore").setLevel(logging.INFO)  # it writes down cookies that a login sets
        return
    import warnings

    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("note: %(message)s"))
    own = logging.getLogger("fit_ad")
    own.addHandler(handler)
    own.propagate = False


def _keep_run_log() -> None:
    from ...core.infra.paths import comfyui_user_folder, environment
    from ...core.telemetry import runlog

    runlog.install(runlog.RunLogSwitch(lambda: comfyui_user_folder(environment()), at_home=True))


if __name__ == "__main__":
    main()
