# What a developer or a deployer does here. `make` alone prints this list.

PORT ?= 8080

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench lock

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

run: ## Install what is locked and serve the demo shop (PORT=8080)
	@scripts/install requirements.lock
	@scripts/web
	@exec scripts/run $(PORT)

test: check ## Everything that CI runs: the checks, then all tests, on SQLite and PostgreSQL
	@scripts/web
	@exec scripts/with_postgresql scripts/test

check: ## Format, lint, types, imports, locks, READMEs, web part; changes nothing
	@scripts/install requirements-dev.lock
	@exec scripts/check

fix: ## Format, and mend what the linter can mend
	@scripts/install requirements-dev.lock
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: ## Measure every figure that the README claims
	@scripts/install requirements-dev.lock
	@exec scripts/bench

lock: ## Resolve the dependencies anew (LOCK_ARGS=--upgrade takes newer versions)
	@exec scripts/lock $(LOCK_ARGS)
