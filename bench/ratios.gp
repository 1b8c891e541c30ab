# SPDX-License-Identifier: GPL-2.0
#
# How many times as much as shmregion the others cost, as bars. Wanted are the
# terminal, the output, and in "data" a file of bench-summary.

set datafile separator "\t"
set datafile missing "?"
set title "cost of the others, shmregion = 1"
set style data histograms
set style histogram clustered gap 2
set style fill solid 0.8 noborder
set logscale y
set ylabel "times"
set yrange [0.1:*]
set grid ytics
set xtics rotate by -40 noenhanced
# Room for the last of these.
set rmargin 12
set key above noenhanced
set arrow from graph 0, first 1 to graph 1, first 1 nohead front lw 2
plot for [column = 2:7] data using column:xticlabels(1) title columnheader(column)
