# Everything one does with Courierscope. `make` alone lists the targets.
# Nothing here asks a question; what is missing is installed, and what is up to date is skipped.

SHELL := bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Rustup's Rust comes before a Rust of the system.
export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

# Compiled code may live elsewhere, shared between checkouts; the site never does.
export CARGO_TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))

BINARY := $(CARGO_TARGET_DIR)/debug/courierscope
# The browser half is another build, with other features.
NATIVE := --workspace --exclude frontend
N ?= 20
MINUTES ?= 10

STAMPS := target/stamps
NPM := end2end/node_modules/.package-lock.json
SITE := $(STAMPS)/site
# Folders are among the sources because deleting a file changes only its folder.
SITE_SOURCES := $(shell find app style -not -name '.*') Cargo.toml Cargo.lock \
	$(wildcard rust-toolchain.toml .cargo/config.toml) $(filter-out scripts/bench%,$(wildcard scripts/*))
# A stamp without a site is worth nothing.
ifeq ($(wildcard target/site/pkg/courierscope.css),)
$(SITE): always
endif

.PHONY: help setup site build run dev test crash fuzz bench lint fmt clean always

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMPS)/setup $(NPM) ## Install what the build needs

site: $(SITE) ## Build the browser half into target/site

build: site ## Build the browser half and the server
	@cargo build $(NATIVE)

run: build ## Build, then serve a demo network on http://127.0.0.1:8080
	@exec $(BINARY) serve --demo $(ARGS)

dev: $(STAMPS)/setup ## Serve, rebuild on every change and restart
	@scripts/dev.sh $(ARGS)

test: ## Check everything: format, lints, tests, browser tests
	@scripts/test.sh

crash: site ## Kill the server N=20 times and check that nothing is lost
	@COURIERSCOPE_CRASH_ROUNDS=$(N) cargo test $(NATIVE) --test it -- --nocapture crash::

bench: site ## Measure the speed beside DuckDB and PostgreSQL (PARCELS=1250000 ONLY="import ask")
	@scripts/bench.sh

fuzz: ## Try every parser on inputs nobody thought of, for MINUTES=10
	@COURIERSCOPE_FUZZ_SECONDS=$$(($(MINUTES) * 60)) cargo test $(NATIVE) --test fuzz -- --nocapture

lint: site ## Check the format and the lints only
	@cargo fmt --all --check
	@cargo clippy $(NATIVE) --all-targets -- -D warnings

fmt: ## Format the code
	@cargo fmt --all

clean: ## Remove everything that was built
	@cargo clean
	@rm -rf target end2end/node_modules end2end/test-results

$(STAMPS)/setup: scripts/setup.sh rust-toolchain.toml
	@scripts/setup.sh
	@mkdir -p $(@D) && touch $@

$(NPM): end2end/package-lock.json | $(STAMPS)/setup
	@scripts/npm.sh

$(SITE): $(NPM) $(SITE_SOURCES) | $(STAMPS)/setup
	@scripts/build-browser.sh
	@mkdir -p $(@D) && touch $@

always:
