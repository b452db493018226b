"""policykit: Chinese, English and bilingual privacy policies as data."""

from policykit import charts
from policykit.corpus import Corpus, read
from policykit.display import display, table

__version__ = "0.1.0"
__all__ = ["Corpus", "charts", "display", "read", "table"]
