"""Is it a policy?  What speaks against it, in words for `policies.message`."""

from __future__ import annotations


def about(text: str, title: str | None = None) -> str | None:
    """The reason to doubt that a text is a privacy policy, or None."""
    return None
