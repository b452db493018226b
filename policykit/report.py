"""From policies to the report: the notebooks executed headless on them, then exported as one HTML file."""

from __future__ import annotations

import glob
import hashlib
import importlib.util
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError
from tqdm.auto import tqdm
from traitlets.config import Config

from policykit.corpus import read
from policykit.cover import cover
from policykit.page import Blocks, Part, anchor, page, part
from policykit.watch import watch

TRIES = 3                       # of a notebook whose kernel waits for a message that never comes
PARAMETER = "POLICIES"


class ReportError(RuntimeError):
    """Why there is no report, in one sentence; ``code`` is the exit code."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


def share(name: str) -> Path:
    """The folder ``notebooks`` or ``data``: in a wheel package data, in a checkout beside the package."""
    here = Path(__file__).parent
    for folder in (here / "_share" / name, here.parent / name):
        if folder.is_dir():
            return folder
    raise ReportError(f"the folder {name} did not come with this installation of policykit; install it again")


def notebooks(names: Iterable[str] = ()) -> list[Path]:
    """The notebooks, in their order, or those named: by number, name or file.

    >>> notebooks(["no such notebook"])
    Traceback (most recent call last):
    policykit.report.ReportError: there is no notebook 'no such notebook'; ...
    """
    found = sorted(share("notebooks").glob("[0-9]*.ipynb"))
    if not names:
        return found
    chosen = []
    for name in names:
        match = [path for path in found if name in (path.stem, path.name, path.stem.split("_")[0], path.stem.split("_", 1)[-1])]
        if not match and Path(name).is_file() and name.endswith(".ipynb"):
            match = [Path(name).resolve()]
        if not match:
            raise ReportError(f"there is no notebook {name!r}; there are {', '.join(path.stem for path in found) or 'none'}")
        chosen += match
    return chosen


@contextmanager
def kernel() -> Iterator[str]:
    """The name of a Jupyter kernel that runs this very interpreter, whatever kernels a user has installed."""
    with tempfile.TemporaryDirectory(prefix="policykit-") as folder:
        spec = Path(folder) / "kernels" / "policykit"
        spec.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=50"]
        (spec / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "policykit", "language": "python"}))
        before = os.environ.get("JUPYTER_PATH")
        os.environ["JUPYTER_PATH"] = folder + (os.pathsep + before if before else "")
        try:
            yield "policykit"
        finally:
            if before is None:
                del os.environ["JUPYTER_PATH"]
            else:
                os.environ["JUPYTER_PATH"] = before


def execute(path: Path, policies: str, *, kernel_name: str, folder: Path) -> tuple[Any, str | None]:
    """A notebook, executed on these policies up to its first error, and that error in one line."""
    out = folder / path.name
    logging.getLogger("papermill").setLevel(logging.ERROR)
    failure = ""
    for attempt in range(TRIES):
        # sockets in our own folder: free TCP ports are found first and taken later, and two kernels may find the same
        place = Config() if os.name == "nt" else Config({"KernelManager": {"transport": "ipc", "ip": str(folder / f"{hashlib.sha256(str(path).encode()).hexdigest()[:8]}{attempt}")}})
        try:
            return papermill.execute_notebook(
                path, out, {PARAMETER: policies}, kernel_name=kernel_name, language="python", progress_bar=False, start_timeout=120, config=place), None
        except PapermillExecutionError as error:
            said = str(error.evalue).splitlines()
            return nbformat.read(out, as_version=4), f"{path.name}, cell {error.cell_index}: {error.ename}: {said[0] if said else ''}"
        except DeadKernelError as error:  # ended by the watch, most likely
            failure = f"{path.name}: {error}"
        except Exception as error:  # noqa: BLE001 - a kernel that did not start: whatever nbclient makes of it
            failure = f"{path.name}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
            break
    return nbformat.read(out if out.exists() else path, as_version=4), failure


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Environment variables, for the kernels started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)


def report(paths: list[str] | None = None, output: str | Path | None = None, *, lang: str = "en", split: bool = False,
           names: Iterable[str] = (), progress: bool = True, jobs: int | None = None) -> list[Path]:
    """The files written: one page with all notebooks, or, if ``split``, a folder with a page for each.

    ``jobs``: notebooks run at once, each in a kernel of its own; by default one a processor, four at most.

    Raises ``ReportError`` when no policy could be read, and, after writing, when a cell of a notebook failed.
    """
    given = [str(Path(path).expanduser().absolute()) for path in paths or [share("data") / "policies"]]
    chosen = notebooks(names)
    if not chosen:
        raise ReportError("there is no notebook to make a report of")
    output = destination(output, split)
    corpus = read(given[0] if len(given) == 1 else given, progress=progress)
    unread = corpus.policies[corpus.policies["status"] == "error"]
    if len(unread) == len(corpus.policies):
        more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
        raise ReportError(f"No policy could be read: {unread['message'].iloc[0]}{more}")
    for message in unread["message"]:
        print(f"policykit: {message}", file=sys.stderr)
    failed: list[str] = []
    made: list[tuple[Part, Blocks]] = []
    blocks = Blocks()
    with tempfile.TemporaryDirectory(prefix="policykit-") as folder, kernel() as kernel_name, chdir(folder), watch(), \
            environment(POLICYKIT_LANG=lang, PYDEVD_DISABLE_FILE_VALIDATION="1"):
        # every notebook opens what was read here once
        store = str(Path(folder) / "corpus.duckdb")
        corpus.save(store)
        with ThreadPoolExecutor(min(len(chosen), jobs or min(4, os.cpu_count() or 1))) as pool:
            runs = pool.map(lambda path: execute(path, store, kernel_name=kernel_name, folder=Path(folder)), chosen)
            for path, (nb, error) in tqdm(zip(chosen, runs), total=len(chosen), desc="notebooks", unit="notebook", disable=not progress):
                failed += [error] if error else []
                blocks = Blocks() if split else blocks
                made.append((part(nb, anchor(path.stem), blocks, lang=lang), blocks))
    written = write(made, output, cover(corpus, lang), lang, split)
    if failed:
        raise ReportError(f"{written[0]} was written, but {failed[0]}", code=1)
    return written


def destination(output: str | Path | None, split: bool) -> Path:
    """Where the report goes, known to be writable before anything is read: a file, or a folder if ``split``."""
    given = Path(output or ("report" if split else "report.html")).expanduser()
    path = given / "report.html" if given.is_dir() and not split else given
    if split and given.is_file():
        raise ReportError(f"{given}: is a file; a report split into several files needs a folder")
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"{path.parent}: this folder cannot be made ({error.strerror}); choose another place with -o") from error
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise ReportError(f"{path}: cannot be written here; choose another place with -o")
    return path.absolute()


def write(made: list[tuple[Part, Blocks]], output: Path, about: dict[str, Any], lang: str, split: bool) -> list[Path]:
    """The pages, written; each file appears complete or not at all."""
    title = f"{about['title']} · policykit"
    if not split:
        if any(one.name == "n1-corpus-overview" for one, _ in made):  # lists the policies right after the cover
            about = about | {"policies": []}
        return [replace(output, page([one for one, _ in made], made[0][1], lang=lang, title=title, cover=about))]
    names = [f"{one.name[1:]}.html" for one, _ in made]
    files = [("index.html", about["title"]), *((name, one.title) for name, (one, _) in zip(names, made))]
    written = [replace(output / "index.html", page([], Blocks(), lang=lang, title=title, cover=about, others=files[1:]))]
    for name, (one, blocks) in zip(names, made):
        written.append(replace(output / name, page([one], blocks, lang=lang, title=f"{one.title} · policykit", others=files)))
    return written


def replace(path: Path, html: str) -> Path:
    """The file, with this content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_text(html, encoding="utf-8")
    beside.replace(path)
    return path


