# make demo [ARGS=--no-review]   first look        make test    everything, as CI runs it
# make setup                     only install      make bench   benchmarks
# make check                     lint and types    make lock    renew the lock files

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
TESTS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup demo test bench check format lock clean

setup: $(VENV)/installed

demo: $(VENV)/installed
	$(BIN)/sme2module demo $(ARGS)

# The tests start hundreds of processes: our files are compiled once, whatever the environment says. Files of tests are
# handed out in their order; sorted by the number of their tests, as is the default, the longest would come last and alone.
test: $(VENV)/installed-for-tests
	$(BIN)/python -m tests.needs
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

bench: $(VENV)/installed-for-bench
	$(BIN)/python -m benchmarks $(ARGS)

check: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/installed-for-tests
	$(BIN)/ruff check --fix .

# Writes both lock files for every platform and Python 3.11 and later; needs the package index.
lock:
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install -q uv
	UV_CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/uv pip compile -q --universal --python-version 3.11 \
	  --generate-hashes pyproject.toml --extra postgres --group install -o requirements.lock
	UV_CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/uv pip compile -q --universal --python-version 3.11 \
	  --generate-hashes pyproject.toml --extra postgres --group dev -c requirements.lock -o requirements-dev.lock
	UV_CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/uv pip compile -q --universal --python-version 3.11 \
	  --generate-hashes --group bench -c requirements-dev.lock -o requirements-bench.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else \
	  "error: Python %d.%d: sme2module needs 3.11 or later; run make PYTHON=python3.11" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages into $(VENV); this takes a minute or two."
	$(BIN)/pip install -q --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/installed-for-tests: requirements-dev.lock $(VENV)/installed
	@echo "Installing what the tests need into $(VENV)."
	$(BIN)/pip install -q --require-hashes -r requirements-dev.lock
	touch $@

# What is measured beside our readers.
$(VENV)/installed-for-bench: requirements-bench.lock $(VENV)/installed-for-tests
	$(BIN)/pip install -q --require-hashes -r requirements-bench.lock
	touch $@

clean:
	rm -rf $(VENV) build dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis demo-workspace
