# make demo   set everything up, build the graph, print who develops what, draw the picture
# make test   set everything up, check style and types, run all tests
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= out
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test lint check docs bench eval-links clean system

demo: $(VENV)/.demo
	$(BIN)/ictgraph build
	$(BIN)/ictgraph query who-develops-what --format table
	@mkdir -p $(OUT)
	$(BIN)/ictgraph network -o $(OUT)/landscape.svg
	$(BIN)/ictgraph network -o $(OUT)/landscape.html
	@echo "Open $(OUT)/landscape.html in a browser: it needs no network."

test: system $(VENV)/.test lint
	$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/ictgraph fmt --check

check: $(VENV)/.test
	$(BIN)/ictgraph check

docs: $(VENV)/.test
	$(BIN)/python -m ictgraph.cli.reference > docs/cli-reference.md
	$(BIN)/python -m ictgraph.catalog docs/model.md queries/README.md

bench: system $(VENV)/.test
	$(BIN)/python benchmarks/run.py

# ROR=FILE, a data dump of ROR, adds institutions, which are not measured without; DOID=FILE adds a trap.
eval-links: $(VENV)/.test
	$(BIN)/python benchmarks/links.py $(if $(ROR),--ror "$(ROR)") $(if $(DOID),--doid "$(DOID)")

# Chromium, a Chinese font, Graphviz, a Java runtime and git: only the tests of pictures, of the ontology and of versions need them.
system:
	@sh scripts/system-packages chromium:chromium git:git fc-list:fontconfig :fonts-noto-cjk java:default-jre-headless dot:graphviz

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "ictgraph needs Python 3.11 or newer; set PYTHON=…" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV) || { echo "install the venv module first, on Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 2; }

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) $(OUT) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
