# `make` lists the targets. Each of them first makes the virtual environment .venv, if it is missing or out of date.

PYTHON ?= python3
# How many test files run side by side; each process needs about 1.5 GB.
TEST_WORKERS ?= 2
BIN := .venv/bin
INSTALLED := .venv/.installed

# TensorFlow reports its start-up on the terminal; only its errors are of interest here.
export TF_CPP_MIN_LOG_LEVEL ?= 3

# Stages call `python`: that of the environment.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help study verify test check-params lint docs bench soak clean clean-checkpoints

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-18s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

study: check-params ## run the whole study on the bundled digits, data to figures; needs no data from the network
	@$(BIN)/python -m pipeline.ahead figures@digits summarize@digits dataset-report@digits latent-figures@digits \
		conditional-figures@digits
	@$(BIN)/python -m pipeline.readme summary metrics/summary/digits.json
	@echo "The report is plots/report-digits.html, the figures are in plots/digits, the numbers in metrics."

verify: $(INSTALLED) ## train a small part of the study again and compare it with the records; leaves a receipt
	@$(BIN)/python -m pipeline.verify

test: $(INSTALLED) ## run the tests
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

check-params: $(INSTALLED) ## check params.yaml and architectures.yaml
	@$(BIN)/python -m pipeline.check_parameters --parameters params.yaml --architectures architectures.yaml

lint: $(INSTALLED) ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: .venv-docs/.installed ## build the guide as a site in site/; ends at a dead link
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build  # --quiet would hide what ends it
	@echo "Open site/index.html in a browser."

bench: $(INSTALLED) ## measure the speed of training beside a plain Keras loop and pythae; wants an idle machine
	@test -n "$$TFVAE_BENCH_PEER_PYTHON" || test -e .venv-bench/.installed || { \
		echo "Installing the peer into .venv-bench; the first time this takes a few minutes." \
		&& $(BIN)/python -m venv .venv-bench && printf '*\n' > .venv-bench/.gitignore \
		&& .venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt \
		&& touch .venv-bench/.installed; } || echo "The peer cannot be installed." >&2
	$(BIN)/python -m benchmarks

soak: $(INSTALLED) ## kill a short study 20 times at random moments and see that nothing is lost
	@$(BIN)/python -m tests.soak --kills 20

clean-checkpoints: ## forget what interrupted and finished trainings have kept; nothing else needs it
	rm -rf .checkpoints

clean: ## remove what tools leave behind; keeps .venv, data, models and results
	rm -rf build dist site .hypothesis .mypy_cache .pytest_cache .ruff_cache src/*.egg-info
	find src pipeline tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv-docs/.installed: requirements-docs.txt
	@echo "Installing mkdocs into .venv-docs."
	test -x .venv-docs/bin/pip || $(PYTHON) -m venv .venv-docs
	@printf '*\n' > .venv-docs/.gitignore
	.venv-docs/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	@touch $@

$(INSTALLED): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "Python 3.11 to 3.13 is needed; choose one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Installing the requirements into .venv; the first time this takes a few minutes."
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@
