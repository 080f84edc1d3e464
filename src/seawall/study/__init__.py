"""Disk -> validated tables: a study is a folder, read once, checked whole, never changed."""

from seawall.study.reader import builtin_studies, read
from seawall.study.settings import Settings
from seawall.study.study import Study
from seawall.study.writer import write

__all__ = ["Settings", "Study", "builtin_studies", "read", "write"]
