# make demo   the reference study: board, exposure, three stresses -> out/demo/report.html
# make test   all tests          make lint   ruff, mypy, layers          make bench   benchmarks
# Each sets up what it needs in .venv; only Python 3.11 to 3.14 and make must be there.

PY := .venv/bin/python
RUN := .venv/.stamp-run
DEV := .venv/.stamp-dev
SETUP := pyproject.toml scripts/env
CHECKED := src tests scripts $(wildcard .ci benchmarks tools)
TYPED := src $(wildcard benchmarks tools)

.PHONY: demo test lint format bench lock
.DEFAULT_GOAL := demo

demo: $(RUN)
	$(PY) -m seawall demo --out out/demo

test: $(DEV)
	scripts/test

lint: $(DEV)
	$(PY) -m ruff check $(CHECKED)
	$(PY) -m ruff format --check $(CHECKED)
	$(PY) -m mypy $(TYPED)
	$(PY) -m pytest -q tests/test_layers.py tests/test_exported_members.py

format: $(DEV)
	$(PY) -m ruff check --fix $(CHECKED)
	$(PY) -m ruff format $(CHECKED)

bench: $(DEV)
	$(PY) -m benchmarks

lock:
	scripts/lock

$(RUN): requirements/run.txt $(SETUP)
	PYTHON='$(PYTHON)' scripts/env run

$(DEV): requirements/dev.txt $(SETUP)
	PYTHON='$(PYTHON)' scripts/env dev
