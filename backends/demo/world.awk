# world.awk: writes the simulated EdgeServer's files and the state that its tools keep.
# root, which, seed, sudo, now, journal come from world.sh. Sizes are bytes, times seconds since 1970.
# Big files are only listed in demo/sparse; whoever calls makes them, as holes.

function random() { # 0 up to 1, the same on every awk
	lcg = (lcg * 16807) % 2147483647
	return lcg / 2147483647
}
# vary(x, by): x for the documents' world, else up to `by` (0.2: a fifth) more or less
function vary(x, by) { return seed == 0 ? x : x * (1 - by + 2 * by * random()) }
function count(x, by) { return seed == 0 ? x : int(vary(x, by) + 0.5) }
function word(n,    s) {
	for (s = ""; length(s) < n; )
		s = s substr("bcdfghjklmnpqrstvwxz2456789", int(random() * 27) + 1, 1)
	return s
}
function hex(n,    s) {
	for (s = ""; length(s) < n; )
		s = s substr("0123456789abcdef", int(random() * 16) + 1, 1)
	return s
}
function uid() { return hex(8) "-" hex(4) "-4" hex(3) "-8" hex(3) "-" hex(12) }
function utc(t, format) { return strftime(format, t, 1) }

function put(path, line) { print line > (root "/" path); text += length(line) + 1 }
function big(path, size, mtime) {
	size = int(size)
	printf "%.0f %.0f %s\n", size, mtime, path > (root "/demo/sparse")
	used_by_files += size
}
function state(name, value) {
	if (value + 0 > 2147483647)
		value = sprintf("%.0f", value)
	print name "=" value > (root "/demo/state")
}

BEGIN {
	G = 1073741824; M = 1048576
	lcg = (seed * 7919 + 4242) % 2147483646 + 1
	for (i = 0; i < 5; i++)
		random()
	early = which == "phase-0"
	added = which == "phase-1b"
	day = now - now % 86400
	boot = now - int(vary(early ? 41 : 44, 0.4) * 86400) - 4321
	disks(); host(); logs(); backups(); docker(); kubernetes(); images(); root_fs(); databases()
	rows_write("pods"); rows_write("deployments"); rows_write("replicasets"); rows_write("statefulsets"); rows_write("events")
	rows_write("daemonsets"); rows_write("jobs"); rows_write("cronjobs"); rows_write("services")
}

function disks() {
	sda = 299573968896; sdb = 319975063552
	lv = 25600; vg = 75519 # extents of 4 MiB: 100 GiB of "<295.00g", "<195.00g" free
	if (seed != 0) {
		lv = int(25600 * (0.96 + 0.3 * random()))
		sdb = (260 + int(random() * 400)) * G
		vg = int((sdb - 3 * G - 2 * M) / (4 * M)) - 1
		sda = (200 + int(random() * 700)) * G
	}
	sdb3 = sdb - 3 * G - 2 * M
	if (added && lv < 38400 && vg > 38400)
		lv = 38400 # Phase 1 has extended it
	state("s_sda", sda); state("s_sdb", sdb); state("s_sdc", sda)
	# An added disk: s_pv2 is empty, "none" for a physical volume of no group, or its extents in the group.
	state("s_sdd", added ? 480103981056 : ""); state("s_pv2", "")
	# A second volume (lvcreate): its name, extents, physical volume (1: sdb3, 2: sdd), UUID, tags; its file system and where that is.
	state("s_lv2", ""); state("s_lv2_extents", 0); state("s_lv2_on", 0); state("s_lv2_uuid", ""); state("s_lv2_tags", "")
	state("s_lv2_type", ""); state("s_lv2_fs", ""); state("s_lv2_at", "")
	state("s_sdb3", sdb3)
	state("s_vg_extents", vg); state("s_lv_extents", lv); state("s_dm_extents", lv)
	state("s_fs_blocks", lv * 1024); state("s_vg_seq", 2)
	state("s_sda_used", int(vary(41.3, 0.5) * G / 4096) * 4096); state("s_sdc_used", int(vary(70.2, 0.4) * G / 4096) * 4096)
	state("s_read_cached", int(vary(9706, 0.2))); state("s_read_sda", int(vary(118, 0.2)))
	state("s_read_sdb", int(vary(146, 0.2))); state("s_read_sdc", int(vary(121, 0.2))); state("s_read_sdd", int(vary(512, 0.2)))
	put("etc/lvm/lvm.conf", "# simulated: defaults throughout")
	put("etc/lvm/lvm.conf", "config { checks = 1 }")
	big("usr/lib/system", vary(7.9, 0.1) * G, now - 40 * 86400)
	big("home/twister/twisterlab.tar", vary(2.6, 0.4) * G, now - 20 * 86400)
	big("opt/containerd/images.tar", vary(1.9, 0.4) * G, now - 20 * 86400)
	big("var/cache/apt/archives.tar", vary(0.6, 0.4) * G, now - 9 * 86400)
	for (i = split("dm-0 sda sdb sdb1 sdb2 sdb3 sdc" (added ? " sdd" : ""), dev, " "); i > 0; i--)
		printf "" > (root "/dev/" dev[i])
}

