"""policykit: Chinese, English and bilingual privacy policies as data."""

from policykit.corpus import Corpus, read

__version__ = "0.1.0"
__all__ = ["Corpus", "read"]
