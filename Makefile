# The words by which people and CI work on Mockvoice. `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
REDOCLY := @redocly/cli@2.77.0

# What one run is told on its command line, and only there: HOST and the like stand in many
# environments and mean something else.
given = $(if $(filter command,$(firstword $(origin $1))),$2)
SERVE = $(call given,HOST,--host '$(HOST)') $(call given,PORT,--port '$(PORT)') \
	$(call given,VENDOR,$(foreach each,$(VENDOR),--vendor '$(each)')) \
	$(call given,DATA,--data '$(DATA)') $(call given,SEED,--seed '$(SEED)') \
	$(call given,NOW,--now '$(NOW)') $(call given,QUIRKS,--quirks '$(QUIRKS)') \
	$(call given,VENDOR_PORTS,$(if $(filter no,$(VENDOR_PORTS)),--no-vendor-ports)) \
	$(call given,CONTROL,$(if $(filter no,$(CONTROL)),--no-control)) \
	$(call given,CONTROL_TOKEN,--control-token '$(CONTROL_TOKEN)') \
	$(call given,JOURNAL_SIZE,--journal-size '$(JOURNAL_SIZE)') \
	$(call given,LOG_LEVEL,--log-level '$(LOG_LEVEL)') \
	$(call given,READY_FILE,--ready-file '$(READY_FILE)')
SUITES = $(call given,VENDOR,$(foreach each,$(VENDOR),--vendor '$(each)')) \
	$(call given,URL,--url '$(URL)') $(call given,TARGET,--target '$(TARGET)')

MUTANTS = $(call given,VENDOR,$(foreach each,$(VENDOR),--vendor '$(each)')) \
	$(call given,ONLY,$(foreach each,$(ONLY),--only '$(each)'))

.PHONY: help serve test check layout lint types imports contracts contract mutants bench format constraints clean

help: ## What can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

serve: .venv/serves ## Serve the mock: make serve PORT=9000 DATA=empty VENDOR='count halo' …
	@exec $(BIN)/mockvoice serve $(SERVE)

test: .venv/tests ## Everything that must hold; DEPTH=deep draws many more examples
	@checks=passed; tests=passed; \
	$(MAKE) --no-print-directory --keep-going check || checks=failed; \
	MOCKVOICE_TEST_DEPTH=$(or $(DEPTH),small) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder || tests=failed; \
	echo "checks $$checks, tests $$tests"; \
	[ "$$checks$$tests" = passedpassed ]

check: layout lint types imports contracts ## Layout, lint, types, floors and contracts

layout: .venv/tests
	@$(BIN)/ruff format --check --quiet . || { echo 'layout: make format puts it right'; exit 1; }
	@echo 'layout: as the formatter has it'

lint: .venv/tests
	@$(BIN)/ruff check .

types: .venv/tests
	@$(BIN)/mypy

imports: .venv/tests
	@$(BIN)/lint-imports --no-cache > .venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }
	@tail -n 2 .venv/imports.log | grep .

contracts: .venv/tests
	@$(BIN)/openapi-spec-validator openapi/*/openapi.yaml
	@if REDOCLY_TELEMETRY=off npx --yes $(REDOCLY) --version > /dev/null 2>&1; then \
		REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
		npx --yes $(REDOCLY) lint --config redocly.yaml openapi/*/openapi.yaml; \
	else echo 'contracts: their style was not checked, since npx cannot run $(REDOCLY) here'; fi

contract: .venv/tests ## The contract suites: VENDOR='halo' TARGET=mine.toml, or VENDOR=halo URL=http://…
	@$(BIN)/python -m pytest contract_tests $(SUITES)

mutants: .venv/tests ## What the suites catch of planted faults: VENDOR=halo ONLY='net-echoed …'
	@$(BIN)/python -m mockvoice_contracts.mutants --remember $(MUTANTS)

bench: .venv/tests ## How fast it is, beside other servers
	@$(BIN)/python -m benchmarks.run

format: .venv/tests ## Lay the code out
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

constraints: .venv/tests ## Take the newest releases of everything, to be tested and committed
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header \
		--no-annotate --extra contract --group dev --output-file constraints.txt pyproject.toml

clean: ## Remove what was made
	rm -rf .venv build dist reports .hypothesis .schemathesis .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: what is installed is installed again only when it is to be something else.

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Mockvoice needs Python 3.11 or newer: make PYTHON=python3.12 …'; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

.venv/serves: .venv/made pyproject.toml constraints.txt
	@echo 'Installing the server'
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/tests: .venv/made pyproject.toml constraints.txt
	@echo 'Installing the server and what tests need'
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[contract]' --group dev
	@touch .venv/serves $@
