# Nightjar: make lists the targets; each does its own set-up.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup build demo demo-dimuon test test-setup fuzz fuzz-coverage slurm-test bench bench-peers lint format pipelines clean

PACKAGES := pkg-config libhdf5-dev zlib1g-dev libdeflate-dev liblz4-dev libzstd-dev liblzma-dev libblosc-dev libxxhash-dev \
            libssl-dev gnuplot-nox fonts-dejavu-core
BUILD    := swift build -c release
NIGHTJAR := .build/release/nightjar
DEMO     ?= demo.output

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install the Debian packages that are missing (or print the one line to run)
	@missing=; for p in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo=sudo; else \
	    echo "missing packages; run: sudo apt-get install -y$$missing"; exit 1; fi; \
	  echo "installing$$missing"; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
	@command -v swift >/dev/null || { echo "swift is not on PATH; install a Swift 6.2 or newer toolchain from swift.org"; exit 1; }

build: setup ## build the program in release mode
	@$(BUILD) --product nightjar

demo: build ## simulate four-muon ntuples, run the whole search on them, say where the report is
	@mkdir -p $(DEMO)
	@$(NIGHTJAR) simulate fourmuon --signal-events 6000 --seed 1 --inject zprime:5:0.45fb --output $(DEMO)/inputs
	@$(NIGHTJAR) run Pipelines/fourmuon/fourmuon.yaml --inputs $(DEMO) --output $(DEMO)/results

demo-dimuon: build ## the first, smaller search of the README: simulated dimuon ntuples
	@mkdir -p $(DEMO)-dimuon
	@$(NIGHTJAR) simulate dimuon --events 400000 --seed 1 --inject 5.3:220 --output $(DEMO)-dimuon/inputs
	@$(NIGHTJAR) run Pipelines/dimuon/1-simulated.yaml --inputs $(DEMO)-dimuon --output $(DEMO)-dimuon/results

pipelines: build ## check all pipeline files
	@for f in Pipelines/*/*.yaml; do $(NIGHTJAR) check $$f || exit 1; done

# Tests start a private Slurm where it is installed: as root it is, else they are skipped.
test-setup: setup
	@if [ "$$(id -u)" = 0 ] && ! command -v slurmctld >/dev/null; then \
	  echo "installing slurm-wlm munge for the tests"; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null || true; fi

test: test-setup ## run the tests; the last line counts them, skipped ones with their reasons
	@mkdir -p .build; swift test -c release 2>&1 | tee .build/test.log | grep -vE '^\[[0-9]+/[0-9]+\] |^◇|started\.$$'; \
	status=$${PIPESTATUS[0]}; log=.build/test.log; \
	grep -E '^➜ .* skipped: ' $$log | sed -E 's/.* skipped(: )?/skipped: /' | sort | uniq -c; \
	echo "$$(grep -cE '^✔ Test [^ ]+\(.* passed' $$log) passed, $$(grep -cE '^✘ Test [^ ]+\(.* failed' $$log) failed, $$(grep -cE '^➜ .* skipped: ' $$log) skipped"; \
	exit $$status

fuzz: setup ## read thousands of damaged files of every kind in child processes (FUZZ: more options)
	@$(BUILD) --product nightjar-fuzz
	@.build/release/nightjar-fuzz $(FUZZ)

fuzz-coverage: setup ## let libFuzzer guide damaged files for a minute a reader; lines that they reach
	@Tests/Fuzz/libfuzzer.sh $(or $(SECONDS_A_READER),60)

slurm-test: test-setup ## run all tests on a private Slurm (root; some minutes)
	@NIGHTJAR_SLURM_TESTS=all swift test -c release --filter SlurmTests

bench: setup ## time Nightjar beside every peer present (make bench-peers installs Python peers)
	@$(BUILD) --product nightjar && $(BUILD) --product nightjar-bench
	@.build/release/nightjar-bench $(BENCH)

bench-peers: ## make .build/peers, a Python environment with iminuit, pyhf, h5py, PyTables, ONNX Runtime and ROOT
	@Tests/Benchmarks/peers/setup.sh

lint: ## swift format in strict mode
	@swift format lint --strict -r Package.swift Sources Tests

format: ## format the sources in place
	@swift format -i -r Package.swift Sources Tests

clean: ## remove what the build and the demonstration wrote
	@rm -rf .build $(DEMO) $(DEMO)-dimuon
