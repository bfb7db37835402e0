SHELL := /bin/bash
.PHONY: setup build quickstart test docs format format-check clean

setup:
	@scripts/setup

build: setup
	swift build -c release --product martlet

quickstart: build
	"$$(swift build -c release --show-bin-path)/martlet" quickstart

test: setup
	swift test --no-parallel

docs: setup
	@scripts/docs

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

format-check:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

clean:
	rm -rf .build runs