function host(    i, cpus, mem) {
	cpus = seed == 0 ? 8 : 2 * (1 + int(random() * 12))
	mem = seed == 0 ? 32776048 : (8 + int(random() * 120)) * 1048576 # KiB
	state("s_which", which); state("s_seed", seed); state("s_sudo", sudo)
	state("s_boot", boot); state("s_cpus", cpus); state("s_mem", mem)
	state("s_cpu_percent", count(10, 0.7)); state("s_mem_percent", count(17, 0.6))
	state("s_inodes_used", count(412877, 0.4))
	state("s_kube", "ok"); state("s_next", 1000)
	put("etc/hostname", "edgeserver")
	put("etc/os-release", "PRETTY_NAME=\"Ubuntu 22.04.3 LTS\"\nNAME=\"Ubuntu\"\nVERSION_ID=\"22.04\"\n" \
		"VERSION=\"22.04.3 LTS (Jammy Jellyfish)\"\nVERSION_CODENAME=jammy\nID=ubuntu\nID_LIKE=debian")
	put("usr/lib/os-release", "PRETTY_NAME=\"Ubuntu 22.04.3 LTS\"\nID=ubuntu")
	put("etc/fstab", "# /etc/fstab: static file system information.\n" \
		"/dev/disk/by-id/dm-uuid-LVM-ubuntu--lv / ext4 defaults 0 1\n" \
		"/dev/disk/by-uuid/c85f199f-7f43-4f11-a33a-5055f7015d08 /boot ext4 defaults 0 1\n" \
		"/dev/disk/by-uuid/6A1F-2C3D /boot/efi vfat defaults 0 1\n" \
		"/dev/sda /twisterlab/ai-storage ext4 defaults,nofail 0 2\n" \
		"/dev/sdc /twisterlab/data-warehouse ext4 defaults,nofail 0 2")
	put("etc/passwd", "root:x:0:0:root:/root:/bin/bash\ntwister:x:1000:1000:TwisterLab:/home/twister:/bin/bash")
	put("etc/group", "root:x:0:\nadm:x:4:twister\nsudo:x:27:twister\ndocker:x:998:twister\ntwister:x:1000:")
	put("etc/logrotate.d/rsyslog", "/var/log/syslog\n/var/log/kern.log\n/var/log/auth.log\n{\n\trotate 4\n\tweekly\n" \
		"\tmissingok\n\tnotifempty\n\tcompress\n\tdelaycompress\n\tsharedscripts\n}")
	put("etc/logrotate.conf", "weekly\nsu root adm\nrotate 4\ncreate\ninclude /etc/logrotate.d")
	put("etc/systemd/journald.conf", "[Journal]\n#SystemMaxUse=")
	put("etc/crontab", "SHELL=/bin/sh\n17 * * * * root cd / && run-parts --report /etc/cron.hourly")
	put("etc/rancher/k3s/k3s.yaml", "apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    server: https://127.0.0.1:6443\n" \
		"  name: default\ncontexts:\n- context:\n    cluster: default\n    user: default\n  name: default\ncurrent-context: default")
	proc(cpus, mem)
}

