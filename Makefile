# brickwall: every task of a working day. `make` alone explains itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
PORT ?= 8000
# Passed on to pytest, for example: make test-fast ARGS="tests/plaques -k print"
ARGS ?=

export PORT

.PHONY: help ready ready-test run test test-fast test-miniprogram lint fmt bench openapi fuzz migrate worker

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  First time: make run      第一次使用：make run，装好、建库、放入示范村、启动，都是这一条。"

ready:
	@deploy/bootstrap.sh

ready-test:
	@deploy/bootstrap.sh --test

run: ready ## Install what is missing, then serve the wall on PORT (8000), with a sample village
	@exec $(BIN)/brickwall run

test: ready-test ## The whole suite on SQLite, then on PostgreSQL (ARGS= goes to pytest)
	@tests/support/run_suite.sh $(ARGS)

test-fast: ready-test ## The suite on SQLite without browsers
	@$(BIN)/python -m pytest -m "not browser" $(ARGS)

test-miniprogram: ready-test ## The mini-program's journeys alone, on SQLite
	@$(BIN)/python -m pytest tests/miniprogram -n 3 --dist loadfile $(ARGS)

lint: ready-test ## Style, types, import contracts, templates, size gates, shell, mini-program
	@tests/support/lint.sh

fmt: ready-test ## Put code and templates into the agreed format
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

bench: ready-test ## Measure beside the baselines; a table, and JSON in benchmarks/results.json
	@PYTHONPATH=server:. $(BIN)/python -m benchmarks $(ARGS)

openapi: ready ## Write the API description to docs/openapi.json
	@$(BIN)/brickwall openapi > docs/openapi.json.new && mv docs/openapi.json.new docs/openapi.json

fuzz: ready-test ## Send hostile requests to every operation of the API
	@$(BIN)/python -m pytest tests/fuzz -m fuzz $(ARGS)

migrate: ready ## Bring the database to the newest schema
	@$(BIN)/brickwall migrate

worker: ready ## Work off background jobs (make run starts one by itself)
	@exec $(BIN)/brickwall worker
