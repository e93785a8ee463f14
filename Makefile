# `make site` and `make test` are all the set-up there is: they need Python 3.11 or newer and
# nothing else. The environment is made once, and brought up to date when pyproject.toml
# changes.

PYTHON ?= python3
VENV ?= .venv
TESTS ?= tests
CORPUS ?=

BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable

.PHONY: help site test lint format generated bench clean

help:
	@echo "make site               build the site of the catalog, and say where it is"
	@echo "make test               run everything that can say no (TESTS=tests/cli: less)"
	@echo "make lint               style and types alone"
	@echo "make format             bring the code into form"
	@echo "make generated          write the files that are made from others"
	@echo "make bench CORPUS=DIR   how fast, on the Markdown files of a folder"
	@echo "make clean              remove what the others have made"

site: $(VENV)/.site
	$(BIN)/guideline-kit validate
	$(BIN)/guideline-kit build

test: lint
	@echo "The tests: fast ones first, in two processes."
	@GUIDELINE_KIT_CHROMIUM="$$($(BIN)/python tests/browser.py)" && export GUIDELINE_KIT_CHROMIUM \
	&& $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generated: $(VENV)/.site
	$(BIN)/python -m guideline_kit.generated

bench: $(VENV)/.test
	@$(BIN)/python tests/benchmarks/lint.py $(CORPUS)
	@$(BIN)/python tests/benchmarks/hostile.py

clean:
	rm -rf build dist .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.site: pyproject.toml
	@.ci/check-python "$(PYTHON)"
	@echo "Making the environment in $(VENV)."
	@"$(PYTHON)" -m venv "$(VENV)"
	@$(INSTALL) .
	@touch $@

$(VENV)/.test: $(VENV)/.site
	@echo "Installing what the tests need."
	@$(INSTALL) ".[test]"
	@touch $@
