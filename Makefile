# Commands for development and CI. `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
REDOCLY := @redocly/cli@2.77.0
SPECTRAL := @stoplight/spectral-cli@6.16.3

# $(call option,NAME,TEXT) is TEXT if NAME is set on the command line. Environment variables do not
# count, because names such as HOST are common there and mean something else.
option = $(if $(filter command,$(firstword $(origin $1))),$2)
SERVE = $(call option,HOST,--host '$(HOST)') $(call option,PORT,--port '$(PORT)') \
	$(call option,VENDOR,$(foreach each,$(VENDOR),--vendor '$(each)')) \
	$(call option,VENDOR_PORT,$(foreach each,$(VENDOR_PORT),--vendor-port '$(each)')) \
	$(call option,PROXY_PORT,--proxy-port '$(PROXY_PORT)') \
	$(call option,ROUTE,$(foreach each,$(ROUTE),--route '$(each)')) \
	$(call option,TLS,$(if $(filter yes,$(TLS)),--tls)) \
	$(call option,TLS_CERT,--tls-cert '$(TLS_CERT)') $(call option,TLS_KEY,--tls-key '$(TLS_KEY)') \
	$(call option,CA_DIR,--ca-dir '$(CA_DIR)') \
	$(call option,DATA,--data '$(DATA)') $(call option,SEED,--seed '$(SEED)') \
	$(call option,NOW,--now '$(NOW)') $(call option,QUIRKS,--quirks '$(QUIRKS)') \
	$(call option,VENDOR_PORTS,$(if $(filter no,$(VENDOR_PORTS)),--no-vendor-ports)) \
	$(call option,CONTROL,$(if $(filter no,$(CONTROL)),--no-control)) \
	$(call option,CONTROL_TOKEN,--control-token '$(CONTROL_TOKEN)') \
	$(call option,ALLOW_HOST,$(foreach each,$(ALLOW_HOST),--allow-host '$(each)')) \
	$(call option,CORS,$(foreach each,$(CORS),--cors '$(each)')) \
	$(call option,TRUSTED_PROXY,$(foreach each,$(TRUSTED_PROXY),--trusted-proxy '$(each)')) \
	$(call option,STRICT_HOSTS,$(if $(filter yes,$(STRICT_HOSTS)),--strict-hosts)) \
	$(call option,MAX_ROWS,--max-rows '$(MAX_ROWS)') \
	$(call option,MAX_MEMORY,--max-memory '$(MAX_MEMORY)') \
	$(call option,JOURNAL_SIZE,--journal-size '$(JOURNAL_SIZE)') \
	$(call option,LOG_LEVEL,--log-level '$(LOG_LEVEL)') \
	$(call option,LOG_FORMAT,--log-format '$(LOG_FORMAT)') \
	$(call option,READY_FILE,--ready-file '$(READY_FILE)')
SUITES = $(call option,VENDOR,$(foreach each,$(VENDOR),--vendor '$(each)')) \
	$(call option,URL,--url '$(URL)') $(call option,TARGET,--target '$(TARGET)')

MUTANTS = $(call option,VENDOR,$(foreach each,$(VENDOR),--vendor '$(each)')) \
	$(call option,ONLY,$(foreach each,$(ONLY),--only '$(each)'))

.PHONY: help serve install test check layout lint types imports contracts contract contract-diff collections workflows mutants cluster jepsen bench soak attack clients typescript reference docs pictures format constraints distributions clean

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 15

serve: .venv/serves ## Serve the mock: make serve PORT=9000 DATA=empty VENDOR='count halo' …
	@exec $(BIN)/mockvoice serve $(SERVE)

install: .venv/tests ## Install what the pytest plugin, mockvoice check and the tests need

