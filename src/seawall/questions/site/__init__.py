"""Where plants belong: kernels on plain arrays, and the layers of biogas and refining on them."""

from __future__ import annotations