# The first reading; the program's clock moves these on (backends/demo/proc.c).
function proc(cpus, mem,    i, up, busy, idle, part, available, n) {
	up = now - boot
	put("proc/uptime", sprintf("%.2f %.2f", up, up * cpus * 0.9))
	part = vary(10, 0.7) / 100
	busy = up * 100 * cpus * part; idle = up * 100 * cpus - busy
	put("proc/stat", sprintf("cpu  %.0f 120 %.0f %.0f %.0f 0 2210 0 0 0", busy * 0.7, busy * 0.3, idle * 0.99, idle * 0.01))
	for (i = 0; i < cpus; i++)
		put("proc/stat", sprintf("cpu%d %.0f 15 %.0f %.0f %.0f 0 276 0 0 0", i, busy * 0.7 / cpus, busy * 0.3 / cpus,
			idle * 0.99 / cpus, idle * 0.01 / cpus))
	put("proc/stat", sprintf("ctxt 81236412\nbtime %.0f\nprocesses 2811332\nprocs_running 2\nprocs_blocked 0", boot))
	put("proc/loadavg", sprintf("%.2f %.2f %.2f 2/%d 28113", cpus * 0.11, cpus * 0.1, cpus * 0.09, count(611, 0.3)))
	available = mem * (1 - count(17, 0.6) / 100)
	n = split("MemTotal " mem " MemFree " mem * 0.21 " MemAvailable " available " Buffers " mem * 0.03 \
		" Cached " mem * 0.55 " SwapCached 0 Active " mem * 0.3 " Inactive " mem * 0.38 \
		" SwapTotal 4194300 SwapFree " (early ? 3870112 : 4194300) " Dirty 1204 Writeback 0 AnonPages " mem * 0.12 \
		" Shmem 21204 Slab " mem * 0.03, word_, " ")
	for (i = 1; i < n; i += 2)
		put("proc/meminfo", sprintf("%-15s %8.0f kB", word_[i] ":", word_[i + 1]))
	for (i = 0; i < cpus; i++)
		put("proc/cpuinfo", sprintf("processor\t: %d\nmodel name\t: Intel(R) Xeon(R) CPU E5-2640 v2 @ 2.00GHz\n", i))
	for (i = split("1 systemd 3012 902 rsyslogd 1310 1014 sshd 2100 1127 dockerd 26212 1133 containerd 15210 1402 k3s-server 262144 1688 containerd-shim 4210 " \
		"2412 postgres 61200 2519 redis-server 8120 2610 ollama 410112 2688 python3 90112 2714 prometheus 122880 2801 grafana 44032", \
		word_, " "); i > 0; i -= 3)
		process(word_[i - 2], word_[i - 1], int(vary(word_[i], 0.3)), cpus)
	put("proc/version", "Linux version 5.15.0-91-generic (buildd@lcy02-amd64-045) #101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023")
	put("proc/sys/kernel/osrelease", "5.15.0-91-generic")
	put("proc/sys/kernel/hostname", "edgeserver")
	put("proc/sys/kernel/random/boot_id", uid())
	put("proc/mounts", "sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n" \
		"udev /dev devtmpfs rw,nosuid,relatime 0 0\ntmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime 0 0\n" \
		"/dev/mapper/ubuntu--vg-ubuntu--lv / ext4 rw,relatime 0 0\ntmpfs /dev/shm tmpfs rw,nosuid,nodev 0 0\n" \
		"tmpfs /run/lock tmpfs rw,nosuid,nodev,noexec,relatime 0 0\n/dev/sdb2 /boot ext4 rw,relatime 0 0\n" \
		"/dev/sdb1 /boot/efi vfat rw,relatime 0 0\n/dev/sda /twisterlab/ai-storage ext4 rw,relatime 0 0\n" \
		"/dev/sdc /twisterlab/data-warehouse ext4 rw,relatime 0 0\ntmpfs /run/user/1000 tmpfs rw,nosuid,nodev,relatime 0 0")
	for (i = split("sda sdb sdb1 sdb2 sdb3 sdc dm-0", dev, " "); i > 0; i--)
		put("proc/diskstats", sprintf("%4d %7d %s %d 211 %d 99120 %d 8122 %d 771204 0 812200 870324 0 0 0 0 0 0",
			dev[i] ~ /dm/ ? 253 : 8, i, dev[i], count(812231, 0.3), count(41233410, 0.3), count(2211870, 0.3), count(91234112, 0.3)))
}

function process(pid, name, pages, cpus,    i, line) {
	line = pid " (" name ") S 1 " pid " " pid " 0 -1 4194560 1 0 0 0 " int(vary(812000, 0.8)) " " int(vary(213000, 0.8)) \
		" 0 0 20 0 12 0 " 4000 + pid " " pages * 9000 " " pages
	for (i = 25; i <= 52; i++)
		line = line " 0"
	put("proc/" pid "/stat", line)
	put("proc/" pid "/comm", name)
}

