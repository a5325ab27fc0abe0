# Everything is built from Python 3.11 (with venv), git and make; the rest is installed by name:
# uv and Node from PyPI, the web libraries from npm, for tests a few Debian packages.
# A stamp file per step: a step runs again only when its inputs changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
# How many test processes: those of browser and servers wait, so there is one more than processors.
JOBS ?= 3

export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PATH := $(CURDIR)/$(BIN):$(PATH)
# a program that compiles all it imports at every start needs four times as long for it
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-setup check lint format web bench migration lock audit sbom clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: $(VENV)/.run web/dist/index.html  ## set up, then start web and timer worker on loopback with sample data
	@exec $(BIN)/dudao start

test: test-setup  ## set up, then run every test: the page's own, then all others
	@cd web && npm run --silent test
	@$(BIN)/pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder $(PYTEST_ARGS)

test-setup: $(VENV)/.dev web/dist/index.html
	@tools/debian-packages chromium fonts-noto-cjk postgresql-15?

check: $(VENV)/.dev  ## format, lint, types, import contracts, process models: fast
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@tools/check-web
	@$(BIN)/dudao package check $(dir $(wildcard processes/*/manifest.toml))

lint: check  ## the same as check

format: $(VENV)/.dev  ## let ruff write what `check` asks for
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

web: web/dist/index.html  ## build the web page

bench: $(VENV)/.dev  ## measure, print medians
	@$(BIN)/python -m bench.figures
	@$(BIN)/python -m bench.feel_bench
	@$(BIN)/python -m bench.forms_bench
	@$(BIN)/python -m bench.calendar_bench
	@$(BIN)/python -m bench.timers_bench --timers=5000

migration: $(VENV)/.dev  ## draft the next database migration: make migration NAME=add_votes
	@$(BIN)/python tools/new_migration.py $(NAME)

lock: $(VENV)/.uv  ## resolve the dependencies of setup.cfg anew, with hashes
	@echo uv | $(COMPILE) - -o requirements-uv.lock $(UPGRADE)
	@$(COMPILE) setup.cfg --extra postgres --extra build -o requirements.lock $(UPGRADE)
	@$(COMPILE) setup.cfg --extra postgres --extra build --extra dev --extra bench \
		-c requirements.lock -o requirements-dev.lock $(UPGRADE)

# `make lock UPGRADE=--upgrade` also takes newer versions where setup.cfg allows them.
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock'

audit: $(VENV)/.uv web/node_modules/.installed  ## ask the network for known weaknesses of what we use
	@$(UV) tool run pip-audit==2.9.0 --strict --disable-pip --require-hashes -r requirements.lock
	@cd web && npm audit --omit=dev

sbom: $(VENV)/.uv web/node_modules/.installed  ## list what a release is made of, as CycloneDX, into dist/
	@mkdir -p dist
	@$(UV) tool run --from cyclonedx-bom==7.1.0 cyclonedx-py requirements requirements.lock \
		-o dist/sbom-python.json
	@cd web && npm sbom --sbom-format cyclonedx --package-lock-only --omit dev > ../dist/sbom-web.json

clean:  ## remove what was built; keeps var/ (your data)
	rm -rf $(VENV) build dist *.egg-info web/node_modules web/dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .grimp_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "the venv module is missing (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements.lock setup.cfg pyproject.toml
	@$(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --reinstall --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@$(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.lock
	@touch $@

WEB_SOURCES := $(shell find web -type d \( -name node_modules -o -name dist -o -name __pycache__ \
	-o -name test-results \) -prune -o -type f ! -name '*.py' ! -name '*.tsbuildinfo' -print 2>/dev/null)

web/node_modules/.installed: web/package.json web/package-lock.json | $(VENV)/.run
	@cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: $(WEB_SOURCES) web/node_modules/.installed
	@cd web && npm run --silent build
	@test -s $@ || { echo "the web build left no web/dist/index.html" >&2; exit 1; }
	@touch $@

web/package.json web/package-lock.json:
	@echo "$@ is missing: without the sources of the web page there is nothing to serve" >&2; exit 1
