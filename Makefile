# SPDX-License-Identifier: GPL-2.0
#
# What people run; `make help` lists it. The module itself is described to the
# kernel's build system by Kbuild, programs by Makefiles of their own.

## KERNEL=6.1      kernel to build for and to boot: 6.1, debug, kcsan or coverage
##                 (coverage, plants, test-debug and all of soak but sysv and
##                 deaths choose theirs themselves)
## KDIR=DIR        build the module for another kernel than the VM's, by its
##                 headers: KDIR=/lib/modules/$(uname -r)/build
## TESTS="T..."    run only these selftests, e.g. TESTS="create_test attach_test"
## PLANTS="P..."   only these, e.g. PLANTS="unlocked-fork missing-put"
## PROGRAMS="P..." run only these programs, e.g. PROGRAMS="perl postgresql"
## BENCH="B..."    measure only these, e.g. BENCH="get destroy"
## PARTS="P..."    soak only in these ways, e.g. PARTS="fuzz deaths"
## OPERATIONS=N    how many operations soak plays each time (default 1000000)
## FUZZ_KERNEL=N   where soak makes those calls that are not made on debug: coverage
##                 (default), or 6.1, where they are not guided by coverage
## CALLS=N         how many random calls soak makes (default 5000000)
## DEATHS=N        how many processes soak has die (default 10000)
## ROUNDS=N        how often soak has each pair of calls race (default 240)
## V=1             show the commands that are run
## PREFIX=DIR      where to install (default /usr/local)
## DESTDIR=DIR     install below this directory, to make a package

KERNEL ?= 6.1

# The kernel's build system cannot cope with them either.
ifneq ($(words $(CURDIR)),1)
$(error the path of this directory must not contain spaces: $(CURDIR))
endif

# A kernel of the user's own is named by its release, one of ours by its series.
ifdef KDIR
ifneq ($(filter demo vm test test-debug test-programs coverage bench plants soak,$(MAKECMDGOALS)),)
$(error KDIR= is for building and installing; which kernel a VM has is said by KERNEL=)
endif
VARIANT := $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
ifeq ($(VARIANT),)
$(error KDIR=$(KDIR) holds no prepared kernel headers)
endif
else
KDIR = $(shell scripts/setup --kernel $(KERNEL) --print kernel-build)
VARIANT := $(KERNEL)
NEEDS_SETUP := setup
endif

MODULE_DIR ?= build/module/$(VARIANT)
KBUILD = $(MAKE) -C $(KDIR) M=$(abspath $(MODULE_DIR))

# First what compilers and headers come from, then, perhaps in parallel, the rest.
.PHONY: all
all: $(NEEDS_SETUP) ## build the module, the library and the commands
	$(MAKE) module userspace

.PHONY: setup
setup: ## fetch missing packages and the kernel to build for
	@scripts/setup --kernel $(KERNEL)

# The kernel's build system puts objects beside the sources. So that builds for
# several kernels do not mix, each has a directory of links to the sources.
.PHONY: module
module: $(NEEDS_SETUP) ## build build/module/KERNEL/shmregion.ko
	@mkdir -p $(MODULE_DIR)/module
	@ln -sfn $(CURDIR)/Kbuild $(CURDIR)/uapi $(MODULE_DIR)/
	@ln -sfn $(CURDIR)/module/*.[ch] $(MODULE_DIR)/module/
	+$(KBUILD) modules

# What races_test widens the windows with, in a directory of its own beside it.
.PHONY: delay
delay: $(NEEDS_SETUP) ## build build/module/KERNEL/delay/shmregion_delay.ko
	@mkdir -p $(MODULE_DIR)/delay
	@ln -sfn $(CURDIR)/selftests/races/delay/* $(MODULE_DIR)/delay/
	+$(MAKE) -C $(KDIR) M=$(abspath $(MODULE_DIR))/delay modules

.PHONY: userspace
userspace: ## build the library and the commands in build/lib and build/bin
	$(MAKE) -C userspace

.PHONY: selftests
selftests: setup ## build the selftests in build/selftests
	$(MAKE) -C userspace
	$(MAKE) -C selftests
	$(MAKE) delay

.PHONY: demo
demo: all ## show in a VM how two processes share the same physical pages
	@scripts/vm run --kernel $(KERNEL) -- build/bin/shmregion-demo

.PHONY: test
test: ## build everything, run all tests and the selftests in a VM
	@scripts/test --kernel $(KERNEL) $(TESTS)

.PHONY: test-debug
test-debug: ## the same on a kernel with KASAN, lockdep, kmemleak, fault injection
	@scripts/test --kernel debug $(TESTS)

.PHONY: coverage
coverage: ## tell which lines and branches the selftests run
	@scripts/coverage $(TESTS)

.PHONY: test-programs
test-programs: ## run programs written for System V on regions, PostgreSQL too
	@scripts/test --kernel $(KERNEL) --programs $(PROGRAMS)

.PHONY: bench
bench: ## measure regions beside all other kinds of shared memory in VMs
	@scripts/bench --kernel $(KERNEL) $(BENCH)

.PHONY: model
model: setup ## check the model of removal and last detach with spin
	@scripts/model

.PHONY: plants
plants: ## see that tests find modules with one thing done wrong
	@selftests/plants/run $(PLANTS)

.PHONY: soak
soak: ## run in a VM what finds more the longer it runs
	@scripts/soak --kernel $(KERNEL) $(if $(OPERATIONS),--operations $(OPERATIONS)) \
		$(if $(FUZZ_KERNEL),--fuzz-kernel $(FUZZ_KERNEL)) \
		$(if $(CALLS),--calls $(CALLS)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(DEATHS),--deaths $(DEATHS)) $(PARTS)

.PHONY: check
check: ## style, static analysis and all builds that must give no warning
	@scripts/check

.PHONY: vm
vm: all ## a shell in a VM with the module loaded
	@scripts/vm shell --kernel $(KERNEL)

# The module is installed for a kernel that the user named; the VM's is not his.
# Whoever makes a package cannot sign it with the key of that kernel, and leaves
# depmod to the machine where the package is installed, and ldconfig, too. Who
# installs for himself alone has no say in what the linker remembers.
DEPMOD = $(if $(DESTDIR),,depmod $(VARIANT))
LDCONFIG = $(if $(DESTDIR),,[ ! -w /etc ] || /sbin/ldconfig)

.PHONY: install
install: userspace ## install the library and the commands; with KDIR, the module
	$(MAKE) -C userspace install
	$(LDCONFIG)
ifndef NEEDS_SETUP
	$(MAKE) module
	+$(KBUILD) INSTALL_MOD_PATH=$(DESTDIR) CONFIG_MODULE_SIG_ALL= modules_install
	$(DEPMOD)
endif

.PHONY: uninstall
uninstall: ## remove what install installed, with the same variables
	$(MAKE) -C userspace uninstall
	$(LDCONFIG)
ifndef NEEDS_SETUP
	rm -f $(addprefix $(DESTDIR)/lib/modules/$(VARIANT)/,extra/shmregion.ko updates/shmregion.ko)
	$(DEPMOD)
endif

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build

.PHONY: distclean
distclean: clean ## remove the unpacked kernels and programs from the cache as well
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/shmregion"

.PHONY: help
help: ## list the targets
	@echo 'Targets:'
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' Makefile |\
		while read -r target text; do printf '  %-15s %s\n' "$$target" "$$text"; done
	@echo 'Variables:'
	@sed -n 's/^## /  /p' Makefile
