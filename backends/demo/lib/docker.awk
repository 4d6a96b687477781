# docker.awk: what the client shows. verb, format and the rest come from the tool; containers and images are the files.
function bytes(n,    i) { # as go-units: powers of 1000, four figures
	for (i = 1; n >= 1000 && i < 6; i++) n /= 1000
	return (i == 1 ? sprintf("%d", n) : three(n)) substr("B kBMBGBTBPB", i * 2 - 1, i == 1 ? 1 : 2)
}
function three(n,    t) { t = sprintf("%.4g", n); return t }
function ago(t,    d) {
	d = now - t
	if (d < 1) return "Less than a second"
	if (d == 1) return "1 second"
	if (d < 60) return d " seconds"
	if (d < 120) return "About a minute"
	if (d < 3600) return int(d / 60) " minutes"
	if (d < 7200) return "About an hour"
	if (d < 172800) return int(d / 3600) " hours"
	if (d < 1209600) return int(d / 86400) " days"
	if (d < 5184000) return int(d / 604800) " weeks"
	if (d < 63072000) return int(d / 2592000) " months"
	return int(d / 31536000) " years"
}
function when(t) { return t == 0 ? "0001-01-01T00:00:00Z" : strftime("%Y-%m-%dT%H:%M:%S", t, 1) ".123456789Z" }
function created(t) { return strftime("%Y-%m-%d %H:%M:%S +0000 UTC", t, 1) }
function status(i) {
	if (c[i, 6] == "running") return "Up " ago(c[i, 7])
	if (c[i, 6] == "created") return "Created"
	return "Exited (" c[i, 9] ") " ago(c[i, 8]) " ago"
}
function short(id) { return no_trunc ? id : substr(id, 1, 12) }
function command(t) {
	t = "\"" t "\""
	if (!no_trunc && length(t) > 20) t = substr(t, 1, 19) "…\""
	return t
}
function matches(i,    n, f, k, j, key, v, is_status) {
	n = split(filters, f, "\n")
	for (k = 1; k <= n; k++) {
		j = index(f[k], "=")
		key = substr(f[k], 1, j - 1); v = substr(f[k], j + 1)
		if (key == "name" && index(c[i, 2], v) == 0) return 0
		if (key == "status" && !is_status) is_status = c[i, 6] == v ? 2 : 1 # of several, one will do
		if (key == "status" && c[i, 6] == v) is_status = 2
		if (key == "id" && index(c[i, 1], v) != 1) return 0
		if (key == "label" && !index("," c[i, 16] ",", "," v ",")) return 0
		if (key == "ancestor" && c[i, 3] != v) return 0
	}
	return is_status != 1
}
function emit(    t) {
	t = format
	if (t == "json") t = "{{json .}}"
	if (t ~ /^table /) { # headings, then columns as wide as they must be
		t = escapes(substr(t, 7))
		table[++table_n] = template(t, "")
		if (table_n == 1) {
			heading = t
			gsub(/\{\{ *\.?/, "", heading); gsub(/ *\}\}/, "", heading)
			heading = toupper(heading)
		}
		return
	}
	print template(escapes(t), "")
}
function width(t) { gsub(/…/, "x", t); return length(t) }
function columns(lines, n, gap,    i, j, k, f, wide, out) { # as Go's tabwriter: at least ten wide
	for (i = 1; i <= n; i++) {
		k = split(lines[i], f, "\t")
		for (j = 1; j <= k; j++)
			if (width(f[j]) + gap > wide[j]) wide[j] = width(f[j]) + gap < 10 ? 10 : width(f[j]) + gap
	}
	for (i = 1; i <= n; i++) {
		k = split(lines[i], f, "\t")
		out = ""
		for (j = 1; j <= k; j++)
			out = out f[j] (j < k ? sprintf("%" (wide[j] - width(f[j])) "s", "") : "")
		print out
	}
}
function ps_row(i) {
	forget_tree()
	put("Command", s(command(c[i, 4]))); put("CreatedAt", s(created(c[i, 5]))); put("ID", s(short(c[i, 1]))); put("Image", s(c[i, 3]))
	put("Labels", s(c[i, 16])); put("LocalVolumes", s("0")); put("Mounts", "\"\""); put("Names", s(c[i, 2])); put("Networks", s("bridge"))
	put("Ports", s(c[i, 6] == "running" ? c[i, 11] : "")); put("RunningFor", s(ago(c[i, 5]) " ago")); put("Size", s(bytes(written(i)) " (virtual " bytes(size_of[c[i, 3]] + written(i)) ")"))
	put("State", s(c[i, 6])); put("Status", s(status(i)))
}
function ps(    i, n, row) {
	row[++n] = "CONTAINER ID\tIMAGE\tCOMMAND\tCREATED\tSTATUS\tPORTS\tNAMES"
	for (i = cn; i >= 1; i--) {
		if ((!all && c[i, 6] != "running") || !matches(i)) continue
		if (quiet) { print short(c[i, 1]); continue }
		if (format != "") { ps_row(i); emit(); continue }
		row[++n] = short(c[i, 1]) "\t" c[i, 3] "\t" command(c[i, 4]) "\t" ago(c[i, 5]) " ago\t" status(i) "\t" (c[i, 6] == "running" ? c[i, 11] : "") "\t" c[i, 2]
	}
	if (!quiet && format == "") columns(row, n, 3)
}
function images(    i, n, row, f, dangling) {
	dangling = index(filters, "dangling=true")
	row[++n] = "REPOSITORY\tTAG\tIMAGE ID\tCREATED\tSIZE"
	for (i = 1; i <= in_; i++) {
		if (dangling && m[i, 2] != "<none>") continue
		if (names != "" && m[i, 2] != names && m[i, 2] ":" m[i, 3] != names) continue
		if (quiet) { print no_trunc ? "sha256:" m[i, 1] : substr(m[i, 1], 1, 12); continue }
		if (format != "") {
			forget_tree()
			put("Containers", s("N/A")); put("CreatedAt", s(created(m[i, 4]))); put("CreatedSince", s(ago(m[i, 4]) " ago")); put("Digest", s("<none>"))
			put("ID", s(no_trunc ? "sha256:" m[i, 1] : substr(m[i, 1], 1, 12))); put("Repository", s(m[i, 2])); put("SharedSize", s("N/A")); put("Size", s(bytes(m[i, 5])))
			put("Tag", s(m[i, 3])); put("UniqueSize", s("N/A")); put("VirtualSize", s(bytes(m[i, 5])))
			emit()
			continue
		}
		row[++n] = m[i, 2] "\t" m[i, 3] "\t" substr(m[i, 1], 1, 12) "\t" ago(m[i, 4]) " ago\t" bytes(m[i, 5])
	}
	if (!quiet && format == "") columns(row, n, 3)
}
function df_row(type, total, active, size, free,    share) {
	share = size > 0 && type !~ /Cache/ ? " (" int(free * 100 / size) "%)" : ""
	if (type == "Containers" && size == 0) share = ""
	if (format != "") {
		forget_tree()
		put("Active", s(active)); put("Reclaimable", s(bytes(free) share)); put("Size", s(bytes(size))); put("TotalCount", s(total)); put("Type", s(type))
		emit()
	} else
		df_rows[++df_n] = type "\t" total "\t" active "\t" bytes(size) "\t" bytes(free) share
}
# Does a container have the volume?
function held(k,    i) {
	for (i = 1; i <= cn; i++)
		if (c[i, 2] == v[k, 4]) return 1
	return 0
}
function volumes(    i, row, n) {
	row[++n] = "DRIVER\tVOLUME NAME"
	for (i = 1; i <= vn; i++) {
		if (index(filters, "dangling=true") && held(i) || index(filters, "dangling=false") && !held(i)) continue
		if (quiet) { print v[i, 1]; continue }
		if (format != "") {
			forget_tree()
			put("Name", s(v[i, 1])); put("Driver", s(v[i, 2])); put("Scope", s("local")); put("Mountpoint", s("/var/lib/docker/volumes/" v[i, 1] "/_data"))
			put("Labels", s(v[i, 5])); put("Links", s("N/A")); put("Size", s("N/A")); put("Availability", s("N/A")); put("Group", s("N/A")); put("Status", s("N/A"))
			emit()
			continue
		}
		row[++n] = v[i, 2] "\t" v[i, 1]
	}
	if (!quiet && format == "") columns(row, n, 3)
}
function system_df(    i, size, free, active, loose, vsize, vfree) {
	df_rows[++df_n] = "TYPE\tTOTAL\tACTIVE\tSIZE\tRECLAIMABLE"
	for (i = 1; i <= cn; i++) { used[c[i, 3]]++; running += c[i, 6] == "running"; csize += written(i); cfree += c[i, 6] == "running" ? 0 : written(i) }
	for (i = 1; i <= in_; i++) {
		size += m[i, 5]
		if ((m[i, 2] ":" m[i, 3]) in used) active++
		else free += m[i, 5]
	}
	for (i = 1; i <= vn; i++) { vsize += v[i, 3]; if (!held(i)) { loose++; vfree += v[i, 3] } }
	if (verbose) { system_df_verbose(); return }
	df_row("Images", in_, active + 0, size, free); df_row("Containers", cn, running + 0, csize + 0, cfree + 0)
	df_row("Local Volumes", vn + 0, vn - loose, vsize, vfree); df_row("Build Cache", cache > 0 ? 41 : 0, 0, cache, cache)
	if (format == "") columns(df_rows, df_n, 3)
}
function system_df_verbose(    i) { # as one tree: --format ranges over its lists
	for (i = 1; i <= in_; i++) {
		put("Images|" i - 1 "|ID", s("sha256:" m[i, 1])); put("Images|" i - 1 "|Repository", s(m[i, 2])); put("Images|" i - 1 "|Tag", s(m[i, 3]))
		put("Images|" i - 1 "|Size", s(bytes(m[i, 5]))); put("Images|" i - 1 "|SharedSize", s("0B")); put("Images|" i - 1 "|UniqueSize", s(bytes(m[i, 5])))
		put("Images|" i - 1 "|Containers", s(used[m[i, 2] ":" m[i, 3]] + 0))
	}
	for (i = 1; i <= cn; i++) {
		put("Containers|" i - 1 "|ID", s(c[i, 1])); put("Containers|" i - 1 "|Names", s(c[i, 2])); put("Containers|" i - 1 "|Image", s(c[i, 3]))
		put("Containers|" i - 1 "|Size", s(bytes(written(i)))); put("Containers|" i - 1 "|State", s(c[i, 6]))
	}
	for (i = 1; i <= vn; i++) {
		put("Volumes|" i - 1 "|Name", s(v[i, 1])); put("Volumes|" i - 1 "|Links", s(held(i))); put("Volumes|" i - 1 "|Size", s(bytes(v[i, 3])))
	}
	if (cache > 0) {
		put("BuildCache|0|ID", s("x3qk1w9r8t7y")); put("BuildCache|0|CacheType", s("regular")); put("BuildCache|0|Size", s(bytes(cache)))
		put("BuildCache|0|InUse", s("false")); put("BuildCache|0|Shared", s("false"))
	}
	if (format != "") { emit(); return }
	print "Images space usage:\n\nREPOSITORY   TAG   IMAGE ID   SIZE"
	for (i = 1; i <= in_; i++) print m[i, 2] "   " m[i, 3] "   " substr(m[i, 1], 1, 12) "   " bytes(m[i, 5])
	print "\nLocal Volumes space usage:\n\nVOLUME NAME   LINKS   SIZE"
	for (i = 1; i <= vn; i++) print v[i, 1] "   " held(i) "   " bytes(v[i, 3])
	print "\nBuild cache usage: " bytes(cache)
}
function version(    server) {
	put("Client|Version", s("26.1.5+dfsg1")); put("Client|ApiVersion", s("1.45")); put("Client|DefaultAPIVersion", s("1.45")); put("Client|GitCommit", s("a72d7cd"))
	put("Client|GoVersion", s("go1.24.4")); put("Client|Os", s("linux")); put("Client|Arch", s("amd64")); put("Client|BuildTime", s("Thu Aug 13 05:35:47 2026")); put("Client|Context", s("default"))
	if (!down) {
		put("Server|Platform|Name", "\"\"")
		put("Server|Components|0|Name", s("Engine")); put("Server|Components|0|Version", s("26.1.5+dfsg1"))
		n = split("ApiVersion 1.45 Arch amd64 BuildTime Thu_Aug_13_05:35:47_2026 Experimental false GitCommit 411e817 GoVersion go1.24.4 KernelVersion 5.15.0-91-generic MinAPIVersion 1.24 Os linux", f, " ")
		for (i = 1; i < n; i += 2) { gsub(/_/, " ", f[i + 1]); put("Server|Components|0|Details|" f[i], s(f[i + 1])) }
		put("Server|Components|1|Name", s("containerd")); put("Server|Components|1|Version", s("1.7.24~ds1")); put("Server|Components|1|Details|GitCommit", s("1.7.24~ds1-6+deb13u1"))
		put("Server|Components|2|Name", s("runc")); put("Server|Components|2|Version", s("1.1.15+ds1")); put("Server|Components|2|Details|GitCommit", s("1.1.15+ds1-2+b4"))
		put("Server|Components|3|Name", s("docker-init")); put("Server|Components|3|Version", s("0.19.0")); put("Server|Components|3|Details|GitCommit", "\"\"")
		n = split("Version 26.1.5+dfsg1 ApiVersion 1.45 MinAPIVersion 1.24 GitCommit 411e817 GoVersion go1.24.4 Os linux Arch amd64 KernelVersion 5.15.0-91-generic BuildTime 2026-08-13T05:35:47.000000000+00:00", f, " ")
		for (i = 1; i < n; i += 2) put("Server|" f[i], s(f[i + 1]))
	} else
		put("Server", "null")
	if (format != "") {
		if (down && format ~ /\.Server\./) exit 1
		emit()
		exit
	}
	print "Client:\n Version:           26.1.5+dfsg1\n API version:       1.45\n Go version:        go1.24.4\n Git commit:        a72d7cd\n" \
		" Built:             Thu Aug 13 05:35:47 2026\n OS/Arch:           linux/amd64\n Context:           default"
	if (!down)
		print "\nServer:\n Engine:\n  Version:          26.1.5+dfsg1\n  API version:      1.45 (minimum version 1.24)\n  Go version:       go1.24.4\n  Git commit:       411e817"
}
function info(    i, run) {
	for (i = 1; i <= cn; i++) run += c[i, 6] == "running"
	if (down) {
		put("ID", "\"\""); put("Containers", 0); put("ContainersRunning", 0); put("ContainersPaused", 0); put("ContainersStopped", 0); put("Images", 0)
		put("Driver", "\"\""); put("DriverStatus", "null"); put("LoggingDriver", "\"\""); put("CgroupDriver", "\"\""); put("ServerVersion", "\"\""); put("NCPU", 0); put("MemTotal", 0)
		put("DockerRootDir", "\"\""); put("LiveRestoreEnabled", "false")
		put("ServerErrors|0", s("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"))
	} else {
		put("ID", s("37b5e7ad-4029-497f-b590-e121f6da5901")); put("Containers", cn); put("ContainersRunning", run + 0); put("ContainersPaused", 0)
		put("ContainersStopped", cn - run); put("Images", in_); put("Driver", s("overlay2"))
		n = split("Backing Filesystem|extfs|Supports d_type|true|Using metacopy|false|Native Overlay Diff|true|userxattr|false", f, "|")
		for (i = 1; i < n; i += 2) { put("DriverStatus|" (i - 1) / 2 "|0", s(f[i])); put("DriverStatus|" (i - 1) / 2 "|1", s(f[i + 1])) }
		put("Plugins|Volume|0", s("local"))
		n = split("bridge host ipvlan macvlan null overlay", f, " ")
		for (i = 1; i <= n; i++) put("Plugins|Network|" i - 1, s(f[i]))
		put("Plugins|Authorization", "null")
		n = split("awslogs fluentd gcplogs gelf journald json-file local splunk syslog", f, " ")
		for (i = 1; i <= n; i++) put("Plugins|Log|" i - 1, s(f[i]))
		n = split("MemoryLimit SwapLimit CpuCfsPeriod CpuCfsQuota CPUShares CPUSet PidsLimit IPv4Forwarding BridgeNfIptables BridgeNfIp6tables", f, " ")
		for (i = 1; i <= n; i++) put(f[i], "true")
		put("Debug", "false"); put("NFd", 41); put("OomKillDisable", "false"); put("NGoroutines", 61)
		put("SystemTime", s(when(now))); put("LoggingDriver", s(log_driver)); put("CgroupDriver", s("systemd")); put("CgroupVersion", s("2")); put("NEventsListener", 0)
		put("KernelVersion", s("5.15.0-91-generic")); put("OperatingSystem", s("Ubuntu 22.04.3 LTS")); put("OSVersion", s("22.04")); put("OSType", s("linux")); put("Architecture", s("x86_64"))
		put("IndexServerAddress", s("https://index.docker.io/v1/"))
		put("RegistryConfig|InsecureRegistryCIDRs|0", s("127.0.0.0/8")); put("RegistryConfig|Mirrors", "null")
		put("NCPU", cpus); put("MemTotal", sprintf("%.0f", mem * 1024)); put("GenericResources", "null"); put("DockerRootDir", s("/var/lib/docker"))
		put("HttpProxy", "\"\""); put("HttpsProxy", "\"\""); put("NoProxy", "\"\""); put("Name", s("edgeserver")); put("Labels", "[]"); put("ExperimentalBuild", "false")
		put("ServerVersion", s("26.1.5+dfsg1")); put("Runtimes|runc|path", s("runc")); put("DefaultRuntime", s("runc")); put("Swarm|LocalNodeState", s("inactive"))
		put("LiveRestoreEnabled", live); put("Isolation", "\"\""); put("InitBinary", s("docker-init")); put("SecurityOptions|0", s("name=apparmor"))
		put("SecurityOptions|1", s("name=seccomp,profile=builtin")); put("SecurityOptions|2", s("name=cgroupns")); put("Warnings", "null")
	}
	put("ClientInfo|Debug", "false"); put("ClientInfo|Version", s("26.1.5+dfsg1")); put("ClientInfo|Context", s("default"))
	if (format != "") { emit(); exit }
	print "Client:\n Version:    26.1.5+dfsg1\n Context:    default\n Debug Mode: false\n\nServer:"
	if (down) {
		print "ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\nerrors pretty printing info" > "/dev/stderr"
		exit 1
	}
	printf " Containers: %d\n  Running: %d\n  Paused: 0\n  Stopped: %d\n Images: %d\n Server Version: 26.1.5+dfsg1\n Storage Driver: overlay2\n", cn, run, cn - run, in_
	printf "  Backing Filesystem: extfs\n  Supports d_type: true\n  Using metacopy: false\n  Native Overlay Diff: true\n  userxattr: false\n"
	printf " Logging Driver: %s\n Cgroup Driver: systemd\n Cgroup Version: 2\n Swarm: inactive\n Default Runtime: runc\n Kernel Version: 5.15.0-91-generic\n", log_driver
	printf " Operating System: Ubuntu 22.04.3 LTS\n OSType: linux\n Architecture: x86_64\n CPUs: %d\n Total Memory: %.4gGiB\n Name: edgeserver\n", cpus, mem / 1048576
	printf " Docker Root Dir: /var/lib/docker\n Debug Mode: false\n Experimental: false\n Insecure Registries:\n  127.0.0.0/8\n Live Restore Enabled: %s\n\n", live
}
# What a container wrote into itself: nothing is known of one that was not there when the world was made.
function written(i) { return c[i, 15] == "" ? 0 : c[i, 15] }
function inspect_container(i) {
	forget_tree()
	put("Id", s(c[i, 1])); put("Created", s(when(c[i, 5]))); put("Path", s(first(c[i, 4]))); put("Args", "[]")
	put("State|Status", s(c[i, 6])); put("State|Running", c[i, 6] == "running" ? "true" : "false"); put("State|Paused", "false"); put("State|Restarting", "false")
	put("State|OOMKilled", "false"); put("State|Dead", "false"); put("State|Pid", c[i, 6] == "running" ? 3000 + i : 0); put("State|ExitCode", c[i, 9] + 0)
	put("State|Error", s(c[i, 13] == "" ? "" : "failed to create task for container: " c[i, 13])); put("State|StartedAt", s(when(c[i, 7]))); put("State|FinishedAt", s(when(c[i, 8])))
	put("Image", s("sha256:" id_of[c[i, 3]])); put("Name", s("/" c[i, 2])); put("RestartCount", 0); put("Driver", s("overlay2")); put("Platform", s("linux"))
	put("LogPath", s("/var/lib/docker/containers/" substr(c[i, 1], 1, 12) "-json.log"))
	if (sized) { put("SizeRw", written(i)); put("SizeRootFs", sprintf("%.0f", size_of[c[i, 3]] + written(i))) }
	# log options are those of the day it was created
	split((c[i, 14] == "" ? "json-file;;" : c[i, 14]), log_of, ";")
	put("HostConfig|Binds", "null"); put("HostConfig|LogConfig|Type", s(log_of[1]))
	if (log_of[2] != "") put("HostConfig|LogConfig|Config|max-size", s(log_of[2]))
	if (log_of[3] != "") put("HostConfig|LogConfig|Config|max-file", s(log_of[3]))
	if (log_of[2] log_of[3] == "") put("HostConfig|LogConfig|Config", "{}")
	put("HostConfig|NetworkMode", s("bridge")); put("HostConfig|RestartPolicy|Name", s(c[i, 10])); put("HostConfig|RestartPolicy|MaximumRetryCount", 0)
	put("HostConfig|AutoRemove", "false")
	if (hard != "") { put("HostConfig|Ulimits|0|Name", s("nofile")); put("HostConfig|Ulimits|0|Hard", hard); put("HostConfig|Ulimits|0|Soft", soft) }
	else put("HostConfig|Ulimits", "[]")
	put("Config|Hostname", s(substr(c[i, 1], 1, 12))); put("Config|Image", s(c[i, 3])); put("Config|Cmd|0", s(c[i, 4])); put("Config|Labels", "{}")
	put("Mounts", "[]"); put("NetworkSettings|IPAddress", s(c[i, 6] == "running" ? "172.17.0." i + 1 : ""))
}
function inspect_image(i) {
	forget_tree()
	put("Id", s("sha256:" m[i, 1])); put("RepoTags|0", s(m[i, 2] ":" m[i, 3]))
	if (m[i, 6] == "") put("RepoDigests", "[]"); else put("RepoDigests|0", s(m[i, 2] "@" m[i, 6]))
	 put("Created", s(when(m[i, 4])))
	put("Architecture", s("amd64")); put("Os", s("linux")); put("Size", m[i, 5]); put("Config|Cmd", "null"); put("Config|Entrypoint", "null"); put("Config|Labels", "null")
}
function first(t) { sub(/ .*/, "", t); return t }
function inspect(    n, f, k, i, hit, shown) {
	n = split(names, f, "\n")
	if (format == "") printf "["
	for (k = 1; k <= n; k++) {
		hit = 0
		for (i = 1; i <= cn && !hit && kind != "image"; i++)
			if (c[i, 2] == f[k] || "/" c[i, 2] == f[k] || (length(f[k]) > 2 && index(c[i, 1], f[k]) == 1)) { inspect_container(i); hit = 1 }
		for (i = 1; i <= in_ && !hit && kind != "container"; i++)
			if (m[i, 2] ":" m[i, 3] == f[k] || m[i, 2] ":latest" == f[k] ":" m[i, 3] || (length(f[k]) > 5 && (index(m[i, 1], f[k]) == 1 || index("sha256:" m[i, 1], f[k]) == 1))) { inspect_image(i); hit = 1 }
		if (!hit) { wrong = wrong "Error: No such " (kind == "" ? "object" : kind) ": " f[k] "\n"; continue }
		if (format != "") emit()
		else printf "%s\n    %s", (shown++ ? "," : ""), json("", "    ", "    ")
	}
	if (format == "") print (shown ? "\n" : "") "]"
	if (wrong != "") { printf "%s", wrong > "/dev/stderr"; exit 1 }
}
BEGIN { FS = "\t"; missing = "<no value>" }
FILENAME ~ /containers$/ { cn++; for (i = 1; i <= 16; i++) c[cn, i] = $i; next }
FILENAME ~ /volumes$/ { vn++; for (i = 1; i <= 5; i++) v[vn, i] = $i; next }
{ in_++; for (i = 1; i <= 6; i++) m[in_, i] = $i; size_of[$2 ":" $3] = $5; id_of[$2 ":" $3] = $1 }
END {
	if (down && verb != "info" && verb != "version") exit 1
	if (verb == "ps") ps()
	else if (verb == "images") images()
	else if (verb == "df") system_df()
	else if (verb == "volumes") volumes()
	else if (verb == "version") version()
	else if (verb == "info") info()
	else if (verb == "inspect") inspect()
	if (table_n) {
		for (i = table_n; i >= 1; i--) table[i + 1] = table[i]
		table[1] = heading
		columns(table, table_n + 1, 3)
	}
}