function logs(    i, t) {
	t = now - 60
	# 27.9 GiB on 4 February, kern.log 11.2 of it ("12G"); 16.2 when it is emptied and the journal cut down
	big("var/log/kern.log", (early ? vary(11.2, 0.1) * G : vary(31, 0.5) * M), t)
	big("var/log/syslog", vary(early ? 460 : 180, 0.3) * M, t)
	big("var/log/syslog.1", vary(22, 0.3) * M, t - 86400)
	for (i = 2; i <= 4; i++)
		big("var/log/syslog." i ".gz", vary(8, 0.3) * M, t - i * 86400)
	big("var/log/kern.log.1", vary(28, 0.3) * M, t - 86400)
	big("var/log/kern.log.2.gz", vary(14, 0.3) * M, t - 2 * 86400)
	big("var/log/auth.log", vary(3.1, 0.5) * M, t)
	big("var/log/pods/twisterlab_builder.log", vary(6.1, 0.1) * G, t)
	big("var/log/twisterlab/api.log", vary(5.4, 0.1) * G, t)
	big("var/log/twisterlab/agents.log", vary(4.25, 0.1) * G, t)
	big(journal "/system.journal", 72 * M, t)
	big(journal "/user-1000.journal", 16 * M, t)
	for (i = 1; i <= 3; i++)
		big(journal "/system@000612a0c4f1" i "e2b-" hex(16) ".journal", 128 * M, t - i * 17000)
	put("var/log/dpkg.log", utc(now - 3 * 86400, "%Y-%m-%d %H:%M:%S") " status installed libc-bin:amd64 2.35-0ubuntu3.6")
}

function backups(    d, t, name, size) {
	if (early)
		return
	put("etc/cron.d/twisterlab-backup", "# PostgreSQL and Redis, every night\nPATH=/usr/local/bin:/usr/bin:/bin\n" \
		"0 2 * * * root /usr/local/bin/backup-twisterlab-postgres.sh >> /var/log/twisterlab-backup.log 2>&1\n" \
		"15 2 * * * root /usr/local/bin/backup-twisterlab-redis.sh >> /var/log/twisterlab-backup.log 2>&1")
	put("usr/local/bin/backup-twisterlab-postgres.sh", "#!/bin/sh\n# pg_dumpall through kubectl exec, gzip, 7 days kept")
	put("usr/local/bin/backup-twisterlab-redis.sh", "#!/bin/sh\n# RDB through kubectl, 7 days kept")
	put("etc/logrotate.d/twisterlab", "/var/log/kern.log /var/log/syslog {\n\tmaxsize 500M\n\trotate 3\n}")
	put("etc/systemd/journald.conf.d/twisterlab.conf", "[Journal]\nSystemMaxUse=500M\nMaxRetentionSec=3day")
	for (d = 6; d >= 0; d--) {
		t = day - d * 86400 + 7200
		if (t + 1000 > now)
			t -= 7 * 86400 # before 02:15 the oldest is still last week's
		stamp[7 - d] = t
	}
	sort_stamps()
	for (d = 1; d <= 7; d++) {
		t = stamp[d]
		size = vary(188 + d * 1.3, 0.02) * M
		name = "postgres_" utc(t, "%Y%m%d_%H%M%S") ".sql.gz"
		big("var/backups/postgres/" name, size, t + 41)
		put("var/log/twisterlab-backup.log", utc(t, "%Y-%m-%d %H:%M:%S") " postgres: start\n" \
			utc(t + 41, "%Y-%m-%d %H:%M:%S") " postgres: " name " " int(size / M) "M OK")
		t += 900
		size = vary(12.4 + d * 0.1, 0.02) * M
		name = "redis_" utc(t, "%Y%m%d_%H%M%S") ".rdb"
		big("var/backups/redis/" name, size, t + 3)
		put("var/log/twisterlab-backup.log", utc(t, "%Y-%m-%d %H:%M:%S") " redis: start\n" \
			utc(t + 3, "%Y-%m-%d %H:%M:%S") " redis: " name " " int(size / M) "M OK")
	}
}
# What the pods of PostgreSQL and Redis hold (a dump without its comments, keys and values), and the password that they
# know. None of it counts as a file of the server.
function databases(    i, n, sql, keys) {
	n = count(400, 0.5)
	sql = root "/demo/db/twisterlab.postgres-0.sql"
	keys = root "/demo/db/" redis_pod ".redis"
	print "CREATE ROLE postgres;\nALTER ROLE postgres WITH SUPERUSER LOGIN;\n" \
		"CREATE DATABASE twisterlab WITH TEMPLATE = template0 ENCODING = 'UTF8';\n\\connect twisterlab\n" \
		"CREATE TABLE public.agents (id integer, name text);\nCREATE TABLE public.events (id integer, agent integer);\n" \
		"COPY public.agents (id, name) FROM stdin;\n1\tscout\n2\tbuilder\n3\tkeeper\n\\.\n" \
		"COPY public.events (id, agent) FROM stdin;" > sql
	for (i = 1; i <= n; i++) {
		print i "\t" i % 3 + 1 > sql
		print "0 session:" i " " i * 7 % 1000 > keys
	}
	print "\\." > sql
	print "Zyx-" hex(12) > (root "/demo/db/secret")
}
function sort_stamps(    i, j, t) {
	for (i = 2; i <= 7; i++)
		for (j = i; j > 1 && stamp[j - 1] > stamp[j]; j--) {
			t = stamp[j]; stamp[j] = stamp[j - 1]; stamp[j - 1] = t
		}
}

