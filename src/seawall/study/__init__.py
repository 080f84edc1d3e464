"""Disk -> validated tables: a study is a folder, read once, checked whole, never changed."""

from seawall.study.protocol import Protocol, parse_protocol, read_protocol, study_protocol
from seawall.study.protocol_check import check_protocol, find_protocol, protocol_problems
from seawall.study.reader import builtin_studies, read
from seawall.study.settings import Settings
from seawall.study.study import Study
from seawall.study.writer import write

__all__ = [
    "Protocol",
    "Settings",
    "Study",
    "builtin_studies",
    "check_protocol",
    "find_protocol",
    "parse_protocol",
    "protocol_problems",
    "read",
    "read_protocol",
    "study_protocol",
    "write",
]
