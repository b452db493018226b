"""policykit: Chinese, English and bilingual privacy policies as data."""

from policykit import charts, topics
from policykit.compare import compare
from policykit.corpus import Corpus, open, read
from policykit.display import display, table
from policykit.explain import explain
from policykit.explorer import Explorer, explore
from policykit.topics import classify

__version__ = "0.1.0"
__all__ = ["Corpus", "Explorer", "charts", "classify", "compare", "display", "explain", "explore", "read", "table", "topics"]
