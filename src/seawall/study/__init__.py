"""Disk -> validated tables: a study is a folder, read once, checked whole, never changed."""

from seawall.study.overlay_file import Change, read_overlay
from seawall.study.overlays import change_at, overlaid
from seawall.study.protocol import Protocol, parse_protocol, read_protocol, study_protocol
from seawall.study.protocol_check import check_protocol, find_protocol, protocol_problems
from seawall.study.reader import builtin_studies, read
from seawall.study.settings import Settings
from seawall.study.study import Study
from seawall.study.writer import write

__all__ = [
    "Change",
    "Protocol",
    "Settings",
    "Study",
    "builtin_studies",
    "change_at",
    "check_protocol",
    "find_protocol",
    "overlaid",
    "parse_protocol",
    "protocol_problems",
    "read",
    "read_overlay",
    "read_protocol",
    "study_protocol",
    "write",
]
