# SPDX-License-Identifier: GPL-2.0

$(eval $(call command,shmregion-demo,$(wildcard $(SRC)/demo/*.c),-pthread))

# It shows what a tree can do; nobody needs it installed.
PROGRAMS := $(filter-out $(O)/bin/shmregion-demo,$(PROGRAMS))
ALL += $(O)/bin/shmregion-demo
