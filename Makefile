# `make demo` and `make test` need nothing but Python 3.11 to 3.13; everything goes into .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-all lint types bench fixtures clean

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; v = sys.version_info; (3, 11) <= v[:2] <= (3, 13) or sys.exit(f"stitcher needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}; try make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	touch $@

demo: .venv/ready
	$(BIN)/stitcher demo

test: .venv/ready
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal

test-all: .venv/ready
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/ready
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python -m bench

fixtures: .venv/ready
	$(BIN)/python fixtures/make.py

clean:
	rm -rf .venv demo bench/out