# image(repository, tag, bytes, age in days): docker's sizes are powers of 1000
function image(repo, tag, size, age,    id) {
	id = hex(64)
	size = int(vary(size, 0.2))
	printf "%s\t%s\t%s\t%.0f\t%.0f\n", id, repo, tag, now - age * 86400, size > (root "/demo/docker/images")
	big("var/lib/docker/overlay2/" substr(id, 1, 12) ".layer", size, now - age * 86400)
	return id
}
# id, name, image, command, created, state, started, finished, exit, restart policy, ports, log bytes, (error, log options), written
function container(name, img, command, age, run, policy, ports, size, layer,    id, t) {
	id = hex(64)
	t = now - int(age * 86400)
	layer = int(layer)
	printf "%s\t%s\t%s\t%s\t%.0f\t%s\t%.0f\t%.0f\t%d\t%s\t%s\t%.0f\t\t\t%.0f\n", id, name, img, command, t, run ? "running" : "exited",
		run ? boot + 95 : t, run ? 0 : t + 1842, run ? 0 : 1, policy, ports, size, layer > (root "/demo/docker/containers")
	if (layer)
		big("var/lib/docker/overlay2/" substr(id, 1, 12) ".diff", layer, t)
	big("var/lib/docker/containers/" substr(id, 1, 12) "-json.log", vary(size, 0.3), now - 30)
}
# volume(name, bytes, the container that has it)
function volume(name, size, holder, labels) {
	size = int(vary(size, 0.2))
	printf "%s\tlocal\t%.0f\t%s\t%s\n", name, size, holder, labels > (root "/demo/docker/volumes")
	big("var/lib/docker/volumes/" name "/_data", size, now - 3 * 86400)
}
function docker(    i) {
	state("s_docker", "active"); state("s_docker_since", boot + 91); state("s_docker_fails", 0)
	state("s_docker_pid", 1127); state("s_docker_config", "none")
	image("twisterlab/mcp-unified", "latest", 5612344832, 6)
	image("twisterlab/api", "1.2", 1123456789, 19)
	image("twisterlab/agent", "1.2", 864211000, 19)
	image("twisterlab/builder", "1.0", 2311223344, 40)
	for (i = 0; i < count(4, 0.5); i++)
		image("<none>", "<none>", 931000000 + i * 40000000, 7 + i)
	image("python", "3.11-slim", 131204311, 60)
	image("node", "20-alpine", 137412001, 60)
	image("registry", "2", 25400112, 120)
	image("portainer/portainer-ce", "2.19.4", 294012345, 70)
	image("prom/node-exporter", "v1.7.0", 22800110, 80)
	image("busybox", "1.36", 4261550, 200)
	container("local-registry", "registry:2", "/entrypoint.sh /etc/docker/registry/config.yml", 110, 1, "always",
		"0.0.0.0:5000->5000/tcp", 412 * M)
	container("portainer", "portainer/portainer-ce:2.19.4", "/portainer", 66, 1, "unless-stopped",
		"0.0.0.0:9443->9443/tcp, 8000/tcp", 96 * M)
	container("node-exporter", "prom/node-exporter:v1.7.0", "/bin/node_exporter --path.rootfs=/host", 66, 1, "always", "", 1340 * M)
	for (i = 0; seed != 0 && i < int(random() * 5); i++)
		container("extra-" word(5), "busybox:1.36", "sleep infinity", 3 + i, 1, "unless-stopped", "", 2 * M)
	container("mcp-build-test", "twisterlab/mcp-unified:latest", "python -m mcp.selftest", 6, 0, "no", "", 14 * M, 231 * M)
	volume("portainer_data", 48 * M, "portainer")
	volume("registry_data", 1180 * M, "local-registry")
	volume("pgadmin_data", 96 * M, "")
	big("var/lib/docker/buildkit/content", vary(8.4, 0.3) * G, now - 6 * 86400)
	log_unit("docker.service", boot + 91, "Started Docker Application Container Engine.")
	log_unit("k3s.service", boot + 112, "Started Lightweight Kubernetes.")
	log_unit("ssh.service", boot + 12, "Started OpenBSD Secure Shell server.")
}
function log_unit(unit, t, line) { printf "%.0f\t%s\t%s\n", t, unit, line > (root "/demo/journal/log") }

