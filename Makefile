# Two commands are all that is needed: `make demo` and `make test`. Each does its own set-up, and only what is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
PYTEST := $(BIN)/python -m pytest
NPM_STAMP := tests/browser/node_modules/.installed
# Processes that share the service, web and browser tests; the machine that all budgets are made for has two cores.
WORKERS ?= 2
# How long sqlmap may take in `make audit`, all roles together.
MINUTES ?= 20
# More words for the command: make demo ARGS="--port 8000"
ARGS ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo venv test lint test-js test-unit test-engines test-attack test-wheel test-browser coverage bench faults \
    upgrades audit accessibility screenshots messages lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.run ## Start a filled service on http://localhost:5000 and print its sign-ins
	@$(BIN)/kaikukortti demo $(ARGS)

venv: $(VENV)/.run ## Make the environment in .venv alone

test: $(VENV)/.dev $(NPM_STAMP) ## Run every check and every test, the quick ones first
	@$(MAKE) --no-print-directory lint test-js test-unit test-engines test-attack test-wheel test-browser
	@echo "All checks and tests passed."

lint: $(VENV)/.dev ## Check style, types, import contracts and the other rules about the code
	$(BIN)/flake8 kaikukortti venues tests .ci/system_packages.py
	$(BIN)/isort --check-only --diff kaikukortti venues tests .ci/system_packages.py
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive --severity-level medium --exclude $(FROZEN) kaikukortti venues
	$(PYTEST) -q tests/test_architecture.py tests/test_frontend.py tests/test_documents.py tests/test_assurance.py \
	    tests/test_safe_code.py $(ARGS)

# A migration step is frozen history: what it puts into statements is its own.
FROZEN := kaikukortti/migrations/versions/0005_figures.py

test-js: $(VENV)/.dev ## Run the scripts' tests in Node.js
	node --test tests/js/*.test.mjs

test-unit: $(VENV)/.dev ## Run the tests that need no database
	$(PYTEST) -q tests/unit $(ARGS)

test-engines: $(VENV)/.dev ## Run the service and web tests on SQLite and on PostgreSQL
	$(PYTEST) -q -n $(WORKERS) tests/test_schema.py tests/test_followup_schema.py tests/test_routes.py tests/test_starts.py \
	    tests/test_faults.py tests/test_upgrades.py tests/running tests/deploy tests/services tests/web $(ARGS)

test-attack: $(VENV)/.dev ## Try to find a holder in the published figures, over HTTP
	$(PYTEST) -q tests/attack $(ARGS)

test-wheel: $(VENV)/.dev ## Build a wheel and serve from it
	$(PYTEST) -q tests/test_wheel.py $(ARGS)

test-browser: $(VENV)/.dev $(NPM_STAMP) ## Run the journeys in Chromium
	$(PYTEST) -q -n $(WORKERS) --dist loadfile tests/browser $(ARGS)

coverage: $(VENV)/.dev ## Run unit, service and web tests and report the lines that none of them reaches
	$(PYTEST) -q -n $(WORKERS) --cov --cov-report=term tests/unit tests/services tests/web

bench: $(VENV)/.dev ## Print the benchmarks
	@$(BIN)/kaikukortti bench $(ARGS)

faults: $(VENV)/.dev $(NPM_STAMP) ## Break everything around tablets and service, as root: ARGS="--only F2 --seed 7"
	@$(PYTHON) .ci/system_packages.py faults
	@$(BIN)/python -W ignore -m tests.faults.run $(ARGS)

upgrades: $(VENV)/.dev ## Rehearse an upgrade under load, and the way back: ARGS="--minutes 4 --engine both --visits 1000000"
	@$(BIN)/python -W ignore -m tests.upgrades.run $(ARGS)

audit: $(VENV)/.dev ## Fuzz the whole API, attack the figures with all trials, let sqlmap loose on a demo: ARGS="-k live"
	FUZZ_EXAMPLES=200 ATTACK_TRIALS=6000 $(PYTEST) -q tests/services/test_whole_api.py tests/attack $(ARGS)
	@$(BIN)/python -W ignore -m tests.injections --minutes $(MINUTES)

accessibility: $(VENV)/.dev $(NPM_STAMP) ## Run the tests of accessibility and renew what the accessibility statement says of them
	$(BIN)/python -m tests.browser.statement $(ARGS)

screenshots: $(VENV)/.dev ## Render the pictures that README shows
	$(BIN)/python -m tests.browser.screenshots $(ARGS)

messages: $(VENV)/.run ## Bring the translations up to date with the texts of code and templates
	@mkdir -p build
	$(BIN)/pybabel -q extract --mapping=kaikukortti/translations/babel.cfg --add-location=file --sort-by-file \
	    --keyword=lazy_gettext --keyword=_l \
	    --project=kaikukortti --output=build/messages.pot .
	$(BIN)/pybabel -q update --input-file=build/messages.pot --output-dir=kaikukortti/translations \
	    --no-fuzzy-matching --ignore-obsolete --width=110

lock: $(VENV)/.dev ## Renew the locked versions of everything
	$(BIN)/uv pip compile --upgrade $(LOCK) --output-file=requirements.txt requirements.in
	$(BIN)/uv pip compile --upgrade $(LOCK) --output-file=requirements-dev.txt requirements-dev.in
	cd tests/browser && npm install --package-lock-only --ignore-scripts $(NPM_FLAGS)
LOCK := --quiet --universal --python-version=3.11 --generate-hashes --no-emit-index-url \
    --custom-compile-command="make lock"

clean: ## Remove what was built and installed; instance/ stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .import_linter_cache .hypothesis .coverage* \
	    tests/browser/node_modules test-results
	find kaikukortti venues tests -name __pycache__ -prune -exec rm -rf {} +

# --- What the commands stand on. A stamp is renewed when the files that decide it change. --------------------------

$(VENV)/bin/python:
	@$(PYTHON) .ci/system_packages.py venv
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements.txt setup.cfg pyproject.toml | $(VENV)/bin/python
	$(PIP) install -qq --require-hashes --no-deps -r requirements.txt
	$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt .ci/system-packages $(VENV)/.run
	@$(PYTHON) .ci/system_packages.py venv test
	$(PIP) install -qq --require-hashes --no-deps -r requirements-dev.txt
	$(PIP) check
	@touch $@

# Registry addresses stay out of the lock file; the hashes in it decide what is accepted.
NPM_FLAGS := --omit-lockfile-registry-resolved --no-fund --no-audit --no-update-notifier
$(NPM_STAMP): tests/browser/package.json tests/browser/package-lock.json | $(VENV)/.dev
	cd tests/browser && npm ci --ignore-scripts $(NPM_FLAGS)
	@touch $@
