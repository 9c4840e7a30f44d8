# Everything that is installed goes into $(VENV) and $(DOCS_VENV); `make demo` and `make test` need nothing but Python
# 3.11 to 3.13.
PYTHON ?= python3
VENV ?= .venv
DOCS_VENV ?= .venv-docs
UV ?= uv
BIN := $(VENV)/bin

# Tests start stitcher again and again: it is compiled once, also where the environment asks for no bytecode.
unexport PYTHONDONTWRITEBYTECODE

# On a terminal pip shows what it downloads, with bars that move; logs of CI do without.
HOW_LOUD := $(shell [ -t 2 ] || echo --quiet)

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-editors test-all coverage lint types docs bench fixtures constraints clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; v = sys.version_info; (3, 11) <= v[:2] <= (3, 13) or sys.exit(f"stitcher needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}; try make PYTHON=python3.12")'
	@echo "Setting up $(VENV), once: about 230 MB of packages are downloaded (ffmpeg and FFmpeg's libraries are half of it) and"
	@echo "take 700 MB there. It takes about a minute at 100 Mbit/s, and three at 20."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(HOW_LOUD) --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install $(HOW_LOUD) --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	touch $@

demo: $(VENV)/ready ## Make three films from what is in fixtures/, offline
	@echo "Making the films of the demo into demo/; it takes about a minute."
	$(BIN)/stitcher demo

test: $(VENV)/ready ## Run the fast tests
	$(BIN)/python -m pytest -m "not slow and not editors" -n 2 --dist worksteal

test-slow: $(VENV)/ready ## Run the slow tests
	$(BIN)/python -m pytest -m "slow and not editors" -n 2 --dist worksteal

test-editors: $(VENV)/ready ## Let editors open our projects, and Apple's DTD judge them, where they are installed
	$(BIN)/python -m pytest -m editors -n 0

test-all: $(VENV)/ready ## Run all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

coverage: $(VENV)/ready ## Run the fast tests and count the lines they reach; too few fail
	rm -rf .coverage && mkdir .coverage
	$(BIN)/python -m coverage run -m pytest -m "not slow and not editors" -n 2 --dist worksteal
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --format=total

lint: $(VENV)/ready ## Check format and style with ruff
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/ready ## Check types with mypy
	$(BIN)/mypy

$(DOCS_VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(DOCS_VENV)
	$(DOCS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(DOCS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group docs
	touch $@

docs: $(DOCS_VENV)/ready ## Build the documentation into site/; dead links fail
	NO_MKDOCS_2_WARNING=1 $(DOCS_VENV)/bin/mkdocs build --strict
	! grep -rlE '<(script|img|link rel="(stylesheet|preconnect)")[^>]*(src|href)="?https?://' --include='*.html' site

bench: $(VENV)/ready ## Measure against other ways to make the same film
	$(BIN)/python -m bench

fixtures: $(VENV)/ready ## Paint the fixture clips and sounds again
	$(BIN)/python fixtures/make.py

constraints: ## Bring constraints.txt up to pyproject.toml with uv; UPGRADE=1 takes the newest of everything
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate $(if $(UPGRADE),--upgrade) \
	  --all-extras --group dev --group docs pyproject.toml --output-file constraints.txt

clean: ## Remove what these targets made
	rm -rf $(VENV) $(DOCS_VENV) .coverage demo site bench/out
