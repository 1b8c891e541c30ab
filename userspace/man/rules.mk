# SPDX-License-Identifier: GPL-2.0

man_pages := $(wildcard $(SRC)/man/*.[1-8])
man_sections := $(sort $(patsubst .%,%,$(suffix $(man_pages))))

INSTALL += install-man

.PHONY: install-man uninstall-man check-man

install-man:
	$(foreach section,$(man_sections),\
		$(INSTALL_DIR) $(DESTDIR)$(mandir)/man$(section) && \
		$(INSTALL_FILE) $(filter %.$(section),$(man_pages)) $(DESTDIR)$(mandir)/man$(section) &&) :
	ln -sf shmregion_lock.3 $(DESTDIR)$(mandir)/man3/shmregion_unlock.3
	sed -i 's|/usr/local/lib32|$(lib32dir)|; t; s|/usr/local/lib/|$(libdir)/|' \
		$(DESTDIR)$(mandir)/man7/libshmregion-sysv.7

uninstall-man:
	rm -f $(foreach page,$(notdir $(man_pages)) shmregion_unlock.3,\
		$(DESTDIR)$(mandir)/man$(patsubst .%,%,$(suffix $(page)))/$(page))

check-man:
	cd $(SRC)/man && mandoc -Tlint -W warning $(notdir $(man_pages))
