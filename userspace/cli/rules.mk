# SPDX-License-Identifier: GPL-2.0

$(eval $(call command,shmregion,$(wildcard $(SRC)/cli/*.c),,smartcols))

$(O)/userspace/cli/main.o: EXTRA += -DSHMREGION_VERSION='"$(VERSION)"'
