# `make run` and `make test` are all that a newcomer needs: each sets up what it needs and is quick the second time.
VENV := .venv
PACKAGES := libgit2-dev libpcre2-dev libyaml-dev libxml2-dev libzip-dev libsimdjson-dev libpq-dev
# The tests sign commits by real keys, push to an ssh daemon and write to a PostgreSQL server of their own, and look at pages
# in a real browser.
TEST_PACKAGES := chromium gnupg openssh-client openssh-server postgresql
PYTHON_PACKAGES := duckdb-cli==1.5.5 duckdb-extension-excel==1.5.5
# The tests read what is written for Prometheus and OpenLineage with their own parsers, and build a real dbt project. DuckDB for
# Python is as old as the program: a newer one writes files that it cannot read.
TEST_PYTHON_PACKAGES := prometheus-client==0.22.1 openlineage-python==1.54.0 dbt-core==1.11.16 dbt-duckdb==1.10.1 \
	duckdb==1.5.5

.PHONY: run test crash-test build setup lint format clean

run: build
	.build/release/errata demo

# Few tests at a time: all at once would wait for each other longer than what they test has time. The end-to-end tests come
# last: each runs a whole backfill and waits for its processes half of the time.
test: setup
	@scripts/system-packages $(TEST_PACKAGES)
	@scripts/python-packages $(VENV) $(TEST_PYTHON_PACKAGES)
	swift test --disable-xctest --skip EndToEndTests --experimental-maximum-parallelization-width 6
	swift test --disable-xctest --filter EndToEndTests --experimental-maximum-parallelization-width 2

# A run is disturbed at every call that changes a file, some 3,000 of them; the tests take a few of these.
crash-test: build
	python3 Tests/Crash/crash.py .build/release
	python3 Tests/Crash/crash.py .build/release --real --every 10

build: setup
	swift build -c release

setup: $(VENV)/.ready
	@scripts/system-packages git python3 $(PACKAGES)

$(VENV)/.ready: Makefile scripts/python-packages
	@scripts/python-packages $(VENV) $(PYTHON_PACKAGES)
	@touch $@

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

clean:
	rm -rf .build $(VENV) errata-demo