# Many tests start processes, which are slow without cached bytecode and contracts. Others wait for time to
# pass, so there are three workers for two processors, and the checks run beside them.
test: .venv/tests ## Run all checks and tests; DEPTH=deep generates far more requests
	@checks=passed; tests=passed; \
	$(MAKE) --no-print-directory --keep-going check > .venv/checks.log 2>&1 & check=$$!; \
	PYTHONDONTWRITEBYTECODE= MOCKVOICE_TEST_DEPTH=$(or $(DEPTH),small) \
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder || tests=failed; \
	wait $$check || checks=failed; \
	cat .venv/checks.log; \
	echo "checks $$checks, tests $$tests"; \
	[ "$$checks$$tests" = passedpassed ]

check: layout lint types imports workflows contracts ## Check layout, lint, types, layers, workflows and contracts

layout: .venv/tests
	@$(BIN)/ruff format --check --quiet . || { echo 'layout: run make format'; exit 1; }
	@echo 'layout: formatted'

lint: .venv/tests
	@$(BIN)/ruff check .

types: .venv/tests
	@$(BIN)/mypy

imports: .venv/tests
	@$(BIN)/lint-imports --no-cache > .venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }
	@tail -n 2 .venv/imports.log | grep .

workflows: .venv/tests
	@$(BIN)/zizmor --offline --no-progress --quiet .github/workflows action.yml && echo 'workflows: no findings'

# $(call npx,PACKAGE,COMMANDS) runs commands of a package of npm, or says that its check is missing.
npx = if npx --yes --package $1 -c true > /dev/null 2>&1; then npx --yes --package $1 -c '$2'; \
	else echo 'contracts: not checked by $1, because npx cannot run it'; fi

