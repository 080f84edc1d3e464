"""Names of another program -> ids of a study, each its own and close to the name."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["Names"]

_REFUSED = re.compile(r"[^A-Za-z0-9._~-]+")
_LONGEST = 90  # leaves room for what is put behind an id


class Names:
    """The ids of one table.

    Attributes
    ----------
    changed
        Names that could not stay as they were, each with its id.
    """

    def __init__(self) -> None:
        self.changed: list[tuple[str, str]] = []
        self._taken: set[str] = set()

    def new(self, name: str) -> str:
        """Return an id for `name` that no other has."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        stem = _REFUSED.sub("-", plain).strip("-.~")[:_LONGEST] or "unnamed"
        found, number = stem, 2
        while found.casefold() in self._taken:
            found, number = f"{stem}~{number}", number + 1
        self._taken.add(found.casefold())
        if found != name:
            self.changed.append((name, found))
        return found
