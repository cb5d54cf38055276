# Every target does its own set-up: Python 3.11 or later with pip is all that must be there. Nothing is installed outside .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-system check lint bench lock snapshots docs clean

BIN := .venv/bin
# Compiled modules are kept, also where the environment says otherwise: each worker and each process that a test starts would compile them all.
export PYTHONDONTWRITEBYTECODE :=
# What follows `make test`, e.g. ARGS="-k tickets"
ARGS ?=
PYTEST := $(BIN)/python -m pytest

help: ## what there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/run ## the console with sample data: make demo ARGS="--role manager"
	@$(BIN)/petworks demo $(ARGS)

# Twice as many workers as two cores: the tests of screens wait half of their time.
test: .venv/develop ## every test that needs nothing from the operating system
	$(PYTEST) -n 4 --dist loadgroup $(ARGS)

test-system: .venv/develop ## the tests with tmux and a keyring service
	.ci/system-packages
	$(PYTEST) -m system $(ARGS)

check: lint test ## all that a change must pass

lint: .venv/develop ## style, types, and which part may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

snapshots: .venv/develop ## take the pictures of the screens again
	$(PYTEST) --snapshot-update -m "not system" $(ARGS)

docs: .venv/develop ## write the pages that are made from the code again, and take the picture
	$(BIN)/python -m docs.keys_page
	$(BIN)/python -m docs.images.take

bench: .venv/develop ## measure, and print ratios
	$(BIN)/python -m bench $(ARGS)

lock: ## choose the versions of all dependencies again
	.ci/make-lock

clean: ## remove what the targets made
	rm -rf .venv build dist

# A second run is instant; a changed lock or pyproject.toml installs again.
.venv/run: .ci/lock/run.txt pyproject.toml .ci/install
	.ci/install .ci/lock/run.txt
	@touch $@

.venv/develop: .ci/lock/develop.txt pyproject.toml .ci/install
	.ci/install .ci/lock/develop.txt
	@touch $@ .venv/run
