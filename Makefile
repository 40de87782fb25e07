# Every check lives in .ci/run; the targets are shorthands.
.DEFAULT_GOAL := help
.PHONY: help build test lint fmt ci tools cover bench microbench fuzz faults corpus demo wine conformance pages snapshot reproducible

FUZZTIME ?= 30s

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build ./fsskills
	go build -trimpath -o . ./cmd/fsskills

test: ## run the tests
	./.ci/run test

lint: ## run the linters
	./.ci/run lint

fmt: ## format the code as lint wants it
	"$$(./.ci/run tools | grep golangci-lint)" fmt

ci: ## check everything, as CI does
	./.ci/run

tools: ## install the tools that ci uses
	./.ci/run tools

cover: ## show which lines the tests run
	go test -coverpkg=./... -coverprofile=cover.out ./...
	go tool cover -func=cover.out | tail -n 1

bench: ## measure fsskills beside git and programs from npm (JOBS=install,…, ROUNDS=9, QUICK=1, OUT=file, PROGRAM=another fsskills)
	@go run ./.ci/bench $(if $(JOBS),-jobs "$(JOBS)") $(if $(ROUNDS),-rounds $(ROUNDS)) $(if $(QUICK),-quick) \
		$(if $(OUT),-out "$(OUT)") $(if $(PROGRAM),-program "$(PROGRAM)")

microbench: ## run the benchmarks of single functions, as benchstat reads them (BENCH=Plan, COUNT=6)
	go test -run '^$$' -bench '$(or $(BENCH),.)' -benchmem -count $(or $(COUNT),6) ./...

.PHONY: scale
scale: ## measure how costs grow with clients, skills, files, commits and refs (SERIES=refs,json, ROUNDS=9, PROGRAM=fsskills)
	@go run ./.ci/bench/scale -series "$(SERIES)" -rounds $(or $(ROUNDS),0) -program "$(PROGRAM)"

fuzz: ## fuzz each target for FUZZTIME (30s)
	@set -e; for dir in $$(go list -f '{{.Dir}}' ./...); do \
		for target in $$(grep -ho '^func Fuzz[A-Za-z0-9_]*' "$$dir"/*_test.go 2>/dev/null | cut -d' ' -f2); do \
			echo "== $$target in $$dir"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "$$dir"; \
		done; \
	done

.PHONY: picture
picture: ## draw docs/install.svg, what install shows on a terminal
	go run ./.ci/picture

faults: ## fail and kill fsskills at every system call (Linux on amd64)
	FSSKILLS_FAULTS=1 TMPDIR="$${TMPDIR:-$$(test -w /dev/shm && echo /dev/shm || echo /tmp)}" \
		go test -count 1 -timeout 60m -run '^TestFaults$$' -v ./cmd

corpus: build ## run CHECKER, a command, over the folder CORPUS with the real binary
	@if [ -z "$(CHECKER)" ] || [ -z "$(CORPUS)" ]; then \
		echo "skipped: CHECKER and CORPUS are not given"; \
	else \
		$(CHECKER) run "$(CORPUS)" --add '.ci/corpus-adapter add {file} {case}' --remove '.ci/corpus-adapter remove {file} {case}'; \
	fi

conformance: ## ask the real clients, from npm (CLIENTS=codex,…, UPDATE=1, NEWEST=1, SOURCE=repository, KEEP=1)
	FSSKILLS_CONFORMANCE=1 FSSKILLS_CONFORMANCE_CLIENTS="$(CLIENTS)" FSSKILLS_CONFORMANCE_NEWEST="$(NEWEST)" \
		FSSKILLS_CONFORMANCE_SOURCE="$(abspath $(SOURCE))" FSSKILLS_CONFORMANCE_KEEP="$(KEEP)" \
		go test -count 1 -timeout 60m -run '^TestConformance$$' -v ./clients/conformance $(if $(UPDATE),-update)

wine: ## try the Windows binary under wine
	./.ci/run wine

demo: ## install, update and uninstall in a throw-away home, without network
	./.ci/demo

pages: ## write docs/commands.md and docs/man from the commands
	go test ./cmd -run '^TestReference$$' -update

snapshot: ## build archives, packages, SBOMs and a cask for all systems into dist (not published)
	./.ci/run snapshot

reproducible: ## build HEAD twice, in two folders, and compare
	./.ci/run reproducible
