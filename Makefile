# Every target does its own set-up; only Go and make have to be there.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test setup check fuzz load bench screenshots clean

help: ## list the targets (the default)
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: ## run School Desk on http://127.0.0.1:8080 (make demo ARGS="--addr 127.0.0.1:9000")
	go run ./cmd/guise demo $(ARGS)

test: setup check ## set up, check, and run every test, the browser's too
	@scripts/test

setup: ## install through apt and npm what the tests need and this machine lacks
	@scripts/setup

check: ## format, vet, lint and module checks
	@scripts/check

fuzz: ## fuzz every parser, for ten minutes each (make fuzz FUZZTIME=30s)
	@scripts/fuzz

load: ## keep 2000 impersonations busy for ten minutes (make load ARGS="-minutes 1 -store postgres")
	go run ./test/load $(ARGS)

bench: ## measure everything beside its floor, for docs/performance.md (make bench ARGS=-quick: only see that it works)
	go run ./bench $(ARGS)

screenshots: setup ## make the pictures in docs/images, and one of every page to look through
	@scripts/screenshots

clean: ## remove what the other targets made
	rm -rf bin test/artifacts
