# SPDX-FileCopyrightText: 2026 The wahost Authors
# SPDX-License-Identifier: Apache-2.0

export CGO_ENABLED = 0

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
PROVIDERS := pushwoosh innopaas innopaas-mmlite cloudapi twilio
TOOLS := bin/tools

# Where programs are built, and the platforms of a release.
BIN ?= bin
EXE := $(if $(filter windows,$(shell go env GOOS)),.exe)
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64

# A version by tag is a version; anything else is a build from source.
BUILDINFO := github.com/wahost/wahost/internal/buildinfo
ifneq ($(filter v%,$(VERSION)),)
VERSIONFLAG := -X $(BUILDINFO).version=$(VERSION:v%=%)
endif

# A certificate is about the bytes of a provider. The same source and toolchain give the same bytes, so that a provider
# knows its version and not its commit. TestReports in cmd/wahost/internal/command/conformance builds with these flags.
PROVIDERFLAGS := -trimpath -buildvcs=false -ldflags '$(strip -s -w $(VERSIONFLAG))'

# wahost itself also knows its commit and the date of that commit.
COMMIT := $(shell git rev-parse HEAD 2>/dev/null)$(if $(shell git status --porcelain 2>/dev/null),-dirty)
DATE := $(shell git log -1 --format=%cs 2>/dev/null)
BUILDFLAGS := -trimpath -buildvcs=false -ldflags '-s -w $(VERSIONFLAG) -X $(BUILDINFO).commit=$(COMMIT) -X $(BUILDINFO).date=$(DATE)'

.PHONY: help
help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: wahost ## Build bin/wahost and bin/providers/wahost-provider-*
	@mkdir -p $(BIN)/providers
	@for p in $(PROVIDERS); do \
		echo "go build $(BIN)/providers/wahost-provider-$$p$(EXE)"; \
		go build $(PROVIDERFLAGS) -o $(BIN)/providers/wahost-provider-$$p$(EXE) ./plugins/$$p/wahost-provider-$$p || exit 1; \
	done

.PHONY: wahost
wahost: ## Build bin/wahost
	go build $(BUILDFLAGS) -o $(BIN)/wahost$(EXE) ./cmd/wahost

.PHONY: release
release: $(TOOLS)/nfpm ## Write a release into dist/: VERSION=v1.2.3, KEY=FILE to sign and certify (docs/contributing/releasing.md)
	VERSION='$(VERSION)' PLATFORMS='$(PLATFORMS)' PROVIDERS='$(PROVIDERS)' KEY='$(KEY)' CERTIFY='$(CERTIFY)' CERTIFICATES='$(CERTIFICATES)' OUT='$(OUT)' BUILD='$(BUILD)' .ci/release

.PHONY: image
image: ## Build the container image of the release that make release built (needs docker or a program like it: ENGINE=podman)
	$(or $(ENGINE),docker) build -f packaging/Dockerfile -t wahost:$(VERSION:v%=%) --build-arg VERSION=$(VERSION:v%=%) --build-arg COMMIT=$(COMMIT) .

.PHONY: provider-flags
provider-flags: ## Print the flags with which providers are built
	@printf '%s\n' "$(PROVIDERFLAGS)"

.PHONY: demo
demo: build ## Test the providers, then send a message of every kind to emulated vendors
	bin/wahost demo

.PHONY: gateway-demo
gateway-demo: build ## Run a gateway before emulated vendors, and show the command that sends a message through it (Ctrl-C ends it)
	@rm -rf $(BIN)/gateway-demo
	@$(BIN)/wahost sandbox --gateway --write $(BIN)/gateway-demo & sandbox=$$!; trap 'kill $$sandbox; wait $$sandbox' EXIT; \
	until [ -f $(BIN)/gateway-demo/wahost.auto.wahostvars.hcl ] || ! kill -0 $$sandbox; do sleep 0.1; done; \
	$(BIN)/wahost --config $(BIN)/gateway-demo serve

# make lint runs vet, so that the tests need not run it for each package again.
GOTEST := go test -vet off -timeout 30m $(TESTFLAGS)

# Many of these tests wait, so that more packages are tested at a time than there are processors. The longest tests have limits of time.
.PHONY: test
test: ## Run the tests in two minutes: all but those that run the whole suite, PostgreSQL, or the gateway as processes
	$(GOTEST) -p $$(( 2 * $$(getconf _NPROCESSORS_ONLN) )) -short ./...

.PHONY: test-all
test-all: ## Run all tests; ten minutes on two processors, since every mutant of the conformance suite is run
	$(GOTEST) ./...

.PHONY: test-kill
test-kill: ## Kill campaigns of 40,000 rows ten times and count at the vendor
	WAHOST_TEST_KILL=40000x10 $(GOTEST) -count 1 -run 'TestKill$$' -v ./cmd/wahost

.PHONY: chaos
chaos: ## Kill, stop, cut off and upgrade the gateway under load, on each kind of store and as several nodes, fill its disk, and send codes past 200,000 messages; more than an hour
	WAHOST_TEST_KILLS=50 WAHOST_TEST_STOP=30s $(GOTEST) -timeout 90m -count 1 -v ./cmd/wahost/internal/command/serve \
	  -run 'Test(Kills|NodesKilled|NodesStopped|NodesPartitioned|NodesDatabaseRestarts|DiskFull)$$'
	WAHOST_TEST_CAMPAIGN=200000 $(GOTEST) -count 1 -run 'TestCodes$$' -v ./cmd/wahost/internal/command/serve
	$(GOTEST) -count 10 -run 'Test(FailPoints|Lives|Reload|ProviderFaults|VendorFaults|Pace|Serve|ServeGroups|Nodes(End|Upgraded|DatabaseFailsOver|JoinAgain)|Campaign|CampaignKilled|CampaignNodes)$$' ./cmd/wahost/internal/command/serve