def workplace(paths: list[str] | None = None, folder: str | Path | None = None) -> Path:
    """A folder with the notebooks to work on: the checkout's own, or copies that read the policies given."""
    source = share("notebooks")
    if not paths and not folder and source.parent.name != "_share":
        return source
    given = [str(Path(path).expanduser().absolute()) for path in paths or [share("data") / "policies"]]
    target = Path(folder or "policykit-notebooks")
    target.mkdir(parents=True, exist_ok=True)
    for path in notebooks():
        copy = target / path.name
        if copy.exists():  # an analyst's own work is never overwritten
            continue
        nb = nbformat.read(path, as_version=4)
        for cell in nb.cells:
            if "parameters" in cell.metadata.get("tags", ()):
                value = given[0] if len(given) == 1 else given
                cell.source = "\n".join(f"{PARAMETER} = {value!r}" if line.startswith(f"{PARAMETER} =") else line for line in cell.source.split("\n"))
        nbformat.write(nb, copy)
    return target


def lab(paths: list[str] | None = None, folder: str | Path | None = None, options: Iterable[str] = ()) -> int:
    """JupyterLab's exit code, after it ran on the notebooks."""
    for path in paths or ():
        if not glob.glob(str(Path(path).expanduser())):
            raise ReportError(f"{path}: there is no such file or folder; check the spelling")
    place = workplace(paths, folder)
    print(f"policykit: the notebooks are in {place}", file=sys.stderr)
    if not shutil.which("jupyter-lab") and importlib.util.find_spec("jupyterlab") is None:
        raise ReportError("JupyterLab is not installed here; install it with: pip install jupyterlab")
    # in a container everybody is root, and Jupyter would not start
    root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    return subprocess.call([sys.executable, "-m", "jupyterlab", str(place), *root, *options])
