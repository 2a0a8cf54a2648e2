# SPDX-License-Identifier: GPL-3.0-or-later
#
# One Makefile for everything.  `make help' lists the targets.

BUILD    ?= build
PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= gcc
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

SRC_zonegate         := $(filter-out gate/paths.c,$(wildcard gate/*.c)) $(BASE) $(CONTRACT) $(READING)
SRC_zonegate-survey  := $(wildcard validators/survey/*.c) $(BASE) $(CONTRACT) $(READING)
SRC_zonegate-ldns    := $(wildcard validators/ldns/*.c) $(BASE) $(CONTRACT) $(READING)
SRC_zonegate-unbound := $(wildcard validators/unbound/*.c) $(BASE) $(CONTRACT)
SRC_zonegate-unpack  := $(wildcard validators/unpack/*.c) $(BASE) $(CONTRACT)

LIBS_zonegate         := -lcrypto -ljansson -lconfuse -lseccomp
LIBS_zonegate-survey  := -lzscanner -lcrypto -lseccomp
LIBS_zonegate-ldns    := -lldns -lcrypto -lseccomp
LIBS_zonegate-unbound := -lunbound -levent_core -lnettle -lseccomp
LIBS_zonegate-unpack  := -lz -llzma -lzstd -lseccomp

WORKERS  := zonegate-survey zonegate-ldns zonegate-unbound zonegate-unpack
PROGRAMS := zonegate $(WORKERS)

# ---- building ---------------------------------------------------------------
# Three flavours of object share the rules: plain, and with fault points.

objects = $(patsubst %.c,$(BUILD)/obj/$(2)/%.o,$(SRC_$(1)))

.PHONY: all
all: $(addprefix $(BUILD)/,$(PROGRAMS))

.PHONY: fault
fault: $(addprefix $(BUILD)/fault/,$(PROGRAMS))

$(BUILD)/obj/plain/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/obj/fault/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -DZONEGATE_FAULT_POINTS $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The gate finds its workers and policies by absolute path, compiled in; the
# tree, the fault build and the installation each have their own.
paths = -DZONEGATE_LIBEXECDIR='"$(1)"' -DZONEGATE_POLICYDIR='"$(2)"'

$(BUILD)/obj/plain/gate/paths.o: gate/paths.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(call paths,$(abspath $(BUILD)),$(CURDIR)/etc/policies) $(CFLAGS_ALL) -c -o $@ $<
$(BUILD)/obj/fault/gate/paths.o: gate/paths.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(call paths,$(abspath $(BUILD))/fault,$(CURDIR)/etc/policies) $(CFLAGS_ALL) -c -o $@ $<
$(BUILD)/obj/install/gate/paths.o: gate/paths.c FORCE
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(call paths,$(libexecdir),$(datadir)/policies) $(CFLAGS_ALL) -c -o $@ $<

define program
$(BUILD)/$(1): $(call objects,$(1),plain)
	$$(CC) $$(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) $$(LIBS_$(1))
$(BUILD)/fault/$(1): $(call objects,$(1),fault)
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) $$(LIBS_$(1))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

$(BUILD)/zonegate: $(BUILD)/obj/plain/gate/paths.o
$(BUILD)/fault/zonegate: $(BUILD)/obj/fault/gate/paths.o
$(BUILD)/install/zonegate: $(call objects,zonegate,plain) $(BUILD)/obj/install/gate/paths.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LIBS_zonegate)

.PHONY: FORCE
FORCE:

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
