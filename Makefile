# make scan   build, scan Corpora/, audit its table        make bench    us and the peers, side by side
# make test   all that CI checks, test-page and test-sarif too   make fuzz  fuzz each parser for FUZZ_SECONDS
# make model  a small language model, into Models/        make test-model  the suites of models, on it
# make format the house style                             make completions man dist sanitize test-kills clean

SWIFT ?= swift
# One build serves the command and the tests: testable imports would compile everything twice.
BUILD = $(SWIFT) build -c release
TOOL = .build/release/countermark
FUZZ_SECONDS ?= 60
MODEL ?= Models/SmolLM2-135M-Instruct.Q4_1.gguf

.PHONY: scan test test-page test-sarif test-kills man dist sanitize test-model model build bench bench-images bench-text-quality format fuzz completions dependencies clean

scan: build
	@chmod 600 Corpora/demo-keys.json
	$(TOOL) scan Corpora/llm-open.jsonl Corpora/human Corpora/photos --profiles Corpora/profiles --keys Corpora/demo-keys.json --alpha 1e-5 --only-flagged --exit-zero
	$(TOOL) audit Corpora/decisions/adult-test.csv --label income --positive '>50K' --score lr_score --threshold 0.5 --group sex --group 'age: <25|25-45|>45' --html .build/adult-audit.html --exit-zero
	@echo "the audit's page: .build/adult-audit.html"

build: dependencies
	$(BUILD) --product countermark

test: dependencies
	@.ci/check-imports
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Fuzz Benchmarks/Package.swift Benchmarks/Sources </dev/null
	cd Corpora && sha256sum --check --quiet SHA256SUMS
	$(BUILD) --product countermark
	@timeout 300 .ci/fetch-model || echo "no real model is at hand: what only it can show is not tested"
	$(SWIFT) test -c release --disable-testable-imports
	@$(MAKE) --no-print-directory test-page test-sarif

# What only a browser sees of a report's page, at the widths of a desk, a phone and a sheet of paper.
test-page: build
	@.ci/dependencies chromium fonts-dejavu-core python3
	python3 Tests/ReportsTests/render.py $(TOOL)

# SmolLM2-135M-Instruct, 98 MB, into the ignored folder Models/.
model:
	@.ci/fetch-model

# The suites that a real model adds to, on it.
test-model: dependencies model
	$(SWIFT) test -c release --disable-testable-imports --filter LanguageModelTests

# SARIF by its own schema, from PyPI, in a folder of its own.
test-sarif: build
	@.ci/sarif-schema .build/sarif
	.build/sarif/bin/python3 Tests/ReportsTests/sarif.py $(TOOL) .build/sarif/schema.json

bench: build
	Benchmarks/run

# PHOTOGRAPHS is a folder, as Benchmarks/images/photographs.py collects one.
# What a mark costs and where it is found, on a real model; about 10 minutes of CPU time.
bench-text-quality: build model
	$(TOOL) evaluate text --model $(MODEL) --prompts Benchmarks/models/prompts.jsonl --profile Corpora/profiles/smollm2-lefthash.json \
	  --keys Corpora/demo-keys.json --bias 1,2,4 --length 25,50,100,200,400 --attack usual --human Corpora/human/en-gnome-help.jsonl \
	  --json .build/text-quality.json --csv .build/text-quality.csv --figure .build/text-power.svg --attack-figure .build/text-edits.svg

bench-images: build
	python3 Benchmarks/images/robustness.py --tool $(TOOL) --photographs $(PHOTOGRAPHS) --peers

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests Fuzz Benchmarks/Package.swift Benchmarks/Sources </dev/null

fuzz: dependencies
	Fuzz/run $(FUZZ_SECONDS)

completions: build
	@mkdir -p .build/completions
	$(TOOL) --generate-completion-script bash > .build/completions/countermark.bash
	$(TOOL) --generate-completion-script zsh > .build/completions/_countermark
	$(TOOL) --generate-completion-script fish > .build/completions/countermark.fish
	@echo "written to .build/completions"

# A page of the manual for each verb.
man: build
	.ci/manual $(TOOL) .build/man
	@echo "written to .build/man"

# One archive for machines without Swift: the command with its libraries, stripped, completions and manual.
DIST = .build-dist/countermark-$(shell uname -s | tr A-Z a-z)-$(shell uname -m)
dist: dependencies
	$(SWIFT) build -c release --static-swift-stdlib --scratch-path .build-dist --product countermark
	rm -rf $(DIST) && mkdir -p $(DIST)/bin $(DIST)/share/man/man1 $(DIST)/share/completions
	cp .build-dist/release/countermark $(DIST)/bin/countermark && strip $(DIST)/bin/countermark
	.ci/manual $(DIST)/bin/countermark $(DIST)/share/man/man1
	$(DIST)/bin/countermark --generate-completion-script bash > $(DIST)/share/completions/countermark.bash
	$(DIST)/bin/countermark --generate-completion-script zsh > $(DIST)/share/completions/_countermark
	$(DIST)/bin/countermark --generate-completion-script fish > $(DIST)/share/completions/countermark.fish
	cp README.md LICENSE $(DIST)/
	tar -C .build-dist --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -czf $(DIST).tar.gz $(notdir $(DIST))
	@echo "$(DIST).tar.gz"

# The suite under Address and Thread Sanitizer; SUITES= runs a part of it. Impossible sizes must come back as no memory, as they do
# without a sanitizer; bounds on the tool's memory are not looked at, since a sanitizer's own is in it.
SUITES ?= .
SANITIZED = COUNTERMARK_SANITIZED=1 $(SWIFT) test -c release --disable-testable-imports --filter '$(SUITES)'
sanitize: dependencies
	ASAN_OPTIONS=allocator_may_return_null=1 LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/Sanitizers/leaks.txt \
	  $(SANITIZED) --sanitize=address --scratch-path .build-address
	TSAN_OPTIONS=allocator_may_return_null=1:suppressions=$(CURDIR)/Tests/Sanitizers/races.txt \
	  $(SANITIZED) --sanitize=thread --scratch-path .build-thread

# The run that is killed and goes on, with many more kills than in make test.
KILLS ?= 500
test-kills: dependencies
	COUNTERMARK_KILLS=$(KILLS) $(SWIFT) test -c release --disable-testable-imports --filter ResumeTests.kills

dependencies:
	@.ci/dependencies

clean:
	rm -rf .build .build-dist .build-address .build-thread
