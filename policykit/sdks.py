"""SDKs: third-party SDKs and providers named in running text, lists and tables, with what they take."""

from __future__ import annotations

from policykit.rows import Practice, Sdk
from policykit.rules import Rulebook
from policykit.structure import Document


def find(document: Document, practices: list[Practice], rulebook: Rulebook) -> list[Sdk]:
    """The SDKs and providers that the text names."""
    return []
