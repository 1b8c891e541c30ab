# SPDX-License-Identifier: GPL-2.0

SONAME := libshmregion.so.1
LIBRARY := libshmregion.so.$(VERSION)

lib_objects := $(patsubst $(SRC)/%.c,$(O)/userspace/%.o,$(wildcard $(SRC)/lib/*.c))
lib_pc := $(O)/lib/pkgconfig/libshmregion.pc
# pkg-config prefers it to the other one: for programs that are built against
# this tree.
lib_pc_uninstalled := $(O)/lib/pkgconfig/libshmregion-uninstalled.pc

ALL += $(addprefix $(O)/lib/,$(LIBRARY) $(SONAME) libshmregion.so libshmregion.a) \
	$(lib_pc) $(lib_pc_uninstalled)
INSTALL += install-lib

$(lib_objects): EXTRA = -fPIC -fvisibility=hidden

$(O)/lib/$(LIBRARY): $(lib_objects) $(SRC)/lib/libshmregion.map
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(SONAME) \
		-Wl,--version-script,$(SRC)/lib/libshmregion.map -Wl,-z,defs \
		-o $@ $(lib_objects)

$(O)/lib/$(SONAME): $(O)/lib/$(LIBRARY)
	@ln -sf $(LIBRARY) $@

$(O)/lib/libshmregion.so: $(O)/lib/$(SONAME)
	@ln -sf $(SONAME) $@

$(O)/lib/libshmregion.a: $(lib_objects)
	@mkdir -p $(@D)
	$(call quiet,AR)rm -f $@ && $(AR) rcs $@ $^

# Directories can be given to each make anew, so these are written each time.
lib_fill_in = sed -e 's|@PREFIX@|$(1)|' -e 's|@INCLUDEDIR@|$(2)|' \
	-e 's|@LIBDIR@|$(3)|' -e 's|@VERSION@|$(VERSION)|' $<

$(lib_pc): $(SRC)/lib/libshmregion.pc.in FORCE
	@mkdir -p $(@D)
	@$(call lib_fill_in,$(PREFIX),$(includedir),$(libdir)) >$@

$(lib_pc_uninstalled): $(SRC)/lib/libshmregion.pc.in FORCE
	@mkdir -p $(@D)
	@$(call lib_fill_in,$(SRC),$(SRC)/lib -I$(UAPI),$(O)/lib) >$@

.PHONY: install-lib uninstall-lib

install-lib: $(O)/lib/libshmregion.so $(O)/lib/libshmregion.a $(lib_pc)
	$(INSTALL_DIR) $(DESTDIR)$(libdir)/pkgconfig $(DESTDIR)$(includedir)/linux
	$(INSTALL_PROGRAM) $(O)/lib/$(LIBRARY) $(DESTDIR)$(libdir)
	ln -sf $(LIBRARY) $(DESTDIR)$(libdir)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(libdir)/libshmregion.so
	$(INSTALL_FILE) $(O)/lib/libshmregion.a $(DESTDIR)$(libdir)
	$(INSTALL_FILE) $(lib_pc) $(DESTDIR)$(libdir)/pkgconfig
	$(INSTALL_FILE) $(SRC)/lib/shmregion.h $(DESTDIR)$(includedir)
	$(INSTALL_FILE) $(UAPI)/linux/shmregion.h $(DESTDIR)$(includedir)/linux

uninstall-lib:
	rm -f $(addprefix $(DESTDIR)$(libdir)/,$(LIBRARY) $(SONAME) libshmregion.so \
		libshmregion.a pkgconfig/libshmregion.pc)
	rm -f $(DESTDIR)$(includedir)/shmregion.h $(DESTDIR)$(includedir)/linux/shmregion.h
