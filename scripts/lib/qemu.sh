# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How QEMU is called for a VM: a machine with a console that goes to a file, the
# host's files, two disks, and serial ports for what the command reads and writes.
#
# From scripts/vm: $run, the directory of the run, where all files are; $image and
# the options.
# shellcheck disable=SC2154

# qemu_arguments - sets qemu to the whole command
qemu_arguments()
{
	# A comma ends a value, two are one.
	local port files=${run//,/,,}
	# Without the two string features the kernel clears pages by words, which in an
	# emulation costs what it costs on real hardware in proportion.
	local emulated="max,la57=off,-erms,-fsrm"
	local kernel_parameters=(
		console=ttyS0 loglevel=5 panic=-1 oops=panic panic_on_warn=0
		# Tests look for what is left in our slab caches.
		slab_nomerge
		# What is logged in an hour of tests is not to be lost.
		log_buf_len=8M
		# A busy host can be late by so many ticks that the timer is taken for broken.
		no_timer_check
		# The interpreter of ACPI tables is so slow under KASAN that it gives up
		# on how interrupts are routed, four times after 30 seconds.
		acpi=noirq
		# They wait for 20 seconds, but a processor here stands still when the
		# host has something else to do. A test that hangs has a time limit.
		watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120
		# A processor that stands still for so long does not go on, and a test
		# that waits for it has no time limit.
		softlockup_panic=1 sysctl.kernel.panic_on_rcu_stall=1
	)
	case $kernel in
	# Tests fail what is allocated from these. All other allocations are the slower
	# for it, and without fault injection it is of no use.
	debug | coverage) kernel_parameters+=("slub_debug=A,radix_tree_node,proc_dir_entry") ;;
	# A data race is found if the other processor comes by while one waits, and an
	# emulated one comes by less often than KCSAN expects.
	kcsan) kernel_parameters+=(kcsan.skip_watch=1000 kcsan.udelay_task=500) ;;
	esac

	qemu=(
		# Should this script be killed outright, QEMU must not live on.
		setpriv --pdeathsig KILL
		qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot
		-m "$memory" -smp "$cpus"
		-kernel "$image" -initrd "$run/initrd"
		-append "${kernel_parameters[*]}"

		-chardev "file,id=console,path=$files/console.log" -serial chardev:console

		# The guest reads, but cannot write. Files of other mounts of the host
		# need numbers that do not collide.
		-fsdev "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"
		-device "virtio-9p-pci,fsdev=host,mount_tag=host"

		-drive "if=none,id=scratch,format=raw,cache=unsafe,discard=unmap,file=$files/scratch"
		-device "virtio-blk-pci,drive=scratch,serial=scratch"
		-drive "if=none,id=swap,format=raw,cache=unsafe,discard=unmap,file=$files/swap"
		-device "virtio-blk-pci,drive=swap,serial=swap"

		-device "virtio-serial-pci"
		-chardev "pipe,id=control,path=$files/control"
		-device "virtserialport,chardev=control,name=control"
	)
	if [ "$interactive" -eq 1 ]; then
		# Ctrl-], as telnet has it; QEMU's own Ctrl-a is one that shells use.
		qemu+=(
			-echr 0x1d
			-chardev "stdio,id=terminal,signal=off,mux=on"
			-device "virtconsole,chardev=terminal"
		)
	else
		qemu+=(
			-chardev "stdio,id=stdin,signal=off"
			-device "virtserialport,chardev=stdin,name=stdin"
		)
		for port in stdout stderr; do
			qemu+=(
				-chardev "file,id=$port,path=$files/$port"
				-device "virtserialport,chardev=$port,name=$port"
			)
		done
	fi
	[ "$icount" -eq 0 ] || qemu+=(-icount "shift=0,sleep=off")

	case $accel in
	tcg) qemu+=(-accel "tcg,thread=single" -cpu "$emulated") ;;
	mttcg) qemu+=(-accel "tcg,thread=multi" -cpu "$emulated") ;;
	kvm)
		[ -w /dev/kvm ] || fail "--accel kvm: /dev/kvm cannot be used"
		qemu+=(-accel kvm -cpu host)
		;;
	esac
}