.PHONY: test-flakes
test-flakes: ## Run the conformance suite 100 times against the reference provider, and write the record of it
	WAHOST_TEST_RUNS=100 go test -timeout 4h -count 1 -run 'TestRepeatedRuns$$' -v ./conformance/reference

.PHONY: test-net-http
test-net-http: ## Run the suite against the reference provider and its mutants with net/http in place of the SDK's exchange
	WAHOST_NET_HTTP=1 $(GOTEST) -count 1 ./conformance/reference

.PHONY: screenshots
screenshots: ## Write pictures of the console's pages into bin/screenshots (needs Chromium, and axe.min.js in WAHOST_TEST_AXE)
	@mkdir -p $(BIN)/screenshots
	WAHOST_TEST_SCREENSHOTS=$(CURDIR)/$(BIN)/screenshots WAHOST_TEST_BROWSER=required $(GOTEST) -count 1 -run 'TestConsole$$' ./core/gateway

# The tests of these packages read sources, compress programs, or run programs that are built without the detector: it has nothing to look at.
UNRACED := /internal/rules$$|/internal/thirdparty$$|/internal/distribute$$|/wahost/docs$$

# The detector lets each program sleep before it exits, for a second unless told otherwise, and the scripts of the command line run hundreds.
.PHONY: test-race
test-race: ## Run all tests but the longest with the race detector (needs a C compiler)
	GORACE=atexit_sleep_ms=10 CGO_ENABLED=1 $(GOTEST) -race -short $$(go list ./... | grep -Ev '$(UNRACED)')

.PHONY: fuzz-short
fuzz-short: ## Run every fuzz target for FUZZTIME (2s) each
	.ci/fuzz $(FUZZTIME)

.PHONY: bench
bench: build ## Measure against the goals of the design, side by side in one run
	go run ./cmd/wahost/internal/bench $(BENCHFLAGS)

.PHONY: bench-quick
bench-quick: build ## The same with few and short rounds, in less than a minute
	go run ./cmd/wahost/internal/bench -quick $(BENCHFLAGS)

.PHONY: bench-gateway
bench-gateway: build ## Measure the gateway, beside Kannel if it is installed: BENCHFLAGS='-long 1000000' for memory over many messages
	go run ./cmd/wahost/internal/benchgateway $(BENCHFLAGS)

.PHONY: bench-console
bench-console: build ## Measure the console over a store with a million messages: BENCHFLAGS='-store postgres://...' for a database
	go run ./cmd/wahost/internal/benchgateway -console 1000000 $(BENCHFLAGS)

.PHONY: man
man: ## Write manual pages into bin/man/man1
	go run ./cmd/wahost/internal/docgen -man bin/man/man1

.PHONY: fmt
fmt: ## Format the code
	gofmt -w $$(git ls-files '*.go' | grep -v '\.pb\.go$$')

.PHONY: lint
lint: $(TOOLS)/golangci-lint $(TOOLS)/buf ## Check code and protocol
	$(TOOLS)/golangci-lint run ./...
	cd sdk/proto && ../../$(TOOLS)/buf lint && ../../$(TOOLS)/buf format --diff --exit-code && ../../$(TOOLS)/buf breaking --against baseline.binpb

.PHONY: generate
generate: $(TOOLS)/buf $(TOOLS)/protoc-gen-go $(TOOLS)/protoc-gen-go-grpc ## Generate the protocol's code, and the table of phone numbers
	cd sdk/proto && ../../$(TOOLS)/buf generate
	go generate ./core/numbers

.PHONY: generate-check
generate-check: generate ## Fail where generated code is stale
	@test -z "$$(git status --porcelain -- sdk core/numbers)" || { git status --short -- sdk core/numbers; echo "generated code is stale: run make generate and commit"; exit 1; }

.PHONY: docs
docs: ## Write the parts of the documents that follow from the code
	go run ./cmd/wahost/internal/docgen -markdown docs/operating/commands.md
	go test ./docs -update
	go test ./cmd/wahost/internal/command/conformance -run 'TestCatalogue(Page|File)' -update

.PHONY: proto-baseline
proto-baseline: $(TOOLS)/buf ## After a release: make its protocol the one that changes are held against
	cd sdk/proto && ../../$(TOOLS)/buf build -o baseline.binpb

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin dist

# The tools have modules of their own, so that their dependencies are not the project's.
$(TOOLS)/golangci-lint: .ci/tools/golangci-lint/go.mod .ci/tools/golangci-lint/go.sum
	go build -C .ci/tools/golangci-lint -o $(CURDIR)/$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(TOOLS)/buf: .ci/tools/buf/go.mod .ci/tools/buf/go.sum
	go build -C .ci/tools/buf -o $(CURDIR)/$@ github.com/bufbuild/buf/cmd/buf

$(TOOLS)/nfpm: .ci/tools/nfpm/go.mod .ci/tools/nfpm/go.sum
	go build -C .ci/tools/nfpm -o $(CURDIR)/$@ github.com/goreleaser/nfpm/v2/cmd/nfpm

$(TOOLS)/protoc-gen-go: go.mod go.sum
	go build -o $@ google.golang.org/protobuf/cmd/protoc-gen-go

$(TOOLS)/protoc-gen-go-grpc: go.mod go.sum
	go build -o $@ google.golang.org/grpc/cmd/protoc-gen-go-grpc