# What k3s' containerd holds: images that workloads name, and older ones that nobody does any more.
function cri(name, size,    tag, id) {
	tag = name; sub(/.*:/, "", tag); sub(/:[^:]*$/, "", name)
	id = hex(64)
	size = int(vary(size, 0.2))
	printf "%s\t%s\t%s\t%.0f\n", name, tag, id, size > (root "/demo/k8s/images")
	big("var/lib/rancher/k3s/agent/containerd/images/" id, size, now - 20 * 86400)
}
function images() {
	cri("docker.io/rancher/mirrored-pause:3.6", 301463)
	cri("docker.io/library/redis:7-alpine", 17104220)
	cri("docker.io/library/postgres:16-alpine", 98204110)
	cri("docker.io/twisterlab/agent:1.2", 864211000)
	cri("docker.io/twisterlab/agent:1.1", 861200000)
	cri("docker.io/twisterlab/agent:0.9", 702400000)
	cri("docker.io/twisterlab/api:1.2", 523456789)
	cri("docker.io/twisterlab/maestro:1.2", 311204000)
	cri("docker.io/twisterlab/builder:0.8", 611204000)
	cri("docker.io/library/python:3.9", 351204311)
}

# What df must say of /: 81.9 GiB of 97.9 (82G, 16G free, 84 %); on 4 February 83.18 (85 %).
function root_fs(    size, used, rest) {
	size = lv * 4194304 - fs_overhead(lv * 1024)
	used = early ? 83.18 * G : 81.9 * G
	if (seed != 0)
		used = size * (early ? 0.81 + 0.12 * random() : 0.78 + 0.1 * random())
	if (used < used_by_files + 6.5 * G)
		used = used_by_files + 6.5 * G
	# what k3s has pulled takes what is left over a system of 5 GiB that we do not show file by file
	rest = used - used_by_files - 5 * G
	big("var/lib/rancher/k3s/agent/containerd/io.containerd.content.v1.content", rest * 0.3, now - 400000)
	big("var/lib/rancher/k3s/agent/containerd/io.containerd.snapshotter.v1.overlayfs", rest * 0.7, now - 400000)
	state("s_base_used", int(used - used_by_files - text))
}
# ext4's own: an inode of 256 bytes per 16 KiB, the journal, group descriptors (measured on 100 and 150 GiB)
function fs_overhead(blocks) { return blocks / 4 * 256 + 536870912 + blocks * 2.6828125 }

# Rows of the cluster's tables, kept in the order that the API gives them: by namespace and name.
function row(table, text,    i) {
	for (i = ++rows[table]; i > 1 && kept[table, i - 1] > text; i--)
		kept[table, i] = kept[table, i - 1]
	kept[table, i] = text
}
function rows_write(table,    i) {
	printf "" > (root "/demo/k8s/" table)
	for (i = 1; i <= rows[table]; i++)
		printf "%s", kept[table, i] > (root "/demo/k8s/" table)
}

