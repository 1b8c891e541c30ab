# SPDX-License-Identifier: GPL-2.0
#
# What it costs to find one among so many. Wanted are the terminal, the output, and
# in "data" a file of bench-summary.

set datafile separator "\t"
set datafile missing "?"
set style data linespoints
set title "finding one by its key"
set logscale x
set xlabel "among how many"
set ylabel "instructions"
set yrange [0:*]
set grid
set key noenhanced center right
set format x "10^{%L}"
set offsets graph 0.05, graph 0.05, graph 0.05, 0
plot for [name in "shmregion sysv posix"] data using "regions":name title name
