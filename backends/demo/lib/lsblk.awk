# lsblk.awk: prints the device table as util-linux does.
function device(name, parent, fields,    i, n, f) {
	order[++devices_n] = name
	up[name] = parent
	n = split(fields, f, "|")
	for (i = 1; i < n; i += 2)
		value[name, f[i]] = f[i + 1]
}
function human(n,    i, text) {
	if (bytes)
		return sprintf("%.0f", n)
	for (i = 1; n >= 1024 && i < 7; i++)
		n /= 1024
	text = sprintf("%.1f", n)
	sub(/\.0$/, "", text)
	return text substr("BKMGTP", i, 1)
}
function get(name, c,    v) {
	if (c == "NAME") return paths ? value[name, "PATH"] : name
	if (c == "SIZE" || c == "FSSIZE" || c == "FSAVAIL" || c == "FSUSED" || c == "DISC-MAX" || c == "DISC-GRAN")
		return (name, c) in value ? human(value[name, c]) : (c in fallback) ? human(fallback[c]) : ""
	if (c == "KNAME") return paths ? "/dev/" value[name, c] : value[name, c]
	if (c == "PKNAME") return paths && value[name, c] != "" ? "/dev/" value[name, c] : value[name, c]
	if (c == "MOUNTPOINTS") return value[name, "MOUNTPOINT"]
	if ((name, c) in value) return value[name, c]
	return (c in fallback) ? fallback[c] : ""
}
function shown(name) { return want == "" || (name in root_of) }
function has_next(name,    i, seen) { # another child of the same parent after it?
	for (i = 1; i <= devices_n; i++) {
		if (order[i] == name) seen = 1
		else if (seen && up[order[i]] == up[name]) return 1
	}
	return 0
}
function tree(name,    p, lead) {
	if (up[name] == "" || top[name]) return name
	for (p = up[name]; up[p] != "" && !top[p]; p = up[p])
		lead = (has_next(p) ? (ascii ? "| " : "│ ") : "  ") lead
	return lead (has_next(name) ? (ascii ? "|-" : "├─") : (ascii ? "`-" : "└─")) name
}
function width(s,    plain_) { # characters, not bytes
	plain_ = s
	gsub(/│|├|└|─/, "x", plain_)
	return length(plain_)
}
function volume2(parent) {
	device(mapper2, parent, "PATH|/dev/mapper/" mapper2 "|KNAME|dm-1|PKNAME|" parent "|MAJ:MIN|253:1|MAJ|253|MIN|1|SIZE|" sprintf("%.0f", lv2_n * 4194304) "|TYPE|lvm|MOUNTPOINT|" lv2_at "|" (lv2_type == "" ? "" : "FSTYPE|" lv2_type "|UUID|" lv2_fs "|") "STATE|running|SUBSYSTEMS|block|ROTA|" (parent == "sdd" ? 0 : 1) "|")
}
function visit(name, inside,    i) {
	if (inverse) { # what it lies on
		if (index(" " want " ", " " name " "))
			for (; name != ""; name = up[name]) show[++shown_n] = name
		return
	}
	if (inside || want == "" ? up[name] == "" || inside : index(" " want " ", " " name " ")) {
		if (!inside) top[name] = 1
		show[++shown_n] = name
		if (!nodeps)
			for (i = 1; i <= devices_n; i++)
				if (up[order[i]] == name) visit(order[i], 1)
	}
}
function quote(s) {
	gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s)
	return "\"" s "\""
}
function json_value(name, c, pad,    v) {
	v = get(name, c)
	if (c == "MOUNTPOINTS" || c == "FSROOTS")
		return v == "" ? "[]" : "[\n" pad "    " quote(c == "FSROOTS" ? "/" : v) "\n" pad "]"
	if (c in boolean)
		return v == "1" ? "true" : "false"
	if (c in number)
		return v == "" ? "null" : v
	if ((c == "SIZE" || c ~ /^FS(SIZE|AVAIL|USED)$/ || c ~ /^DISC-(MAX|GRAN)$/) && bytes)
		return v == "" ? "null" : v
	return v == "" ? "null" : quote(v)
}
function json_device(name, pad,    i, kids, k) {
	printf "{\n"
	for (i = 1; i <= n; i++)
		printf "%s   %s: %s%s", pad, quote(tolower(col[i])), json_value(name, col[i], pad "   "), i < n ? ",\n" : ""
	if (!nodeps && !list) {
		for (k = 1; k <= devices_n; k++)
			if (up[order[k]] == name) {
				printf kids++ ? "," : ",\n%s   \"children\": [\n%s      ", pad, pad
				json_device(order[k], pad "      ")
			}
		if (kids) printf "\n%s   ]", pad
	}
	printf "\n%s}", pad
}
BEGIN {
	device("sda", "", "PATH|/dev/sda|KNAME|sda|MAJ:MIN|8:0|MAJ|8|MIN|0|SIZE|" sda "|TYPE|disk|MOUNTPOINT|/twisterlab/ai-storage|FSTYPE|ext4|FSVER|1.0|LABEL|ai-storage|UUID|82f4ac7c-3801-4bee-9f5e-25605fdb2ee7|MODEL|ST300MM0006|VENDOR|SEAGATE |SERIAL|S0K1EDGE0000|REV|2.5+|STATE|running|HCTL|0:2:0:0|TRAN|sas|SUBSYSTEMS|block:scsi:pci|WWN|0x5000c5007e1f0000|")
	device("sdb", "", "PATH|/dev/sdb|KNAME|sdb|MAJ:MIN|8:16|MAJ|8|MIN|16|SIZE|" sdb "|TYPE|disk|MODEL|MR9271-8i-298G|VENDOR|SEAGATE |SERIAL|S0K1EDGE0001|REV|3.46|STATE|running|HCTL|0:2:1:0|TRAN|sas|PTTYPE|gpt|PTUUID|e2e6da08-313c-7446-869f-7ef3555931b9|SUBSYSTEMS|block:scsi:pci|")
	device("sdb1", "sdb", "PATH|/dev/sdb1|KNAME|sdb1|PKNAME|sdb|MAJ:MIN|8:17|MAJ|8|MIN|17|SIZE|1073741824|TYPE|part|MOUNTPOINT|/boot/efi|FSTYPE|vfat|FSVER|FAT32|UUID|6A1F-2C3D|PARTN|1|PTTYPE|gpt|PARTUUID|4750cf34-82aa-644c-9ba8-fa44e472486c|START|2048|PARTTYPENAME|EFI System|SUBSYSTEMS|block:scsi:pci|")
	device("sdb2", "sdb", "PATH|/dev/sdb2|KNAME|sdb2|PKNAME|sdb|MAJ:MIN|8:18|MAJ|8|MIN|18|SIZE|2147483648|TYPE|part|MOUNTPOINT|/boot|FSTYPE|ext4|FSVER|1.0|UUID|c85f199f-7f43-4f11-a33a-5055f7015d08|PARTN|2|PTTYPE|gpt|PARTUUID|460e8d43-b11e-8746-b548-8e26e6214dcc|START|2099200|PARTTYPENAME|Linux filesystem|SUBSYSTEMS|block:scsi:pci|")
	device("sdb3", "sdb", "PATH|/dev/sdb3|KNAME|sdb3|PKNAME|sdb|MAJ:MIN|8:19|MAJ|8|MIN|19|SIZE|" sdb3 "|TYPE|part|FSTYPE|LVM2_member|FSVER|LVM2 001|UUID|fHLxKw-DJwK-bcLh-ivM7-oFWD-t3bU-d1c4aX|PARTN|3|PTTYPE|gpt|PARTUUID|426c32e2-96b4-1145-8d89-9101bd3264d8|START|6293504|PARTTYPENAME|Linux filesystem|SUBSYSTEMS|block:scsi:pci|")
	device("ubuntu--vg-ubuntu--lv", "sdb3", "PATH|/dev/mapper/ubuntu--vg-ubuntu--lv|KNAME|dm-0|PKNAME|sdb3|MAJ:MIN|253:0|MAJ|253|MIN|0|SIZE|" sprintf("%.0f", lv * 4194304) "|TYPE|lvm|MOUNTPOINT|/|FSTYPE|ext4|FSVER|1.0|UUID|c453a056-df4c-4401-97e6-b0cbdc743756|STATE|running|SUBSYSTEMS|block|")
	if (lv2_on == 1) volume2("sdb3")
	device("sdc", "", "PATH|/dev/sdc|KNAME|sdc|MAJ:MIN|8:32|MAJ|8|MIN|32|SIZE|" sdc "|TYPE|disk|MOUNTPOINT|/twisterlab/data-warehouse|FSTYPE|ext4|FSVER|1.0|LABEL|data-warehouse|UUID|c2725f0e-0ebf-4a9a-950e-9120512ceea9|MODEL|ST300MM0006|VENDOR|SEAGATE |SERIAL|S0K1EDGE0002|REV|2.5+|STATE|running|HCTL|0:2:2:0|TRAN|sas|SUBSYSTEMS|block:scsi:pci|WWN|0x5000c5007e1f0002|")
	if (sdd != "") {
		device("sdd", "", "PATH|/dev/sdd|KNAME|sdd|MAJ:MIN|8:48|MAJ|8|MIN|48|SIZE|" sdd "|TYPE|disk|MODEL|SAMSUNG MZ7LH480HAHQ-00005|VENDOR|ATA     |SERIAL|S45PNA0M100042|REV|7Q3Q|STATE|running|HCTL|1:0:0:0|TRAN|sata|SUBSYSTEMS|block:scsi:pci|WWN|0x5002538e1001a042|ROTA|0|" (pv2 == "" ? "" : "FSTYPE|LVM2_member|FSVER|LVM2 001|UUID|k0Xg2a-9QwE-7hTz-1bNm-Ls4d-Vc8f-Rt5yUo|"))
		if (lv2_on == 2) volume2("sdd")
	}
	split("ALIGNMENT 0 DISC-ALN 0 DISC-GRAN 4096 DISC-MAX 1073741824 GROUP disk LOG-SEC 512 MIN-IO 512 MODE brw-rw---- OPT-IO 0 OWNER root PHY-SEC 512 RA 128 ROTA 1 RAND 1 RM 0 RO 0 RQ-SIZE 256 SCHED mq-deadline WSAME 0 ZONED none ZONE-SZ 0 ZONE-WGRAN 0 ZONE-APP 0 ZONE-NR 0 ZONE-OMAX 0 ZONE-AMAX 0 DAX 0 HOTPLUG 0 DISC-ZERO 0 DISK-SEQ 1", f, " ")
	for (i = 1; i in f; i += 2)
		fallback[f[i]] = f[i + 1]
	split("RM RO ROTA RAND HOTPLUG DAX DISC-ZERO", f, " ")
	for (i in f) boolean[f[i]] = 1
	split("ALIGNMENT DISC-ALN LOG-SEC MIN-IO OPT-IO PHY-SEC RA RQ-SIZE WSAME ZONE-SZ ZONE-WGRAN ZONE-APP ZONE-NR ZONE-OMAX ZONE-AMAX DISK-SEQ PARTN START", f, " ")
	for (i in f) number[f[i]] = 1
	all = "ALIGNMENT,ID-LINK,ID,DISC-ALN,DAX,DISC-GRAN,DISK-SEQ,DISC-MAX,DISC-ZERO,FSAVAIL,FSROOTS,FSSIZE,FSTYPE,FSUSED,FSUSE%,FSVER,GROUP,HCTL,HOTPLUG,KNAME,LABEL,LOG-SEC,MAJ:MIN,MAJ,MIN,MIN-IO,MODE,MODEL,MQ,NAME,OPT-IO,OWNER,PARTFLAGS,PARTLABEL,PARTN,PARTTYPE,PARTTYPENAME,PARTUUID,PATH,PHY-SEC,PKNAME,PTTYPE,PTUUID,RA,RAND,REV,RM,RO,ROTA,RQ-SIZE,SCHED,SERIAL,SIZE,START,STATE,SUBSYSTEMS,MOUNTPOINT,MOUNTPOINTS,TRAN,TYPE,UUID,VENDOR,WSAME,WWN,ZONED,ZONE-SZ,ZONE-WGRAN,ZONE-APP,ZONE-NR,ZONE-OMAX,ZONE-AMAX"
	n = split(all, f, ",")
	for (i = 1; i <= n; i++) known[f[i]] = 1
	n = split(columns == "all" ? all : toupper(columns), col, ",")
	for (i = 1; i <= n; i++)
		if (!(col[i] in known)) {
			print "lsblk: unknown column: " col[i] > "/dev/stderr"
			exit 1
		}
	k = split(mounted, line, "\n")
	for (i = 1; i <= k; i++) {
		split(line[i], f, " ")
		for (d = 1; d <= devices_n; d++)
			if (value[order[d], "MOUNTPOINT"] == f[7]) {
				value[order[d], "FSSIZE"] = f[3]
				value[order[d], "FSUSED"] = f[4]
				value[order[d], "FSAVAIL"] = sprintf("%.0f", f[3] - f[4])
				value[order[d], "FSUSE%"] = int(f[4] * 100 / f[3] + 0.5) "%"
			}
	}
	want = substr(devices, 2)
	for (d = 1; d <= devices_n; d++)
		visit(order[d], 0)
	if (json) {
		printf "{\n   \"blockdevices\": [\n      "
		for (d = 1; d <= shown_n; d++)
			if (list || top[show[d]]) {
				printf printed++ ? "," : ""
				json_device(show[d], "      ")
			}
		print "\n   ]\n}"
		exit
	}
	for (i = 1; i <= n; i++) {
		wide[i] = headings ? length(col[i]) : 0
		right[i] = col[i] ~ /SIZE|USE%|AVAIL|USED|^R[MOA]$|ROTA|RAND|PARTN|LOG-SEC|PHY-SEC|MIN-IO|OPT-IO|START|RQ-SIZE|DISC|ALIGN|^MAJ$|^MIN$/
		for (d = 1; d <= shown_n; d++) {
			cell[d, i] = col[i] == "NAME" && !list && !raw && !pairs && !paths ? tree(show[d]) : get(show[d], col[i])
			if (col[i] == "MAJ:MIN") cell[d, i] = cell[d, i]
			if (width(cell[d, i]) > wide[i]) wide[i] = width(cell[d, i])
		}
	}
	for (d = headings && !pairs ? 0 : 1; d <= shown_n; d++) {
		out = ""
		for (i = 1; i <= n; i++) {
			v = d ? cell[d, i] : col[i]
			if (pairs)
				out = out (i > 1 ? " " : "") col[i] "=" quote(v)
			else if (raw) {
				gsub(/ /, "\\x20", v)
				out = out (i > 1 ? " " : "") v
			} else if (right[i] && !(col[i] == "MAJ:MIN"))
				out = out (i > 1 ? " " : "") sprintf("%" wide[i] "s", v)
			else if (col[i] == "MAJ:MIN") # aligned on its colon, as lsblk does
				out = out (i > 1 ? " " : "") sprintf("%-" wide[i] "s", d ? sprintf("%3s", substr(v, 1, index(v, ":") - 1)) substr(v, index(v, ":")) : v)
			else
				out = out (i > 1 ? " " : "") v (i < n || !d ? sprintf("%" (wide[i] - width(v)) "s", "") : sprintf("%" (wide[i] - width(v)) "s", ""))
		}
		if (!raw && !pairs && col[n] ~ /^MOUNTPOINT/ && (!d || v != ""))
			sub(/ +$/, "", out)
		print out
	}
}
