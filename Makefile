# Everything starts from a plain Python 3.11 and a registry to install from; 'make help' lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
SETUP := $(VENV)/.installed static/vendor/.installed

# Caches go to the home folder; a user without a usable one gets theirs beside the virtual environment.
ifneq ($(shell test -d "$$HOME" -a -w "$$HOME" && echo usable),usable)
export HOME := $(CURDIR)/$(VENV)/home
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help load sbom setup run test lint types bench bench-quick bench-library bench-live bench-walk bench-pages pictures fuzz chaos format lock browser

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(SETUP)  ## start Tessera on this machine and print its address
	@$(BIN)/tessera up

# Each process that runs tests has services of its own. Kernels are compiled once for all.
test: PROCESSES ?= 2
test: export NUMBA_CACHE_DIR := $(CURDIR)/$(VENV)/numba
test: $(SETUP) browser  ## run every test on real services, with coverage
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(PROCESSES) --no-loadscope-reorder --durations=25 --durations-min=5 tests/unit tests/integration tests/browser
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include='engine/*,app/*' --fail-under=90

lint: $(VENV)/.installed  ## check style and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.installed  ## check types, strictly
	$(BIN)/mypy

# TILES=thumbs.npz or TILES=folder names a library. Kernels are compiled once, as for tests.
bench bench-quick bench-live bench-walk bench-pages chaos load: export NUMBA_CACHE_DIR := $(CURDIR)/$(VENV)/numba
bench: $(VENV)/.installed  ## measure the engine beside slow references, up to 5 million tiles
	@$(BIN)/python -m benchmarks

bench-quick: $(VENV)/.installed  ## the same in a minute, without the growing libraries
	@$(BIN)/python -m benchmarks --quick

pictures: $(VENV)/.installed  ## make the pictures and figures of docs/matching.md again
	$(BIN)/python -m benchmarks.pictures

# ONLY="zip phones" measures these alone; TILES, PHONES and FILM_MINUTES say how much there is of each.
bench-library: $(VENV)/.installed  ## measure how fast libraries of 190,000 tiles are read
	$(BIN)/python -m benchmarks.ingest

bench-live: $(SETUP) browser  ## move the slider 100 times in a browser, with 190,000 tiles on the local stack
	@$(BIN)/python -m benchmarks.live

bench-walk: $(SETUP) browser  ## spread two fingers over 144 megapixels on a phone's screen: how even are the frames?
	@$(BIN)/python -m benchmarks.walk

load: $(SETUP)  ## fifty people at once, two renders, 2 GB in and 500 megapixels out: pages' times and memory
	@$(BIN)/python -m benchmarks.load

sbom: $(SETUP)  ## list all that is installed, as CycloneDX in build/
	@mkdir -p build
	@$(BIN)/cyclonedx-py requirements --output-reproducible --output-file build/sbom-python.json requirements.lock
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm sbom --sbom-format cyclonedx --package-lock-only > build/sbom-pages.json
	@echo 'build/sbom-python.json and build/sbom-pages.json'

fuzz: export NUMBA_CACHE_DIR := $(CURDIR)/$(VENV)/numba
fuzz: $(VENV)/.installed  ## read thousands of damaged pictures, films and zips (INPUTS=5000 SEED=1)
	@$(BIN)/python -m tests.fuzz.run

bench-pages: $(SETUP) browser  ## measure how soon the first page is there on the local stack, and what pages weigh
	@$(BIN)/python -m benchmarks.pages

# JOBS, FAULTS, MINUTES and SEED say how much and which; without a seed a new one is drawn, and written to tests/chaos/seeds.jsonl.
chaos: $(VENV)/.installed  ## 1,000 jobs while everything is killed, frozen and wiped: is anything lost?
	@$(BIN)/python -m tests.chaos $(if $(JOBS),--jobs $(JOBS)) $(if $(FAULTS),--faults $(FAULTS)) $(if $(SEED),--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES))

format: $(VENV)/.installed  ## let ruff rewrite what it can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: $(VENV)/.uv  ## write the lock files again after a change of dependencies
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras \
	  --no-emit-index-url --no-emit-find-links -o requirements.lock pyproject.toml
	npm install --package-lock-only

setup: $(SETUP)  ## install everything, start nothing

$(VENV)/.uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Tessera needs Python 3.11 or newer, and "$(PYTHON)" is older or missing.' \
	    'Install one and name it: make PYTHON=python3.12 $(or $(MAKECMDGOALS),run)' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'Python here cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@echo 'Preparing $(VENV) (the first time takes a minute or two)'
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV)
	@mkdir -p "$$HOME"
	@$(BIN)/pip install --quiet --require-hashes -r $<
	@touch $@

# uv does not read pip's configuration: where only pip was told how to reach a registry, pip takes over with the same lock.
$(VENV)/.installed: requirements.lock pyproject.toml $(VENV)/.uv
	@$(UV) --require-hashes -r $< || { echo 'uv could not install the lock; pip tries.'; \
	  $(BIN)/pip install --quiet --require-hashes -r $<; }
	@$(UV) --offline --no-deps --editable .
	@touch $@

static/vendor/.installed: package.json package-lock.json .npmrc | $(VENV)/.uv
	@case "$$(npm --version 2>/dev/null)" in [7-9].*|[1-9][0-9].*) ;; \
	  *) $(UV) --require-hashes -r requirements-node.lock || \
	    $(BIN)/pip install --quiet --require-hashes -r requirements-node.lock; \
	    PATH="$(CURDIR)/$(BIN):$$PATH" ;; esac; \
	npm ci --ignore-scripts --loglevel=error
	@mkdir -p static/vendor
	@cp node_modules/htmx.org/dist/htmx.min.js node_modules/htmx-ext-sse/dist/sse.min.js \
	  node_modules/openseadragon/build/openseadragon/openseadragon.min.js static/vendor/
	@touch $@

# A browser for the tests: the system's own, else Debian's where we may install it, else Playwright's.
browser: $(VENV)/.installed
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	  { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } || \
	  $(BIN)/playwright install chromium
