# SPDX-License-Identifier: GPL-2.0

SYSV := libshmregion-sysv.so
sysv_sources := $(wildcard $(SRC)/sysv/*.c)
sysv_map := $(SRC)/sysv/libshmregion-sysv.map

ALL += $(O)/lib/$(SYSV)
INSTALL += install-sysv

# Programs that end by _exit() are counted as well, and they have to find it here.
ifdef COUNTING
sysv_sources += $(SRC)/sysv/counting/exit.c
sysv_map := $(O)/userspace/sysv/counting.map

$(sysv_map): $(SRC)/sysv/libshmregion-sysv.map
	@mkdir -p $(@D)
	@sed 's/^global:/&\n\t_exit;/' $< >$@
endif

sysv_objects := $(patsubst $(SRC)/%.c,$(O)/userspace/%.o,$(sysv_sources))

# 32-bit programs need a library of their own, which can be had where there are
# the compiler's and the C library's 32-bit parts: headers, and what is linked.
lib32dir ?= $(PREFIX)/lib32
ifeq ($(shell printf '%s\n' '#include <sys/shm.h>' '#ifdef __LP64__' yes '#endif' | \
	$(CC) -x c -E -P - | tail -n 1),yes)
ifeq ($(shell printf '%s\n' '#include <sys/shm.h>' | \
	$(CC) -m32 -shared -fPIC -x c - -o /dev/null 2>&1 || echo no),)
# shmctl() differs between programs with a time_t of 32 and of 64 bits.
sysv32_objects := $(patsubst $(SRC)/sysv/%.c,$(O)/userspace/sysv/32/%.o,$(sysv_sources)) \
	$(O)/userspace/sysv/32/shmctl64.o
ALL += $(O)/lib32/$(SYSV)
endif
endif

$(sysv_objects) $(sysv32_objects): EXTRA = -fPIC -fvisibility=hidden

$(O)/userspace/sysv/32/%.o: $(SRC)/sysv/%.c $(FLAGS)
	@mkdir -p $(@D)
	$(call quiet,CC)$(COMPILE) $(EXTRA) -m32 -c -o $@ $<

$(O)/userspace/sysv/32/shmctl64.o: $(SRC)/sysv/shmctl.c $(FLAGS)
	@mkdir -p $(@D)
	$(call quiet,CC)$(COMPILE) $(EXTRA) -m32 -D_TIME_BITS=64 -c -o $@ $<

# Bound when it is loaded: to look a symbol up takes locks, and calls may come
# from signal handlers.
sysv_link = $(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SYSV) \
	-Wl,--version-script,$(sysv_map) \
	-Wl,-z,defs -Wl,-z,now -Wl,-z,nodelete

$(O)/lib/$(SYSV): $(sysv_objects) $(sysv_map)
	@mkdir -p $(@D)
	$(call quiet,LD)$(sysv_link) -o $@ $(sysv_objects)

$(O)/lib32/$(SYSV): $(sysv32_objects) $(sysv_map)
	@mkdir -p $(@D)
	$(call quiet,LD)$(sysv_link) -m32 -o $@ $(sysv32_objects)

.PHONY: install-sysv uninstall-sysv

install-sysv: $(O)/lib/$(SYSV) $(if $(sysv32_objects),$(O)/lib32/$(SYSV))
	$(INSTALL_DIR) $(DESTDIR)$(libdir)
	$(INSTALL_PROGRAM) $(O)/lib/$(SYSV) $(DESTDIR)$(libdir)
ifneq ($(sysv32_objects),)
	$(INSTALL_DIR) $(DESTDIR)$(lib32dir)
	$(INSTALL_PROGRAM) $(O)/lib32/$(SYSV) $(DESTDIR)$(lib32dir)
endif

uninstall-sysv:
	rm -f $(addsuffix /$(SYSV),$(DESTDIR)$(libdir) $(DESTDIR)$(lib32dir))
