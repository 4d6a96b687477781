# daemon.awk: what dockerd makes of a daemon.json (standard input). Prints shell assignments:
#   c_error      words with which dockerd refuses the file ("" when it takes it): --validate says the same
#   c_start      words with which the daemon fails to start ("" when it starts)
#   c_run        words with which no container starts ("" when they do)
#   c_run_new    the same for new containers only: those from before keep their own log options
#   c_driver c_log c_max_size c_max_file c_soft c_hard c_live c_storage
# As seen with Docker 26.1.5 (tests/captures/trixie/dj-*): --validate knows only JSON and the names of keys.
function fail(words) { if (c_error == "") c_error = words; pos = length(text) + 1 }
function blank() { while (substr(text, pos, 1) ~ /[ \t\r\n]/) pos++ }
function peek() { blank(); return substr(text, pos, 1) }
function look(where,    c) {
	c = peek()
	if (c == "") fail("unexpected EOF")
	else fail("invalid character '" (c == "'" ? "\\'" : c) "' " where)
}
function string(    out, c) {
	for (pos++; pos <= length(text); pos++) {
		c = substr(text, pos, 1)
		if (c == "\"") { pos++; return out }
		if (c == "\n") { fail("invalid character '\\n' in string literal"); return out }
		if (c == "\\") { pos++; c = substr(text, pos, 1) }
		out = out c
	}
	fail("unexpected EOF")
	return out
}
function value(path,    c, key, n, word) {
	c = peek()
	if (c == "{") {
		kind[path] = "object"
		pos++
		if (peek() == "}") { pos++; return }
		while (c_error == "") {
			if (peek() != "\"") { look("looking for beginning of object key string"); return }
			key = string()
			if (c_error != "") return
			if (peek() != ":") { look("after object key"); return }
			pos++
			if (path == "") names[++names_n] = key
			keys[path] = keys[path] "\n" key
			value(path == "" ? key : path "/" key)
			if (c_error != "") return
			c = peek()
			pos++
			if (c == "}") return
			if (c != ",") { pos--; look("after object key:value pair"); return }
		}
	} else if (c == "[") {
		kind[path] = "array"
		pos++
		if (peek() == "]") { pos++; return }
		while (c_error == "") {
			value(path "/" n++)
			if (c_error != "") return
			c = peek()
			pos++
			if (c == "]") return
			if (c != ",") { pos--; look("after array element"); return }
		}
	} else if (c == "\"") {
		kind[path] = "string"
		leaf[path] = string()
	} else if (match(substr(text, pos), /^(-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|true|false|null)/)) {
		word = substr(text, pos, RLENGTH)
		kind[path] = word ~ /^[tf]/ ? "bool" : word == "null" ? "null" : "number"
		leaf[path] = word
		pos += RLENGTH
	} else
		look("looking for beginning of value")
}
function say(name, v) {
	gsub(/'/, "'\\''", v)
	print name "='" v "'"
}
{ text = text $0 "\n" }
END {
	known = " allow-nondistributable-artifacts api-cors-header authorization-plugins bip bip6 bridge builder cgroup-parent cluster-advertise cluster-store cluster-store-opts " \
		"config-file containerd containerd-namespace containerd-plugins-namespace containerd-plugin-namespace cpu-rt-period cpu-rt-runtime data-root debug default-address-pools " \
		"default-cgroupns-mode default-gateway default-gateway-v6 default-ipc-mode default-network-opts default-runtime default-shm-size default-ulimits dns dns-opts dns-search " \
		"exec-opts exec-root experimental features fixed-cidr fixed-cidr-v6 graph group hosts http-proxy https-proxy icc init init-path insecure-registries ip ip-forward ip-masq " \
		"iptables ip6tables ipv6 labels live-restore log-driver log-format log-level log-opts max-concurrent-downloads max-concurrent-uploads max-download-attempts metrics-addr mtu " \
		"network-control-plane-mtu no-new-privileges no-proxy node-generic-resources oom-score-adjust pidfile proxies raw-logs registry-mirrors rootless runtimes seccomp-profile " \
		"selinux-enabled shutdown-timeout storage-driver storage-opts swarm-default-advertise-addr tls tlscacert tlscert tlskey tlsverify userland-proxy userland-proxy-path userns-remap "
	pos = 1
	if (peek() != "") {
		value("")
		if (c_error == "" && kind[""] != "object")
			c_error = "json: cannot unmarshal " kind[""] " into Go value of type map[string]interface {}"
		if (c_error == "" && peek() != "")
			look("after top-level value")
	}
	for (i = 1; i <= names_n && c_error == ""; i++)
		if (!index(known, " " names[i] " "))
			odd = odd (odd == "" ? "" : ", ") names[i]
	if (c_error == "" && odd != "")
		c_error = "the following directives don't match any configuration option: " odd
	number = "max-concurrent-downloads max-concurrent-uploads max-download-attempts mtu shutdown-timeout"
	n = split(number, f, " ")
	for (i = 1; i <= n && c_error == ""; i++)
		if ((f[i] in kind) && kind[f[i]] != "number")
			c_error = "json: cannot unmarshal " kind[f[i]] " into Go struct field Config." f[i] " of type int"
		else if ((f[i] in kind) && leaf[f[i]] + 0 <= 0 && f[i] ~ /^max-/)
			c_error = "invalid " (f[i] ~ /down.*s$/ ? "max concurrent downloads" : f[i] ~ /up/ ? "max concurrent uploads" : "max download attempts") ": " leaf[f[i]]
	n = split("debug live-restore experimental icc init iptables ipv6 tls tlsverify userland-proxy", f, " ")
	for (i = 1; i <= n && c_error == ""; i++)
		if ((f[i] in kind) && kind[f[i]] != "bool")
			c_error = "json: cannot unmarshal " kind[f[i]] " into Go struct field Config." f[i] " of type bool"
	n = split(substr(keys["log-opts"], 2), f, "\n")
	for (i = 1; i <= n && c_error == ""; i++)
		if (kind["log-opts/" f[i]] != "string")
			c_error = "json: cannot unmarshal " kind["log-opts/" f[i]] " into Go struct field Config.log-opts of type string"
	log_ = ("log-driver" in leaf) ? leaf["log-driver"] : "json-file"
	storage = ("storage-driver" in leaf) ? leaf["storage-driver"] : ""
	if (storage !~ /^(|overlay2|overlay|vfs|btrfs|zfs|fuse-overlayfs)$/)
		c_start = "error initializing graphdriver: driver not supported: " storage
	else if (storage ~ /^(btrfs|zfs)$/)
		c_start = "error initializing graphdriver: prerequisites for driver not satisfied (wrong filesystem?): " storage
	for (i = 0; ("storage-opts/" i) in leaf && c_start == ""; i++) {
		option = leaf["storage-opts/" i]
		sub(/=.*/, "", option)
		if (option !~ /^overlay2\.size$/)
			c_start = "error initializing graphdriver: overlay2: unknown option " option (storage != "" ? ": overlay2" : "")
	}
	if (c_start == "" && log_ !~ /^(json-file|local|journald|syslog|none|gelf|fluentd|awslogs|splunk|gcplogs)$/)
		c_start = "failed to set log opts: logger: no log driver named '" log_ "' is registered"
	if (c_start == "" && log_ == "json-file")
		for (i = 1; i <= n; i++)
			if (f[i] !~ /^(max-file|max-size|compress|labels|labels-regex|env|env-regex|tag|cache-.*|mode|max-buffer-size)$/)
				c_start = "failed to set log opts: unknown log opt '" f[i] "' for json-file log driver"
	size = ("log-opts/max-size" in leaf) ? leaf["log-opts/max-size"] : ""
	files = ("log-opts/max-file" in leaf) ? leaf["log-opts/max-file"] : ""
	if (("log-opts/max-size" in leaf) && size !~ /^[0-9]+(\.[0-9]+)? ?([kKmMgGtT]?[iI]?[bB]?)$/ && size != "-1")
		c_run_new = "failed to initialize logging driver: invalid size: '" size "'"
	else if (("log-opts/max-file" in leaf) && files !~ /^[0-9]+$/)
		c_run_new = "failed to initialize logging driver: strconv.Atoi: parsing \"" files "\": invalid syntax"
	else if (("log-opts/max-file" in leaf) && files + 0 < 1)
		c_run_new = "failed to initialize logging driver: max-file cannot be less than 1"
	n = split(substr(keys["default-ulimits"], 2), f, "\n")
	for (i = 1; i <= n; i++) {
		name = leaf["default-ulimits/" f[i] "/Name"]
		if (name !~ /^(core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)$/)
			c_run = "failed to create shim task: OCI runtime create failed: runc create failed: wrong rlimit value: RLIMIT_" toupper(name) ": unknown"
		else if (name == "nofile") {
			soft = leaf["default-ulimits/" f[i] "/Soft"]; hard = leaf["default-ulimits/" f[i] "/Hard"]
		}
	}
	say("c_error", c_error); say("c_start", c_start); say("c_run", c_run); say("c_run_new", c_run == "" ? c_run_new : c_run); say("c_log", log_)
	say("c_max_size", size); say("c_max_file", files); say("c_soft", soft); say("c_hard", hard)
	say("c_live", leaf["live-restore"] == "true" ? "true" : "false")
}
