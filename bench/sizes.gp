# SPDX-License-Identifier: GPL-2.0
#
# Cost against size, a picture for each benchmark. Wanted are the terminal, the
# output, and in "data" a file of bench-summary.

set datafile separator "\t"
set datafile missing "?"
set style data linespoints
set logscale xy
set xtics ("64 KiB" 65536, "1 MiB" 2**20, "16 MiB" 2**24, "256 MiB" 2**28, "1 GiB" 2**30) rotate by -40
set ylabel "instructions"
set format y "10^{%L}"
set grid
# Costs grow with the size, so that there is room there.
set key noenhanced top left

stats data skip 1 nooutput
blocks = STATS_blocks
set multiplot layout 2, (blocks + 1) / 2
do for [block = 0:blocks - 1] {
	set title word(system(sprintf("grep '[a-z]' '%s' | cut -f 1 | tr '\\n' ' '", data)), block + 1) noenhanced
	plot for [column = 2:8] data index block using 1:column title columnheader(column)
}
unset multiplot
