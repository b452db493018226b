"""Live controls for JupyterLab over the charts; what they choose reads back as data.

They need a kernel.  In the report their place is taken by a note, since the explorer filters there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import ipywidgets
import pandas as pd

from policykit import charts
from policykit.charts import words
from policykit.charts.style import Lang
from policykit.charts.words import say
from policykit.corpus import Corpus
from policykit.display import outputs, table


def within(corpus: Corpus, topic: str | None) -> Corpus:
    """The corpus as the clauses of one clause type alone tell it: `items` has what these clauses say, nothing else."""
    if topic is None:
        return corpus
    # every policy stays, so that one that says nothing here is seen to say nothing
    if topic not in set(corpus.topics["topic"]):
        return replace(corpus, tables={name: table.iloc[:0] for name, table in corpus.tables.items()} | {"policies": corpus.policies})
    return replace(corpus, tables=corpus.filter(topic=topic).tables | {"policies": corpus.policies})


class ByTopic(ipywidgets.VBox):
    """A choice of clause type; below it the matrix and the quotes that come from clauses of this type only.

    ``topic`` and ``corpus`` are what is chosen, ``data()`` the rows shown.
    """

    def __init__(self, corpus: Corpus, items: Sequence[str] | None = None, lang: Lang = "en", **kwargs: Any) -> None:
        self._all, self._items, self._lang = corpus, list(items) if items else None, lang
        counts = corpus.topics["topic"].value_counts()
        options = [(say(lang, "every clause type", "全部条款类型"), None)]
        options += [(f"{words.label('topic', topic, lang)} ({count})", topic) for topic, count in counts.items()]
        self.choice = ipywidgets.Dropdown(options=options, description=say(lang, "Clause type", "条款类型"), style={"description_width": "initial"}, layout={"width": "22em"})
        self.shown = ipywidgets.Output()
        super().__init__([self.choice, self.shown], **kwargs)
        self.choice.observe(lambda change: self._draw(), "value")
        self._draw()

    @property
    def topic(self) -> str | None:
        """The clause type chosen; None for all."""
        return self.choice.value

    @property
    def corpus(self) -> Corpus:
        """The corpus as these clauses tell it."""
        return within(self._all, self.topic)

    def data(self) -> pd.DataFrame:
        """The rows shown."""
        found = self.corpus.items
        return found[found["item"].isin(self._items)] if self._items else found

    def _draw(self) -> None:
        self.shown.outputs = outputs(
            charts.items(self.corpus, self._items, lang=self._lang),
            table(self.data(), self._all, self._lang, columns=["firm", "item", "status", "quote"], rows=20))


def by_topic(corpus: Corpus, items: Sequence[str] | None = None, lang: Lang = "en") -> ByTopic:
    """A live filter of the items' matrix and quotes by clause type."""
    return ByTopic(corpus, items, lang)
