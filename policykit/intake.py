"""New policies into a corpus: from files dropped on a notebook, from a folder, or from another corpus.

What cannot be read is said in a sentence and stays a row of `policies` with status error; nothing is overwritten.
"""

from __future__ import annotations

import html
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ipywidgets
import pandas as pd

from policykit import charts, rows
from policykit.charts.style import Lang
from policykit.charts.words import say
from policykit.corpus import Corpus, read
from policykit.display import outputs, table
from policykit.read import SUFFIXES, sources

LARGEST = 50_000_000  # bytes of an upload: a policy is rarely larger than one megabyte


def renamed(corpus: Corpus, names: dict[str, str]) -> Corpus:
    """The corpus with other keys for some policies."""
    tables = {name: made.assign(policy=made["policy"].map(lambda key: names.get(key, key)).astype("string")) for name, made in corpus.tables.items()}
    return replace(corpus, tables=tables, texts={names.get(key, key): text for key, text in corpus.texts.items()})


def join(corpus: Corpus, more: Corpus) -> Corpus:
    """Both corpora as one; a key that is taken gets a number: `policy`, `policy (2)`."""
    if corpus.rulebook and more.rulebook and corpus.rulebook != more.rulebook:
        raise ValueError("the two corpora were made by different rules; read the policies of both again")
    taken, names = set(corpus.policies["policy"]), {}
    for key in more.policies["policy"]:
        number, free = 2, key
        while free in taken:
            free, number = f"{key} ({number})", number + 1
        taken.add(free)
        names[key] = free
    more = renamed(more, {key: free for key, free in names.items() if key != free})
    tables = {name: pd.concat([made, more.tables[name]], ignore_index=True).astype(rows.frame(rows.TABLES[name]).dtypes.to_dict()) if len(made) else more.tables[name]
              for name, made in corpus.tables.items()}
    return replace(corpus, tables=tables, texts=corpus.texts | more.texts, rulebook=corpus.rulebook or more.rulebook)


def add(corpus: Corpus, paths: str | Path | Iterable[str | Path], *, said: Callable[[int, int, str], None] = lambda done, all_, message: None, lang: Lang = "en") -> tuple[Corpus, list[str]]:
    """The corpus with the policies of these files and folders, and a sentence for each file.

    ``said`` hears after each file how many of how many are done, and the sentence.
    """
    files = sources(paths if isinstance(paths, (str, Path)) else list(paths))
    sentences = []
    for number, source in enumerate(files, 1):
        name = source.path.name
        try:
            made = read(source.path, progress=False)
            row = made.policies.iloc[0]
            twin = corpus.policies.loc[corpus.policies["sha256"].notna() & (corpus.policies["sha256"] == row["sha256"]), "policy"] if pd.notna(row["sha256"]) else []
            if len(twin):
                sentence = say(lang, f"{name}: is in the corpus already, as {twin.iloc[0]}.", f"{name}：语料中已有（{twin.iloc[0]}）。")
            else:
                corpus = join(corpus, made)
                sentence = _told(name, row, made, lang)
        except Exception as error:  # a defect of ours must not end the session of an analyst
            sentence = say(lang, f"{name}: could not be read ({type(error).__name__}: {error}).", f"{name}：未能读取（{type(error).__name__}: {error}）。")
        sentences.append(sentence)
        said(number, len(files), sentence)
    return corpus, sentences


def _told(name: str, row: pd.Series, made: Corpus, lang: Lang) -> str:
    """What became of a file, in a sentence."""
    message = str(row["message"]).replace(str(row["path"]), name) if pd.notna(row["message"]) else ""
    if row["status"] == "error":
        return message or say(lang, f"{name}: could not be read.", f"{name}：未能读取。")
    collected = int((made.items["status"] == "collected").sum())
    read_ = say(lang, f"{name}: read, {len(made.clauses)} clauses, {collected} items collected.", f"{name}：已读取，{len(made.clauses)}个条款，收集{collected}类信息。")
    return f"{read_} {message}".strip()


def safe(name: str) -> str:
    """A file's name without anything that could lead out of a folder.

    >>> safe("../../etc/passwd"), safe("C:\\\\x\\\\政策.pdf"), safe("")
    ('passwd', '政策.pdf', 'policy')
    """
    last = "".join(char for char in name.replace("\\", "/").split("/")[-1] if char.isprintable()).lstrip(".")
    stem, dot, suffix = last.rpartition(".")
    return (f"{stem[:100]}{dot}{suffix[:10]}" if dot else last[:100]) or "policy"