contracts: export REDOCLY_TELEMETRY = off
contracts: export REDOCLY_SUPPRESS_UPDATE_NOTICE = true
contracts: .venv/tests
	@$(BIN)/python -m tools.contract_files build/contracts
	@$(BIN)/openapi-spec-validator openapi/*/openapi.yaml build/contracts/*.*.json
	@$(call npx,$(REDOCLY),redocly lint --config redocly.yaml openapi/*/openapi.yaml && redocly lint --config redocly.projections.yaml build/contracts/*.clients.json build/contracts/*.openapi-3.1.json)
	@cd build/contracts && $(call npx,$(SPECTRAL),spectral lint --quiet --fail-severity hint --ruleset ../../.spectral.yaml \
		$(addsuffix .json,control $(notdir $(wildcard fixtures/*))))

contract: .venv/tests ## Run the contract suites: VENDOR='halo' TARGET=mine.toml, or VENDOR=halo URL=http://…
	@$(BIN)/python -m pytest contract_tests $(SUITES)

# A release names in its changelog what breaks clients. Not a part of check, because it needs the tags of releases.
contract-diff: .venv/tests ## Compare the contracts with those of the last release, or of BASE=REVISION
	@$(BIN)/python -m tools.contract_diff --tool $(REDOCLY) $(call option,BASE,--base '$(BASE)')

collections: .venv/tests ## Write Postman and Bruno collections to build/collections; RUN=yes sends their requests to a mock
	@$(BIN)/python -m tools.collections $(call option,RUN,$(if $(filter yes,$(RUN)),--run))

mutants: .venv/tests ## Run the suites against planted faults: VENDOR=halo ONLY='net-echoed …'
	@$(BIN)/python -m mockvoice_contracts.mutants --remember $(MUTANTS)

jepsen: .venv/tests ## Disturb a cluster for a quarter of an hour, and check what its clients have seen
	MOCKVOICE_TEST_DEPTH=deep $(BIN)/python -m pytest -q -o log_cli=true -o log_cli_level=INFO tests/cluster/test_histories.py

cluster: .venv/tests ## Serve by PostgreSQL, three nodes and HAProxy on this machine: make cluster PORT=9000 NODES=2
	@exec $(BIN)/python -m tools.cluster $(call option,PORT,--port '$(PORT)') $(call option,NODES,--nodes '$(NODES)')

bench: .venv/tests ## Compare the mock's speed with other servers
	@$(BIN)/python -m benchmarks.run

soak: .venv/tests ## Use a mock for some minutes and compare what it needs before and after: make soak MINUTES=10
	@$(BIN)/python -m benchmarks.soak $(call option,MINUTES,--minutes '$(MINUTES)')

attack: .venv/tests ## Send hostile requests to a mock: make attack REQUESTS=1000000 SEED=7
	@$(BIN)/python -m tests.attack $(call option,REQUESTS,--requests '$(REQUESTS)') \
		$(call option,SEED,--seed '$(SEED)')

clients: .venv/tests ## Generate clients, check and use them: make clients VENDOR=halo GENERATOR='orval hey-api'
	@$(BIN)/python -m clients.generators.run $(call option,VENDOR,$(foreach each,$(VENDOR),--vendor '$(each)')) \
		$(call option,GENERATOR,$(foreach each,$(GENERATOR),--generator '$(each)'))

typescript: .venv/tests ## Build the TypeScript client and run its tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q tests/project/test_typescript_client.py

reference: .venv/tests ## Write the generated pages of docs/reference, from code and contracts
	@$(BIN)/python -m tools.reference_pages

docs: .venv/tests ## Build the documentation site in build/docs; broken links are errors
	@$(BIN)/python -m tools.docs_site --pictures

pictures: .venv/tests ## Take the pictures of the console in docs/images; needs Chromium
	@$(BIN)/python -m tools.pictures

format: .venv/tests ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

constraints: .venv/tests ## Update constraints.txt to the newest releases
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header \
		--no-annotate --extra contract --extra mcp --extra postgresql --group dev --group release --output-file constraints.txt pyproject.toml

RELEASE := build/release
COMPILE = $(RELEASE)/tools/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate \
	--generate-hashes --constraint constraints.txt

distributions: ## Build the distributions, the npm package, a list of their parts (SBOM) and constraints with hashes in dist/
	@rm -rf dist $(RELEASE)
	@$(PYTHON) -m venv $(RELEASE)/tools
	@$(RELEASE)/tools/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(RELEASE)/tools/bin/python -m pip install --quiet --constraint constraints.txt --group release
	@$(RELEASE)/tools/bin/python -m build --outdir dist .
	@$(RELEASE)/tools/bin/twine check --strict dist/*
	@$(COMPILE) --extra contract --extra mcp --extra postgresql --output-file dist/constraints-with-hashes.txt pyproject.toml
	@$(COMPILE) --group release --output-file dist/release-tools.txt
	@$(PYTHON) -m venv $(RELEASE)/installed
	@$(RELEASE)/installed/bin/python -m pip install --quiet --require-hashes -r dist/constraints-with-hashes.txt
	@$(RELEASE)/installed/bin/python -m pip install --quiet --no-deps dist/*.whl
	@$(RELEASE)/installed/bin/python -m tools.contract_files dist
	@$(RELEASE)/installed/bin/python -m tools.collections --output $(RELEASE)/collections --archives dist
	@cd clients/typescript && npm ci --ignore-scripts --no-audit --no-fund && npm pack --pack-destination ../../dist
	@$(RELEASE)/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		-o dist/mockvoice.cdx.json $(RELEASE)/installed/bin/python

clean: ## Remove generated files
	rm -rf .venv build dist reports .hypothesis .schemathesis .pytest_cache .mypy_cache .ruff_cache
	rm -rf benchmarks/node_modules tools/collections/node_modules
	rm -rf clients/typescript/node_modules clients/typescript/dist clients/typescript/src/generated
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamp files: packages are reinstalled only after pyproject.toml or constraints.txt has changed.

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

# Most modules of these packages are never imported, so Python compiles those that are.
.venv/tests: .venv/made pyproject.toml constraints.txt
	@echo 'Installing the server and the packages for tests'
	@$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[contract,mcp,postgresql]' --group dev
	@touch .venv/serves $@
