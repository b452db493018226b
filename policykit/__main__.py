"""The command line: policykit report, lab, build, export, compare, train, evaluate."""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
from typing import Any

import policykit


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="policykit", description=policykit.__doc__)
    top.add_argument("--version", action="version", version=f"policykit {policykit.__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, meaning: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=meaning, description=meaning)

    report = command("report", "policies to one HTML file that opens without network")
    report.add_argument("paths", nargs="*", metavar="PATHS", help="files, folders or globs; without any, the policies that come with policykit")
    report.add_argument("-o", "--output", metavar="FILE", help="the file to write (report.html), or with --split the folder (report)")
    report.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the report")
    report.add_argument("--split", action="store_true", help="one file for each notebook, in a folder")
    report.add_argument("--notebook", nargs="+", default=[], metavar="NAME", help="only these notebooks, by number or name")
    report.add_argument("-q", "--quiet", action="store_true", help="show no progress")

    lab = command("lab", "JupyterLab on the notebooks, with these policies")
    lab.add_argument("paths", nargs="*", metavar="PATHS", help="files, folders or globs; without any, the policies that come with policykit")
    lab.add_argument("--folder", metavar="DIR", help="where to put the notebooks (policykit-notebooks); one that is there already is kept")
    lab.add_argument("--no-browser", action="store_true", help="start the server only")

    build = command("build", "policies into one DuckDB file; only new or changed files are read again")
    build.add_argument("paths", nargs="+", metavar="PATHS")
    build.add_argument("-o", "--output", default="corpus.duckdb", metavar="FILE")
    build.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    build.add_argument("--rulebook", metavar="DIR", help="a folder with rule files of your own that extend the package's")

    export = command("export", "every table of a DuckDB file as CSV, Parquet or one workbook")
    export.add_argument("store", metavar="FILE")
    export.add_argument("-o", "--output", required=True, metavar="DIR")
    export.add_argument("--format", choices=("csv", "parquet", "xlsx"), default="csv")

    compare = command("compare", "what changed between two versions of a policy, or differs between two")
    compare.add_argument("old", metavar="OLD")
    compare.add_argument("new", metavar="NEW")
    compare.add_argument("-o", "--output", metavar="FILE", help="an HTML, CSV or xlsx file instead of the terminal")
    compare.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the HTML page")
    compare.add_argument("--rulebook", metavar="DIR", help="a folder with rule files of your own that extend the package's")

    train = command("train", "make the shipped clause-type weights again")
    train.add_argument("--corpus", required=True, metavar="DIR", help="the folder with capp130 and appsi139")
    train.add_argument("-o", "--output", metavar="FILE", help="another file than the shipped one")

    evaluate = command("evaluate", "make every figure in the README again")
    evaluate.add_argument("--corpus", required=True, metavar="DIR", help="the folder with corpora and gold")
    evaluate.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these figures")
    evaluate.add_argument("-o", "--output", metavar="FILE", help="the figures as JSON, too")
    evaluate.add_argument("--rows", metavar="DIR", help="what the figures are made of as CSV, too: each cell, pair or finding with its quotes")
    return top


def run_report(args: argparse.Namespace) -> int:
    from policykit import report

    for path in report.report(args.paths, args.output, lang=args.lang, split=args.split, names=args.notebook, progress=not args.quiet):
        print(path)
    return 0


def run_lab(args: argparse.Namespace) -> int:
    from policykit import report

    return report.lab(args.paths, args.folder, ["--no-browser"] if args.no_browser else [])


def delegate(module: str, args: Any) -> int:
    """The exit code of ``main(args)`` of a module of the package, which is imported only now."""
    gc.disable()                # modules and rules stay: sweeping through them while they load takes a tenth of the start
    try:
        main_ = importlib.import_module(f"policykit.{module}").main
    except (ModuleNotFoundError, AttributeError) as error:
        if isinstance(error, ModuleNotFoundError) and error.name != f"policykit.{module}":
            raise
        print(f"policykit: this installation has no command for {module} yet", file=sys.stderr)
        return 2
    finally:
        gc.enable()
        gc.set_threshold(10_000)
    return main_(args) or 0


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 done, 1 done with a failure, 2 nothing could be done; what failed is one sentence."""
    args = parser().parse_args(argv)
    try:
        if args.command == "report":
            return run_report(args)
        if args.command == "lab":
            return run_lab(args)
        if args.command == "train":
            from policykit import train

            train.main(args.corpus, args.output)
            return 0
        return delegate({"compare": "changes"}.get(args.command, args.command), args)
    except KeyboardInterrupt:
        print("policykit: interrupted", file=sys.stderr)
        return 130
    except (RuntimeError, ValueError, OSError) as error:
        print(f"policykit: {error}", file=sys.stderr)
        return getattr(error, "code", None) or 2


if __name__ == "__main__":
    sys.exit(main())
