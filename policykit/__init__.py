"""policykit: Chinese, English and bilingual privacy policies as data."""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policykit import charts, topics
    from policykit.compare import compare
    from policykit.corpus import Corpus, open as open, read
    from policykit.display import display, table
    from policykit.explain import explain
    from policykit.explorer import Explorer, explore
    from policykit.topics import classify

__version__ = "0.1.0"
__all__ = ["Corpus", "Explorer", "charts", "classify", "compare", "display", "explain", "explore", "read", "table", "topics"]

# Where each name comes from, imported when it is first asked for: plotly, jieba and ipywidgets, which a build of a store does
# not need, take longer to load than a policy to read.
_FROM = {
    "Corpus": "corpus", "open": "corpus", "read": "corpus", "compare": "compare", "display": "display", "table": "display",
    "explain": "explain", "Explorer": "explorer", "explore": "explorer", "classify": "topics",
}


class _Package(ModuleType):
    """The package as a module with properties: several functions bear the name of their module, and a property stands
    before the attribute that the import of that module sets."""


def _property(name: str, module: str) -> property:
    def get(package: ModuleType) -> Any:
        if name not in package.__dict__:
            package.__dict__[name] = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        return package.__dict__[name]

    def put(package: ModuleType, value: Any) -> None:
        if not isinstance(value, ModuleType):
            package.__dict__[name] = value

    return property(get, put)


def __getattr__(name: str) -> Any:
    if name in ("charts", "topics"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


for _name, _module in _FROM.items():
    setattr(_Package, _name, _property(_name, _module))
sys.modules[__name__].__class__ = _Package