class Intake(ipywidgets.VBox):
    """Files to drop, a folder to pick; each is read at once and shown.

    ``corpus`` is the whole, with what was added; ``added`` the keys of the new policies.
    """

    def __init__(self, corpus: Corpus, items: Iterable[str] | None = None, lang: Lang = "en", folder: str | Path = ".", **kwargs: Any) -> None:
        self.corpus, self._items, self._lang = corpus, list(items) if items else None, lang
        self._before = set(corpus.policies["policy"])
        self._uploads = tempfile.TemporaryDirectory(prefix="policykit-uploads-")
        wide = {"width": "36em"}
        self.files = ipywidgets.FileUpload(accept=",".join(SUFFIXES), multiple=True, description=say(lang, "Add files", "添加文件"), layout={"width": "14em"},
                                           tooltip=say(lang, "txt, md, html, pdf or docx", "txt、md、html、pdf 或 docx"))
        self.folder = ipywidgets.Text(value=str(Path(folder).expanduser().absolute()), description=say(lang, "Folder", "文件夹"), continuous_update=False, layout=wide)
        self.inside = ipywidgets.Select(options=[], rows=5, description=say(lang, "Open", "打开"), layout=wide)
        self.read = ipywidgets.Button(description=say(lang, "Read this folder", "读取此文件夹"), icon="folder-open", layout={"width": "14em"})
        self.bar = ipywidgets.IntProgress(min=0, max=1, layout=wide | {"visibility": "hidden"})
        self.said = ipywidgets.HTML()
        self.shown = ipywidgets.Output()
        super().__init__([self.files, self.folder, self.inside, self.read, self.bar, self.said, self.shown], **kwargs)
        self.files.observe(lambda change: self._uploaded(), "value")
        self.folder.observe(lambda change: self._list(), "value")
        self.inside.observe(lambda change: self._open(change["new"]), "value")
        self.read.on_click(lambda button: self.take(self.folder.value))
        self._list()

    @property
    def added(self) -> list[str]:
        """The keys of the policies that were added."""
        return [key for key in self.corpus.policies["policy"] if key not in self._before]

    def take(self, paths: str | Path | Iterable[str | Path]) -> list[str]:
        """Reads these files and folders; a sentence for each."""
        self.bar.layout.visibility, self.bar.value, sentences = "visible", 0, []

        def said(done: int, all_: int, sentence: str) -> None:
            self.bar.max, self.bar.value = all_, done
            sentences.append(sentence)
            self._say(sentences)

        self.corpus, _ = add(self.corpus, paths, said=said, lang=self._lang)
        self.bar.layout.visibility = "hidden"
        self._draw()
        return sentences

    def _uploaded(self) -> None:
        if not self.files.value:
            return
        paths, refused = [], []
        for number, file in enumerate(self.files.value):
            if file["size"] > LARGEST:
                refused.append(say(self._lang, f"{safe(file['name'])}: is larger than {LARGEST // 1_000_000} MB; is it a policy?", f"{safe(file['name'])}：超过{LARGEST // 1_000_000}MB，是否为隐私政策？"))
                continue
            folder = Path(self._uploads.name) / f"{len(list(Path(self._uploads.name).iterdir()))}-{number}"
            folder.mkdir()
            (folder / safe(file["name"])).write_bytes(bytes(file["content"]))
            paths.append(folder / safe(file["name"]))
        self.files.value = ()  # so that the same file can be dropped again
        sentences = self.take(paths) if paths else []
        self._say([*refused, *sentences])

    def _list(self) -> None:
        """The folders inside the folder that is shown, and how many policies lie in it."""
        place = Path(self.folder.value).expanduser()
        try:
            inside = sorted((path for path in place.iterdir() if not path.name.startswith(".")), key=lambda path: path.name.lower())
            folders = [path.name for path in inside if path.is_dir()]
            files = sum(path.suffix.lower() in SUFFIXES for path in inside)
            self._say([say(self._lang, f"{files} readable files in this folder.", f"此文件夹中有{files}个可读取的文件。")])
        except OSError as error:
            folders = []
            self._say([say(self._lang, f"{place}: cannot be opened ({error.strerror}); check the name.", f"{place}：无法打开（{error.strerror}），请检查名称。")])
        self.inside.options = [("–", ""), ("..", str(place.parent)), *((name, str(place / name)) for name in folders)]
        self.inside.value = ""

    def _open(self, folder: str | None) -> None:
        if folder:
            self.folder.value = folder

    def _say(self, sentences: Iterable[str]) -> None:
        # the file names are the user's, the text of messages ours: both escaped
        self.said.value = "<br>".join(html.escape(sentence) for sentence in sentences)

    def _draw(self) -> None:
        new = self.corpus.policies[self.corpus.policies["policy"].isin(self.added)]
        things = [table(new, self.corpus, self._lang, columns=["firm", "status", "lang", "format", "chars", "message"])]
        if (new["status"] != "error").any():
            things.append(charts.items(self.corpus, self._items, lang=self._lang))
        self.shown.outputs = outputs(*things)


def intake(corpus: Corpus, items: Iterable[str] | None = None, lang: Lang = "en", folder: str | Path = ".") -> Intake:
    """A live control to add policies to a corpus; its ``corpus`` is the whole."""
    return Intake(corpus, items, lang, folder)
