# Byline: `make serve` runs the site, `make test` proves it. Both begin with `make setup`.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin
UV := $(BIN)/uv pip
# Compiled once here, so that every start is quick even where Python may not keep what it compiles.
INSTALL := $(UV) install --quiet --compile-bytecode

.DEFAULT_GOAL := help
.PHONY: help setup serve test check browser lighthouse format bench lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

.venv/bin/uv: requirements/setup.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Byline needs Python 3.11 or newer.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/setup.txt
	@touch $@

.venv/runtime: .venv/bin/uv requirements/runtime.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements/runtime.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q byline
	@touch $@

.venv/development: .venv/runtime requirements/development.txt
	$(INSTALL) --require-hashes -r requirements/development.txt
	@touch $@

setup: .venv/runtime ## make .venv from the lock files

serve: setup ## run the site: web and worker, on PORT (8000)
	@exec $(BIN)/byline serve --host $(HOST) --port $(PORT)

test: .venv/development ## run every check and test (SQLite, PostgreSQL, browser)
	@$(BIN)/python -m tests.everything

check: .venv/development ## run only what needs no test: style, types, rooms
	@$(BIN)/python -m tests.everything check

browser: .venv/development ## run only the journeys in Chromium
	@$(BIN)/python -m tests.everything browser

bench: .venv/development ## measure pages, memory and start against bare Flask (needs wrk)
	@$(BIN)/python -m bench.pages; pages=$$?; $(BIN)/python -m bench.footprint && exit $$pages

lighthouse: .venv/development ## measure home, post and write with Lighthouse (needs Node.js)
	@$(BIN)/python -m bench.lighthouse

format: .venv/development ## lay the code out and mend what can be mended by machine
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## remove .venv and what tools keep; the site's data in var/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist screenshots *.egg-info

lock: .venv/bin/uv ## resolve the dependencies again
	@for what in 'pyproject.toml -o requirements/runtime.txt' '--group setup -o requirements/setup.txt' \
	  'pyproject.toml --group dev -c requirements/runtime.txt -o requirements/development.txt'; do \
	  $(UV) compile --quiet --upgrade --generate-hashes --python-version 3.11 --universal --no-header \
	    --no-emit-index-url --no-emit-find-links $$what || exit 1; done
