# One command for each thing a newcomer or a reviewer does. `make` alone lists them.

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.ready
PIP   := $(BIN)/python -m pip --disable-pip-version-check -qq

# The first of these that runs and is new enough makes the environment; `make setup PYTHON=...` picks another.
PYTHON     ?= python3.11 python3 python
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

# Options for `make lock`: by default what still fits stays as it is; LOCK_FLAGS=--upgrade moves everything forward.
LOCK_FLAGS ?=

# The checker comes with its own wheel; this keeps its wrapper from asking the network for news.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.PHONY: help setup brief test test-slow check bench published sensitivity recovery without-types science hindcasts docs lock clean
.DELETE_ON_ERROR:

define find_python
py=; for p in $(PYTHON); do \
	if "$$p" -c '$(NEW_ENOUGH)' 2>/dev/null; then py=$$p; break; fi; \
done; \
if [ -z "$$py" ]; then \
	echo "Détente needs Python 3.11 or newer; none of these is: $(PYTHON)." >&2; \
	echo "Install one, then: make setup PYTHON=/path/to/python" >&2; \
	exit 1; \
fi
endef

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## make .venv from requirements.lock, and install Détente in it
	@:

$(STAMP): pyproject.toml requirements.lock
	@$(find_python); \
	if ! $(BIN)/python -c '$(NEW_ENOUGH)' 2>/dev/null; then \
		echo "setup: making $(VENV) with $$($$py --version)"; \
		"$$py" -m venv --clear $(VENV); \
	fi
	@echo "setup: installing the locked requirements (a minute or two)"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "setup: done"

brief: setup ## simulate the worked example, and write a page to read
	@$(BIN)/detente brief --out build/brief

test: setup ## run the fast tests
	@$(BIN)/python -m pytest

test-slow: setup ## run the slow tests
	@$(BIN)/python -m pytest -m slow

check: setup ## lint, format, types, and the direction of imports
	@failed=; \
	echo "check: lint";    $(BIN)/ruff check --quiet --output-format concise . || failed=1; \
	echo "check: format";  $(BIN)/ruff format --check --output-format concise . || failed=1; \
	echo "check: types";   $(BIN)/pyright || failed=1; \
	echo "check: imports"; $(BIN)/lint-imports --no-logo || failed=1; \
	[ -z "$$failed" ] || { echo "check: failed (\`ruff check --fix\` and \`ruff format\` mend what they can)" >&2; exit 1; }

bench: setup ## run every benchmark
	@for f in benchmarks/[!_]*.py; do \
		[ -e "$$f" ] || { echo "bench: no benchmarks yet"; break; }; \
		m=$$(basename "$$f" .py); \
		echo "bench: $$m"; \
		$(BIN)/python -m "benchmarks.$$m" || exit 1; \
	done

published: setup ## hold the model against published patterns, and write docs/published.md
	@$(BIN)/python -m docs.published

sensitivity: setup ## screen which numbers matter, and write docs/sensitivity.md
	@$(BIN)/python -m docs.sensitivity

recovery: setup ## find known numbers in made histories, and write docs/recovery.md (an hour; goes on where stopped)
	@$(BIN)/python -m docs.recovery

without-types: setup ## pass through history without types, and write docs/reference/without_types.md (an hour)
	@$(BIN)/detente calibrate --every-year --without-types --out build/without-types
	@$(BIN)/python -m docs.without_types

science: setup ## ask history anew: posteriors, where korea-2025 starts, and scores that ship (hours)
	@$(BIN)/detente calibrate --every-year --out build/science
	@cp build/science/dated.nc src/detente/inference/posteriors.nc
	@$(BIN)/detente filter --as-of 2024-12 --draws 256 --particles 48 --out src/detente/scenarios/packs/korea-2025/filtered.nc
	@$(BIN)/detente calibrate --out build/science/reference
	@$(BIN)/detente hindcast --out src/detente/inference/hindcasts

hindcasts: setup ## write docs/hindcast.md from the scores that ship (minutes)
	@$(BIN)/python -m docs.hindcasts

docs: setup ## write the generated pages of docs/
	@$(BIN)/python -m docs.generate

lock: ## solve requirements.lock anew from pyproject.toml
	@$(find_python); \
	tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	"$$py" -m venv "$$tmp/venv" && \
	"$$tmp/venv/bin/python" -m pip --disable-pip-version-check -qq install uv && \
	"$$tmp/venv/bin/uv" pip compile pyproject.toml --quiet --extra dev --output-file requirements.lock \
		--universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-annotate --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" $(LOCK_FLAGS) && \
	echo "lock: wrote requirements.lock"

clean: ## remove what was built, and the caches (.venv stays)
	@rm -rf build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	@find src tests benchmarks docs examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
