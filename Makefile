# SPDX-License-Identifier: GPL-3.0-or-later
#
# One Makefile for everything.  `make help' lists the targets.

BUILD    ?= build
PREFIX   ?= /usr/local
DESTDIR  ?=
ifeq ($(origin CC),default)
CC := gcc
endif
# `make V=1' shows the commands.
Q := $(if $(V),,@)
VERSION  := 0.1.0

bindir     = $(PREFIX)/bin
libexecdir = $(PREFIX)/libexec/zonegate
datadir    = $(PREFIX)/share/zonegate
mandir     = $(PREFIX)/share/man

WARN := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion \
        -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
        -Wswitch-enum -Wundef -Wcast-qual
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
OPT    ?= -O2 -g
SAN    ?=
CPPFLAGS += -D_GNU_SOURCE -DZONEGATE_VERSION='"$(VERSION)"' \
            -Ivalidators -Igate -I$(BUILD)/gen
CFLAGS_ALL = -std=c17 $(OPT) $(WARN) $(HARDEN) $(if $(SAN),,$(FORTIFY)) $(SAN) $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SAN) $(LDFLAGS)

.DEFAULT_GOAL := all

# ---- what each program is made of -------------------------------------------

BASE     := $(wildcard validators/base/*.c)
CONTRACT := $(filter-out validators/contract/reading.c,$(wildcard validators/contract/*.c))
READING  := validators/contract/reading.c

CONTROL  := $(wildcard gate/control/*.c)
# What zonegate-http borrows of the gate: nothing that judges or decides.
WORDS    := gate/time_text.c gate/write_all.c gate/small_file.c

SRC_zonegate         := $(filter-out gate/paths.c,$(wildcard gate/*.c gate/serve/*.c)) $(CONTROL) $(BASE) $(CONTRACT) $(READING)
SRC_zonegate-http    := $(wildcard gate/http/*.c) $(CONTROL) $(WORDS) $(BASE)
SRC_zonegate-notify  := $(wildcard gate/notify/*.c) $(WORDS) $(BASE)
SRC_zonegate-probe   := $(wildcard gate/probe/*.c) $(WORDS) $(BASE)
SRC_zonegate-survey  := $(wildcard validators/survey/*.c) $(BASE) $(CONTRACT) $(READING)
SRC_zonegate-ldns    := $(wildcard validators/ldns/*.c) $(BASE) $(CONTRACT) $(READING)
SRC_zonegate-unbound := $(wildcard validators/unbound/*.c) $(BASE) $(CONTRACT)
SRC_zonegate-unpack  := $(wildcard validators/unpack/*.c) $(BASE) $(CONTRACT)

LIBS_zonegate         := -lcrypto -ljansson -lconfuse -lseccomp -levent -lsqlite3
LIBS_zonegate-http    := -lmicrohttpd -lgnutls -ljansson -lcrypto -lseccomp -lpthread
LIBS_zonegate-notify  := -lcurl -ljansson -lcrypto -lseccomp
LIBS_zonegate-probe   := -lldns -lcrypto -lseccomp
LIBS_zonegate-survey  := -lzscanner -lcrypto -lseccomp
LIBS_zonegate-ldns    := -lldns -lcrypto -lseccomp
LIBS_zonegate-unbound := -lunbound -levent -lnettle -lseccomp
LIBS_zonegate-unpack  := -lz -llzma -lzstd -lseccomp

WORKERS  := zonegate-survey zonegate-ldns zonegate-unbound zonegate-unpack
HELPERS  := zonegate-http zonegate-notify zonegate-probe
PROGRAMS := zonegate $(WORKERS) $(HELPERS)

# ---- building ---------------------------------------------------------------
# Three flavours of object share the rules: plain, and with fault points.

objects = $(patsubst %.c,$(BUILD)/obj/$(2)/%.o,$(SRC_$(1)))

.PHONY: all
all: $(addprefix $(BUILD)/,$(PROGRAMS))

.PHONY: fault
fault: $(addprefix $(BUILD)/fault/,$(PROGRAMS))

$(BUILD)/obj/plain/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/obj/fault/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -DZONEGATE_FAULT_POINTS $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Files that the assembler puts into objects.
$(BUILD)/obj/plain/gate/http/openapi.o $(BUILD)/obj/fault/gate/http/openapi.o: gate/http/openapi.json
$(BUILD)/obj/plain/gate/http/page_style.o $(BUILD)/obj/fault/gate/http/page_style.o: gate/http/page.css

# The gate finds its workers and policies by absolute path, compiled in; the
# tree, the fault build and the installation each have their own.
paths = -DZONEGATE_LIBEXECDIR='"$(1)"' -DZONEGATE_POLICYDIR='"$(2)"'

$(BUILD)/obj/plain/gate/paths.o: gate/paths.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(call paths,$(abspath $(BUILD)),$(CURDIR)/etc/policies) $(CFLAGS_ALL) -c -o $@ $<
$(BUILD)/obj/fault/gate/paths.o: gate/paths.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -DZONEGATE_FAULT_POINTS $(call paths,$(abspath $(BUILD))/fault,$(CURDIR)/etc/policies) $(CFLAGS_ALL) -c -o $@ $<
$(BUILD)/obj/install/gate/paths.o: gate/paths.c FORCE
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(call paths,$(libexecdir),$(datadir)/policies) $(CFLAGS_ALL) -c -o $@ $<

define program
$(BUILD)/$(1): $(call objects,$(1),plain)
	$$(Q)$$(CC) $$(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) $$(LIBS_$(1))
$(BUILD)/fault/$(1): $(call objects,$(1),fault)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) $$(LIBS_$(1))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

$(BUILD)/zonegate: $(BUILD)/obj/plain/gate/paths.o
$(BUILD)/fault/zonegate: $(BUILD)/obj/fault/gate/paths.o
$(BUILD)/install/zonegate: $(call objects,zonegate,plain) $(BUILD)/obj/install/gate/paths.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LIBS_zonegate)

.PHONY: FORCE
FORCE:

-include $(shell find $(BUILD)/obj $(BUILD)-fuzz/obj -name '*.d' 2>/dev/null)

# ---- setting up -------------------------------------------------------------

.PHONY: deps
deps:
	@contrib/install-deps

# ---- testing ----------------------------------------------------------------
# tests/unit mirrors the sources: tests/unit/LAYER/X_test.c is linked with that
# layer's objects (not its main) and those it stands on.

PYTHON := /usr/bin/python3

below_gate     := $(SRC_zonegate)
below_serve    := $(SRC_zonegate)
below_control  := $(CONTROL) $(WORDS) $(BASE)
below_http     := $(SRC_zonegate-http)
below_notify   := $(SRC_zonegate-notify)
below_probe    := $(SRC_zonegate-probe)
below_survey   := $(SRC_zonegate-survey)
below_ldns     := $(SRC_zonegate-ldns)
below_unbound  := $(SRC_zonegate-unbound)
below_unpack   := $(SRC_zonegate-unpack)
below_contract := $(BASE) $(CONTRACT) $(READING)
below_base     := $(BASE)

libs_gate      = $(LIBS_zonegate)
libs_serve     = $(LIBS_zonegate)
libs_control   = $(LIBS_zonegate-http)
libs_http      = $(LIBS_zonegate-http)
libs_notify    = $(LIBS_zonegate-notify)
libs_probe     = $(LIBS_zonegate-probe)
libs_survey    = $(LIBS_zonegate-survey)
libs_ldns      = $(LIBS_zonegate-ldns)
libs_unbound   = $(LIBS_zonegate-unbound)
libs_unpack    = $(LIBS_zonegate-unpack)
libs_contract  = -lcrypto -lseccomp
libs_base      = -lseccomp

LAYERS := base contract survey ldns unbound unpack gate serve control http notify probe
linked = $(patsubst %.c,$(BUILD)/obj/$(or $(flavour_$(1)),plain)/%.o,$(filter-out %/main.c,$(below_$(1))))
# The daemon's parts are tested with their fault points.
flavour_serve := fault
unit_tests = $(patsubst tests/unit/%_test.c,$(BUILD)/tests/unit/%_test,$(wildcard tests/unit/$(1)/*_test.c))
helpers = $(patsubst %.c,$(BUILD)/obj/plain/%.o,$(filter-out %_test.c,$(wildcard tests/unit/$(1)/*.c)))

UNIT_TESTS := $(foreach l,$(LAYERS),$(call unit_tests,$(l)))

define unit_layer
$(call unit_tests,$(1)): $(BUILD)/tests/unit/%_test: $(BUILD)/obj/plain/tests/unit/%_test.o $(call helpers,$(1)) $(call linked,$(1)) $(if $(filter gate serve,$(1)),$(BUILD)/obj/$(or $(flavour_$(1)),plain)/gate/paths.o)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) $$(libs_$(1)) -lcriterion
endef
$(foreach l,$(LAYERS),$(eval $(call unit_layer,$(l))))

# Writes what zonegate-http would answer, for the tests in a browser.
RENDER := tests/page/render.c $(filter-out %/main.c,$(below_http))
$(BUILD)/tests/page/render: $(patsubst %.c,$(BUILD)/obj/plain/%.o,$(RENDER))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(libs_http)

.PHONY: unit-tests
unit-tests: $(UNIT_TESTS) $(BUILD)/tests/page/render

# Each suite ends with its own counts; tests/run sums them up.
SUITE_ENV = env ZONEGATE_BUILD=$(abspath $(BUILD))
unit_suites = $(foreach t,$(UNIT_TESTS),"unit $(patsubst $(BUILD)/tests/unit/%,%,$(t))=$(t) -j1")

.PHONY: check
check: deps
	@$(MAKE) --no-print-directory -j2 BUILD=$(BUILD) all fault unit-tests
	@$(MAKE) --no-print-directory BUILD=$(BUILD) run-tests

.PHONY: run-tests
run-tests:
	@$(SUITE_ENV) tests/run $(unit_suites) \
	    "arch=$(PYTHON) tests/arch/run.py" \
	    "program=$(PYTHON) tests/program/run.py -j2" \
	    "page=$(PYTHON) tests/page/run.py" \
	    "http=$(PYTHON) tests/http/run.py -j2" \
	    "e2e=$(PYTHON) tests/e2e/run.py -j2" \
	    "notify=$(PYTHON) tests/notify/run.py -j2" \
	    "attack=$(PYTHON) tests/attack/run.py -j2" \
	    "drills=$(PYTHON) tests/drills/run.py -j6" \
	    "fault=$(PYTHON) tests/fault/run.py -j2" \
	    "crash=$(PYTHON) tests/crash/run.py" \
	    "campaign=$(PYTHON) tests/campaign/run.py --slice"

# All tests under ASan and UBSan, in a build of their own.  No program means
# anything by status 99.
.PHONY: asan
asan: deps
	@$(MAKE) --no-print-directory -j2 BUILD=$(BUILD)-asan OPT="-O1 -g -fno-omit-frame-pointer" \
	    SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined" all fault unit-tests
	@ASAN_OPTIONS=detect_leaks=1:exitcode=99 $(MAKE) --no-print-directory BUILD=$(BUILD)-asan run-tests

# Every reader of bytes, FUZZ_SECONDS each.
FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_CC := clang
FUZZ_SAN := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined

$(BUILD)-fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(CPPFLAGS) -std=c17 -O1 -g $(FUZZ_SAN) -MMD -MP -c -o $@ $<

# What a fuzzer stands on: its layer is named by tests/fuzz/X_fuzz.layer, or is
# the contract.
fuzz_layer = $(or $(strip $(file <tests/fuzz/$(1)_fuzz.layer)),contract)
define fuzzer
$(BUILD)-fuzz/$(1): $(BUILD)-fuzz/obj/tests/fuzz/$(1)_fuzz.o $(patsubst %.c,$(BUILD)-fuzz/obj/%.o,$(filter-out %/main.c,$(below_$(call fuzz_layer,$(1))))) $(if $(filter gate serve,$(call fuzz_layer,$(1))),$(BUILD)/obj/plain/gate/paths.o)
	$$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $$@ $$(filter %.o,$$^) $$(libs_$(call fuzz_layer,$(1)))
endef
$(foreach f,$(FUZZERS),$(eval $(call fuzzer,$(f))))

# What the contract's fuzzers begin with is made by its tests' makers, so that
# it follows the headers.
SEEDS := tests/fuzz/seeds.c $(wildcard tests/unit/contract/*_maker.c)
$(BUILD)/tests/fuzz/seeds: $(patsubst %.c,$(BUILD)/obj/plain/%.o,$(SEEDS) $(below_contract))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(libs_contract)
$(BUILD)/obj/plain/tests/fuzz/seeds.o: CPPFLAGS += -Itests/unit/contract

.PHONY: fuzz
fuzz: deps
	@contrib/install-deps --fuzz
	@$(MAKE) --no-print-directory -j2 BUILD=$(BUILD) $(BUILD)/tests/fuzz/seeds $(addprefix $(BUILD)-fuzz/,$(FUZZERS))
	@mkdir -p $(BUILD)-fuzz/seeds
	@$(BUILD)/tests/fuzz/seeds $(BUILD)-fuzz/seeds
	@tests/fuzz/run $(BUILD)-fuzz $(FUZZ_SECONDS) $(FUZZERS)

.PHONY: lint
lint:
	@contrib/install-deps --lint
	@tests/lint $(CPPFLAGS)

# FAULTS single faults in the good fixtures, by CAMPAIGN_SEED; reports are left
# in $(BUILD)/campaign.  CAMPAIGN takes further options, such as --kinds nsec3.
FAULTS ?= 10000
.PHONY: campaign
campaign: deps all
	@$(SUITE_ENV) $(PYTHON) tests/campaign/run.py --count $(FAULTS) \
	    $(if $(CAMPAIGN_SEED),--seed $(CAMPAIGN_SEED)) $(CAMPAIGN)

# Every single bit that a signature, a DS digest or an NSEC chain hangs on.
.PHONY: campaign-bits
campaign-bits: deps all
	@$(SUITE_ENV) $(PYTHON) tests/campaign/every_bit.py -j2

# Everything of the daemon killed at CRASHES instants, and its disk failing at
# every call.  CRASH_SEED repeats a run.
CRASHES ?= 500
.PHONY: crash-campaign
crash-campaign: deps
	@$(MAKE) --no-print-directory -j2 BUILD=$(BUILD) all fault
	@$(SUITE_ENV) $(PYTHON) tests/crash/run.py --crashes $(CRASHES) --faults all \
	    $(if $(CRASH_SEED),--seed $(CRASH_SEED))

# A survey that times its checks.
CHECKS_COST := tests/bench/checks_cost.c $(filter-out %/main.c %/survey/run.c,$(SRC_zonegate-survey))
$(BUILD)/tests/bench/checks_cost: $(patsubst %.c,$(BUILD)/obj/plain/%.o,$(CHECKS_COST))
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LIBS_zonegate-survey)

# Against the peers that Debian has; minutes.
.PHONY: bench
bench: deps all $(BUILD)/tests/bench/checks_cost
	@contrib/install-deps --bench
	@$(SUITE_ENV) $(PYTHON) tests/bench/run.py
	@$(SUITE_ENV) $(PYTHON) tests/bench/cost.py
	@$(SUITE_ENV) $(PYTHON) tests/bench/load.py

# ---- documents --------------------------------------------------------------

# Pages that follow from tables, fixtures and runs; a test compares them.
.PHONY: docs
docs: deps all
	@$(SUITE_ENV) $(PYTHON) docs/make

# ---- showing ----------------------------------------------------------------

.PHONY: demo
demo: deps
	@$(MAKE) --no-print-directory -s -j2 BUILD=$(BUILD) all
	@contrib/demo $(abspath $(BUILD))

# ---- installing -------------------------------------------------------------

.PHONY: install
install: all $(BUILD)/install/zonegate
	install -d $(DESTDIR)$(bindir) $(DESTDIR)$(libexecdir) $(DESTDIR)$(datadir)/policies \
	    $(DESTDIR)$(mandir)/man1 $(DESTDIR)$(mandir)/man5 $(DESTDIR)$(mandir)/man8 \
	    $(DESTDIR)$(datadir)/doc/checks $(DESTDIR)$(datadir)/doc/incidents
	install -m 755 $(BUILD)/install/zonegate $(DESTDIR)$(bindir)/zonegate
	install -m 755 $(addprefix $(BUILD)/,$(WORKERS) $(HELPERS)) $(DESTDIR)$(libexecdir)
	install -m 644 etc/policies/*.conf $(DESTDIR)$(datadir)/policies
	install -m 644 etc/*.conf $(DESTDIR)$(datadir)
	install -m 644 docs/*.md $(DESTDIR)$(datadir)/doc
	install -m 644 docs/checks/*.md $(DESTDIR)$(datadir)/doc/checks
	install -m 644 docs/incidents/*.md $(DESTDIR)$(datadir)/doc/incidents
	install -m 644 $(wildcard gate/*.1 gate/*/*.1) $(DESTDIR)$(mandir)/man1
	install -m 644 $(wildcard gate/*.5 gate/*/*.5) $(DESTDIR)$(mandir)/man5
	install -m 644 $(wildcard gate/*.8 gate/*/*.8) $(DESTDIR)$(mandir)/man8

.PHONY: clean
clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-fuzz

.PHONY: help
help:
	@echo 'make           build the programs into $(BUILD)/'
	@echo 'make demo      install what is missing, show the whole pipeline at work'
	@echo 'make check     install what is missing, run all tests'
	@echo 'make asan      the tests under ASan and UBSan'
	@echo 'make fuzz      every reader of bytes for FUZZ_SECONDS ($(FUZZ_SECONDS)) each'
	@echo 'make lint      format, static analysis, banned calls'
	@echo 'make campaign  FAULTS ($(FAULTS)) seeded faults in good zones, and what peers say'
	@echo 'make campaign-bits  every bit of a small zone, many of a large one'
	@echo 'make crash-campaign  the daemon killed at CRASHES ($(CRASHES)) instants, failing disks'
	@echo 'make docs      write the generated pages of docs/ again'
	@echo 'make bench     time and memory against the peers'
	@echo 'make install   into DESTDIR$(PREFIX)'
