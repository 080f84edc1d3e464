"""Seawall measured against its peers; `python -m benchmarks` runs everything."""
