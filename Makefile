# Everything runs in .venv, made on demand. Only Python 3.11 or later has to be there.
#   make demo     try it on an invented practice
#   make run      open the workstation on your own store
#   make test     the whole suite, on SQLite and PostgreSQL      (T=tests/x12 for a part)
#   make check    format, lint, types, import rules, known vulnerabilities, then the suite
#   make bench    the benchmarks, one after another
#   make bench-terminal   the screens at a million claims, timed beside VisiData and others
#   make bench-load   20 workstations over ptys and the worker on one store, for ten minutes
#   make torture  workers killed, paused and cut off at every point of sending, into folders and
#                 over SFTP, for minutes      (ARGS="--transport sftp --seconds 300")
#   make fuzz     every reader and the filter language, a minute each (ARGS="filters --seconds 600")
#   make format   put the source into its format

# Override these on the command line: `make demo ARGS="--claims 10000"`, `make test T=tests/x12`.
ARGS ?=
T ?=
WORKERS ?= 2
# Options of pip-audit, as AUDIT="-s osv".
AUDIT ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
BENCHMARKS := $(sort $(wildcard benchmarks/*.py))
# What the terminal benchmark measures beside us: harlequin pins its Textual, so not in our .venv.
PEERS := harlequin==2.17.0 visidata==3.4
PEERS_VENV := .venv-bench

# A copied or moved clone, or a Python that is gone, makes .venv worthless: it is made anew.
ifneq ($(wildcard $(VENV)/*.stamp),)
$(shell $(BIN)/python -I -c 'import sys, rcm_tui; sys.exit(not rcm_tui.__file__.startswith(sys.argv[1]))' \
    "$(CURDIR)/" 2>/dev/null || rm -f $(VENV)/*.stamp $(BIN)/python)
endif

.DEFAULT_GOAL := help
.PHONY: help demo run test check format lint types imports audit bench bench-terminal bench-load torture fuzz clean
# One step at a time: two pips in one environment break it.
.NOTPARALLEL:

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/run.stamp
	@$(BIN)/rcm-tui demo $(ARGS)

run: $(VENV)/run.stamp
	@$(BIN)/rcm-tui $(ARGS)

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal $(T) $(ARGS)

check: lint types imports audit test

format: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

imports: $(VENV)/dev.stamp
	$(BIN)/lint-imports

audit: $(VENV)/dev.stamp
	$(BIN)/python tools/audit.py $(AUDIT)

bench: $(VENV)/bench.stamp
	@set -e; for script in $(BENCHMARKS); do echo "== $$script"; $(BIN)/python "$$script" $(ARGS); done

bench-terminal: $(VENV)/bench.stamp $(PEERS_VENV)/peers.stamp
	@$(BIN)/python -m benchmarks.terminal --peers $(PEERS_VENV)/bin $(ARGS)

# ARGS="--postgresql" for a PostgreSQL server of its own, ARGS="--minutes 2 --drill" for less.
bench-load: $(VENV)/bench.stamp
	@$(BIN)/python -m benchmarks.load $(ARGS)

torture: $(VENV)/dev.stamp
	$(BIN)/python -m tests.torture $(ARGS)

fuzz: $(VENV)/fuzz.stamp
	@$(BIN)/python -m tests.fuzz $(ARGS)

clean:
	rm -rf $(VENV) $(PEERS_VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# A stamp is newer than pyproject.toml when what it stands for is installed.
$(VENV)/run.stamp: pyproject.toml
	@sh tools/make_venv.sh $(VENV)
	@echo "Installing rcm-tui into $(VENV) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml
	@sh tools/make_venv.sh $(VENV)
	@echo "Installing rcm-tui and what its checks need into $(VENV) ..."
	@# What came with the environment is old, and would be named by the audit; nothing needs setuptools.
	@$(PIP) --upgrade pip
	@$(BIN)/python -m pip uninstall --quiet --yes setuptools
	@$(PIP) --editable '.[dev]'
	@touch $(VENV)/run.stamp $@

$(VENV)/fuzz.stamp: pyproject.toml
	@sh tools/make_venv.sh $(VENV)
	@echo "Installing rcm-tui and its fuzzer into $(VENV) ..."
	@$(PIP) --editable '.[fuzz]'
	@touch $(VENV)/run.stamp $@

$(VENV)/bench.stamp: pyproject.toml
	@sh tools/make_venv.sh $(VENV)
	@echo "Installing rcm-tui and the peers of its benchmarks into $(VENV) ..."
	@$(PIP) --editable '.[bench]'
	@touch $(VENV)/run.stamp $@

$(PEERS_VENV)/peers.stamp: Makefile
	@sh tools/make_venv.sh $(PEERS_VENV)
	@echo "Installing the peers of the terminal benchmark into $(PEERS_VENV) ..."
	@$(PEERS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(PEERS)
	@touch $@
