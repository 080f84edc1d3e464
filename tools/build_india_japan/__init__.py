"""Builds the LNG tables of the reference study India-Japan from the fact tables in ``facts/``.

Run ``python -m tools.build_india_japan`` from the root of the repository. The output is committed
and the same for the same facts. Only ``--distances`` needs searoute: it rewrites
``facts/sea_lanes.csv``, from which everything else takes its routes.
"""