# Kubernetes. pods: ns name owner-kind owner phase reason ready restarts created changed container image labels ip uid version
function pod(ns, name, kind, owner, phase, reason, ready, restarts, created, changed, box, img, labels) {
	if (box == "redis")
		redis_pod = ns "." name
	version += 3
	last_pod = name
	row("pods", sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%.0f\t%.0f\t%s\t%s\t%s\t10.42.0.%d\t%s\t%d\n", ns, name, kind, owner, phase, reason,
		ready, restarts, created, changed, box, img, labels, ++address % 250 + 2, uid(), version))
}
# replicasets: ns name deployment hash replicas ready created revision image uid version labels
function replicaset(ns, deploy, hash, n, ready, created, revision, img, labels) {
	row("replicasets", sprintf("%s\t%s-%s\t%s\t%s\t%d\t%d\t%.0f\t%d\t%s\t%s\t%d\t%s\n", ns, deploy, hash, deploy, hash, n, ready, created, revision, img,
		uid(), ++version, labels))
}
# deployments: ns name container image labels replicas ready history-limit created revision uid version
function deployment(ns, name, img, labels, wanted, state_, restarts, revisions,    i, hash, ready, t, born, base, ver) {
	born = now - int(vary(96, 0.3) * 86400)
	ready = state_ == "ok" ? wanted : 0
	base = img; sub(/:[^:]*$/, "", base); ver = substr(img, length(base) + 2)
	for (i = 1; i <= revisions; i++) {
		hash = hex(9)
		t = born + (i - 1) * 1600000
		if (i < revisions)
			replicaset(ns, name, hash, 0, 0, t, i, base ":" (ver ~ /^1\.[0-9]$/ ? "1." (i - 1) : ver), labels)
	}
	replicaset(ns, name, hash, wanted, ready, t, revisions, img, labels)
	row("deployments", sprintf("%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%.0f\t%d\t%s\t%d\n", ns, name, name, img, labels, wanted, ready, early ? 10 : 3,
		born, revisions, uid(), ++version))
	for (i = 0; i < wanted; i++) {
		if (state_ == "ok")
			pod(ns, name "-" hash "-" word(5), "ReplicaSet", name "-" hash, "Running", "", 1, restarts, t, boot + 130 + restarts,
				name, img, labels ",pod-template-hash=" hash)
		else if (state_ == "pull")
			pod(ns, name "-" hash "-" word(5), "ReplicaSet", name "-" hash, "Pending", "ImagePullBackOff", 0, 0, now - 126000,
				now - 126000, name, img, labels ",pod-template-hash=" hash)
		else
			pod(ns, name "-" hash "-" word(5), "ReplicaSet", name "-" hash, "Running", "CrashLoopBackOff", 0, restarts, t, now - 171,
				name, img, labels ",pod-template-hash=" hash)
	}
	hash_of[name] = hash
}
# statefulsets: ns name image labels replicas ready created uid version
function statefulset(ns, name, img, labels,    t) {
	t = now - int(vary(96, 0.3) * 86400)
	row("statefulsets", sprintf("%s\t%s\t%s\t%s\t1\t1\t%.0f\t%s\t%d\n", ns, name, img, labels, t, uid(), ++version))
	pod(ns, name "-0", "StatefulSet", name, "Running", "", 1, 0, t, boot + 140, name, img,
		labels ",statefulset.kubernetes.io/pod-name=" name "-0")
}
# services: ns name type cluster-ip external-ip ports created
function service(ns, name, type, ip, external, ports) {
	row("services", sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%.0f\n", ns, name, type, ip, external, ports, boot))
}
# events: ns name kind object reason type count first last message
function event(ns, name, kind, object, reason, type, n, age, message) {
	row("events", sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%d\t%.0f\t%.0f\t%s\n", ns, name, kind, object, reason, type, n, now - age * 40, now - age,
		message))
}
function kubernetes(    i, n, apps, app, old, ns_born) {
	old = early ? 3 : 1
	version = 81200
	deployment("kube-system", "coredns", "rancher/mirrored-coredns-coredns:1.10.1", "k8s-app=kube-dns", 1, "ok", 1, 1)
	deployment("kube-system", "local-path-provisioner", "rancher/local-path-provisioner:v0.0.24", "app=local-path-provisioner", 1, "ok", 5, 1)
	deployment("kube-system", "metrics-server", "rancher/mirrored-metrics-server:v0.6.3", "k8s-app=metrics-server", 1, "ok", 7, 1)
	deployment("kube-system", "traefik", "rancher/mirrored-library-traefik:2.10.5", "app.kubernetes.io/name=traefik", 1, "ok", 1, 1)
	deployment("monitoring", "grafana", "grafana/grafana:10.2.3", "app=grafana", 1, "ok", 0, 1)
	deployment("monitoring", "kube-state-metrics", "kube-state-metrics:v2.10.1", "app=kube-state-metrics", 1, "ok", 0, 1)
	deployment("monitoring", "prometheus", "prom/prometheus:v2.48.1", "app=prometheus", 1, "ok", 0, 1)
	statefulset("monitoring", "loki", "grafana/loki:2.9.3", "app=loki")
	n = split("agent-classifier agent-desktop agent-resolver maestro ollama twisterlab-api", apps, " ")
	for (i = 1; i <= n; i++)
		deployment("twisterlab", apps[i], apps[i] == "ollama" ? "ollama/ollama:0.1.20" : apps[i] ~ /^agent/ ? "twisterlab/agent:1.2" : \
			apps[i] == "maestro" ? "twisterlab/maestro:1.2" : "twisterlab/api:1.2", "app=" apps[i], 1, "ok",
			apps[i] == "maestro" ? 2 : apps[i] == "twisterlab-api" ? 3 : 0, early || i <= 3 ? old + (early ? 0 : 1) : 1)
	deployment("twisterlab", "twisterlab-web", "twisterlab/web:1.2", "app=twisterlab-web", 1, "ok", 0, 1)
	deployment("twisterlab", "redis", "redis:7-alpine", "component=cache", 1, "ok", 0, 1)
	statefulset("twisterlab", "postgres", "postgres:16-alpine", "app=postgres")
	service("default", "kubernetes", "ClusterIP", "10.43.0.1", "<none>", "443/TCP")
	service("kube-system", "kube-dns", "ClusterIP", "10.43.0.10", "<none>", "53/UDP,53/TCP,9153/TCP")
	service("kube-system", "traefik", "LoadBalancer", "10.43.91.7", "192.168.0.30", "80:31044/TCP,443:31901/TCP")
	service("twisterlab", "postgres", "ClusterIP", "10.43.12.5", "<none>", "5432/TCP")
	service("twisterlab", "redis", "ClusterIP", "10.43.12.6", "<none>", "6379/TCP")
	service("twisterlab", "twisterlab-web", "NodePort", "10.43.12.9", "<none>", "8080:30080/TCP")
	for (i = 0; seed != 0 && i < int(random() * 6); i++)
		deployment("twisterlab", "worker-" word(4), "twisterlab/agent:1.2", "app=worker", 1, "ok", int(random() * 4), 1)
	deployment("twisterlab", "mcp-unified", "twisterlab/mcp-unified:1.0", "app=mcp-unified", early ? 3 : 0, "pull", 0, 1)
	state("s_pressure", early ? "True" : "False")
	state("s_pressure_since", early ? now - 11 * 3600 : now - int(vary(2.2, 0.5) * 86400))
	if (!early)
		return
	deployment("twisterlab", "builder", "twisterlab/builder:1.0", "app=builder", 1, "crash", count(523, 0.4), 1)
	builder = last_pod
	pod("default", "node-debugger-edgeserver-x7k2p", "", "", "Running", "CrashLoopBackOff", 0, count(481, 0.4), now - 3542400, now - 96,
		"debugger", "busybox:1.36", "app=node-debugger")
	n = count(120, 0.5)
	for (i = 0; i < n; i++) {
		app = apps[i % 6 + 1]
		pod("twisterlab", sprintf("%s-%s-%05x", app, hash_of[app], i), "ReplicaSet", app "-" hash_of[app], "Failed", "Evicted", 0, 0,
			now - 40000 - i * 3011, now - 39000 - i * 3011, app, "twisterlab/agent:1.0",
			"app=" app ",pod-template-hash=" hash_of[app])
		if (i < 20)
			event("twisterlab", sprintf("%s-%05x.evicted", app, i), "Pod", sprintf("%s-%s-%05x", app, hash_of[app], i), "Evicted", "Warning",
				1, 1200 + i * 90, "The node was low on resource: ephemeral-storage. ")
	}
	event("default", "edgeserver.disk", "Node", "edgeserver", "NodeHasDiskPressure", "Normal", 14, 640,
		"Node edgeserver status is now: NodeHasDiskPressure")
	event("default", "edgeserver.evict", "Node", "edgeserver", "EvictionThresholdMet", "Warning", 96, 250, "Attempting to reclaim ephemeral-storage")
	event("default", "edgeserver.free", "Node", "edgeserver", "FreeDiskSpaceFailed", "Warning", 31, 300,
		"failed to garbage collect required amount of images. Wanted to free 8032385433 bytes, but freed 0 bytes")
	event("twisterlab", "builder.backoff", "Pod", builder, "BackOff", "Warning", 11984, 80, "Back-off restarting failed container")
}
