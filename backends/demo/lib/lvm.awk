# lvm.awk: one row of a report as LVM prints it, plain or JSON.
function size(name, head, bytes) { field(name, head, bytes, "size") }
function field(name, head, v, how) { title[name] = head; value[name] = v; type[name] = how }
function shown(n,    u, i, v, big) {
	u = units
	if (u == "b" || u == "B") return sprintf("%.0f%s", n, suffix ? "B" : "")
	if (u == "s") return sprintf("%.0f%s", n / 512, suffix ? "S" : "")
	if (u == "r" || u == "h" || u == "R" || u == "H") {
		if (n == 0) return "0" (suffix ? " " : "")
		for (i = 1; n >= 1024 && i < 6; i++) n /= 1024
		v = sprintf("%.2f", n)
		return (tolower(u) == "r" && v + 0 > n ? "<" : "") v (suffix ? substr("bkmgtp", i, 1) : "")
	}
	i = index("kmgtp", tolower(u))
	for (big = u ~ /[A-Z]/ ? 1000 : 1024; i > 0; i--)
		n /= big
	return sprintf("%.2f%s", n, suffix ? u : "")
}
function cell(name) { return type[name] == "size" ? shown(value[name]) : value[name] }
function pick(list,    n, i, f, name, extra) {
	n = split(list, f, ",")
	for (i = 1; i <= n; i++) {
		name = f[i]
		if (name == "") continue
		if (name ~ /^\+/) {
			name = substr(name, 2)
			if (!chosen_n) pick(usual)
		}
		if (name == kind "_all" || name == "all") {
			for (extra = 1; extra <= all_n; extra++) choose(all[extra])
			continue
		}
		if (!(name in value) && ((kind "_" name) in value)) name = kind "_" name
		if (!(name in value)) {
			printf "  Unrecognised field: %s\n", name > "/dev/stderr"
			exit bad = 3
		}
		choose(name)
	}
}
function choose(name) { chosen[++chosen_n] = name }
# The physical volumes, one after the other: the first one's extents are used first.
function load(row,    here, used, name) {
	if (kind == "lv" && row == 2)
		second_volume()
	else if (kind == "lv")
		for (name in first_volume)
			value[name] = first_volume[name]
	if (kind != "pv")
		return
	here = row == 1 ? vg - pv2 : pv2 + 0
	used = row == 1 ? (lv < here ? lv : here) : (lv > vg - pv2 ? lv - (vg - pv2) : 0)
	if (lv2_on == row)
		used += lv2_n
	value["pv_name"] = row == 1 ? "/dev/sdb3" : "/dev/sdd"
	value["pv_uuid"] = row == 1 ? "fHLxKw-DJwK-bcLh-ivM7-oFWD-t3bU-d1c4aX" : "k0Xg2a-9QwE-7hTz-1bNm-Ls4d-Vc8f-Rt5yUo"
	value["dev_size"] = row == 1 ? sdb3 : sdd
	value["pv_pe_count"] = here; value["pv_pe_alloc_count"] = used
	value["pv_size"] = here * E; value["pv_free"] = (here - used) * E; value["pv_used"] = used * E
	if (row == 2 && pv2 == "none") { # in no group
		value["vg_name"] = ""; value["pv_attr"] = "---"; value["pv_size"] = value["pv_free"] = sdd; value["pv_in_use"] = ""
		value["vg_extent_size"] = value["vg_extent_count"] = value["vg_free_count"] = value["vg_size"] = value["vg_free"] = 0
	}
}
function second_volume(    mapper, start) {
	mapper = lv2; gsub(/-/, "--", mapper)
	start = lv2_on == 1 ? lv : (lv > vg - pv2 ? lv - (vg - pv2) : 0)
	value["lv_name"] = lv2; value["lv_full_name"] = "ubuntu-vg/" lv2; value["lv_path"] = "/dev/ubuntu-vg/" lv2
	value["lv_dm_path"] = "/dev/mapper/ubuntu--vg-" mapper; value["lv_uuid"] = lv2_uuid; value["lv_tags"] = lv2_tags
	value["lv_attr"] = lv2_at == "" ? "-wi-a-----" : "-wi-ao----"; value["lv_device_open"] = lv2_at == "" ? "" : "open"
	value["lv_size"] = value["seg_size"] = lv2_n * E; value["seg_size_pe"] = lv2_n; value["lv_kernel_minor"] = 1
	value["devices"] = (lv2_on == 1 ? "/dev/sdb3(" : "/dev/sdd(") start ")"
	value["seg_pe_ranges"] = (lv2_on == 1 ? "/dev/sdb3:" : "/dev/sdd:") start "-" (start + lv2_n - 1)
}
BEGIN {
	E = 4194304
	first = kind != "vg" && only == 2 ? 2 : 1
	last = (kind == "pv" && pv2 != "" || kind == "lv" && lv2 != "") && only != 1 ? 2 : 1
	field("lv_name", "LV", "ubuntu-lv"); field("vg_name", "VG", "ubuntu-vg")
	field("lv_full_name", "LV", "ubuntu-vg/ubuntu-lv"); field("lv_path", "Path", "/dev/ubuntu-vg/ubuntu-lv")
	field("lv_dm_path", "DMPath", "/dev/mapper/ubuntu--vg-ubuntu--lv"); field("lv_attr", "Attr", "-wi-ao----")
	field("lv_uuid", "LV UUID", "sLkGJs-caCu-E3fL-o2T1-ZbgR-y9ud-GiEgUj"); size("lv_size", "LSize", lv * E)
	field("lv_active", "Active", "active"); field("lv_layout", "Layout", "linear"); field("lv_role", "Role", "public")
	field("lv_kernel_major", "KMaj", "253", "n"); field("lv_kernel_minor", "KMin", "0", "n")
	field("lv_device_open", "DevOpen", "open"); field("lv_permissions", "LPerms", "writeable"); field("lv_tags", "LV Tags", "")
	field("lv_time", "CTime", strftime("%Y-%m-%d %H:%M:%S +0000", now - 9000000, 1)); field("lv_host", "Host", "edgeserver")
	field("seg_count", "#Seg", "1", "n"); field("segtype", "Type", "linear"); field("devices", "Devices", "/dev/sdb3(0)")
	field("seg_pe_ranges", "PE Ranges", "/dev/sdb3:0-" (lv - 1)); size("seg_size", "SSize", lv * E)
	field("seg_start", "Start", "0"); field("stripes", "#Str", "1", "n"); field("seg_size_pe", "SSize", lv, "n")
	field("pool_lv", "Pool", ""); field("origin", "Origin", ""); field("data_percent", "Data%", "", "n")
	field("metadata_percent", "Meta%", "", "n"); field("move_pv", "Move", ""); field("mirror_log", "Log", "")
	field("copy_percent", "Cpy%Sync", "", "n"); field("convert_lv", "Convert", "")
	field("vg_attr", "Attr", "wz--n-"); field("vg_uuid", "VG UUID", "mZrG55-0VFT-j0Lk-tL2t-ChYb-sgnA-PrK7Ce"); field("vg_fmt", "Fmt", "lvm2")
	size("vg_size", "VSize", vg * E); size("vg_free", "VFree", (vg - lv - lv2_n) * E); size("vg_extent_size", "Ext", E)
	field("vg_extent_count", "#Ext", vg, "n"); field("vg_free_count", "Free", vg - lv - lv2_n, "n"); field("vg_seqno", "Seq", seq, "n")
	field("pv_count", "#PV", pv2 + 0 > 0 ? 2 : 1, "n"); field("lv_count", "#LV", lv2 == "" ? 1 : 2, "n"); field("snap_count", "#SN", "0", "n")
	field("vg_missing_pv_count", "#PV Missing", "0", "n"); field("max_lv", "MaxLV", "0", "n"); field("max_pv", "MaxPV", "0", "n")
	field("vg_permissions", "VPerms", "writeable"); field("vg_extendable", "Extendable", "extendable"); field("vg_exported", "Exported", "")
	field("vg_partial", "Partial", ""); field("vg_tags", "VG Tags", ""); field("vg_mda_count", "#VMda", "1", "n")
	field("pv_name", "PV", "/dev/sdb3"); field("pv_fmt", "Fmt", "lvm2"); field("pv_attr", "Attr", "a--")
	field("pv_uuid", "PV UUID", "fHLxKw-DJwK-bcLh-ivM7-oFWD-t3bU-d1c4aX"); size("pv_size", "PSize", vg * E); size("pv_free", "PFree", (vg - lv) * E)
	size("pv_used", "Used", lv * E); size("dev_size", "DevSize", sdb3); size("pe_start", "1st PE", 1048576)
	field("pv_pe_count", "PE", vg, "n"); field("pv_pe_alloc_count", "Alloc", lv, "n"); field("pv_missing", "Missing", "")
	field("pv_allocatable", "Allocatable", "allocatable"); field("pv_exported", "Exported", ""); field("pv_tags", "PV Tags", ""); field("pv_in_use", "PInUse", "used")
	for (name in value)
		first_volume[name] = value[name]
	usual = kind == "lv" ? "lv_name,vg_name,lv_attr,lv_size,pool_lv,origin,data_percent,metadata_percent,move_pv,mirror_log,copy_percent,convert_lv" : \
		kind == "vg" ? "vg_name,pv_count,lv_count,snap_count,vg_attr,vg_size,vg_free" : "pv_name,vg_name,pv_fmt,pv_attr,pv_size,pv_free"
	all_n = split(usual, all, ",")
	pick(columns == "" ? usual : columns)
	if (bad) exit bad
	if (format ~ /json/) {
		for (r = first; r <= last; r++) {
		load(r)
		row = row (r > first ? "},\n                  {" : "")
		for (i = 1; i <= chosen_n; i++)
			row = row (i > 1 ? ", " : "") "\"" chosen[i] "\":" (format == "json_std" && (type[chosen[i]] == "n") && value[chosen[i]] != "" ? \
				value[chosen[i]] : "\"" cell(chosen[i]) "\"")
		}
		printf "  {\n      \"report\": [\n          {\n              \"%s\": [\n                  {%s}\n              ]\n          }\n      ]\n", kind, row
		print "      ,\n      \"log\": [\n      ]\n  }"
		exit
	}
	if (prefixes) {
		for (r = first; r <= last; r++) {
			load(r)
			out = ""
			for (i = 1; i <= chosen_n; i++)
			out = out (i > 1 ? " " : "") "LVM2_" toupper(chosen[i]) "=" (unquoted ? cell(chosen[i]) : "'" cell(chosen[i]) "'")
			print "  " out
		}
		exit
	}
	for (r = first; r <= last; r++) {
		load(r)
		for (i = 1; i <= chosen_n; i++)
			if (length(cell(chosen[i])) > widest[i])
				widest[i] = length(cell(chosen[i]))
	}
	for (line = headings ? first - 1 : first; line <= last; line++) {
		heading = line < first
		if (!heading)
			load(line)
		out = " "
		for (i = 1; i <= chosen_n; i++) {
			v = heading ? title[chosen[i]] : cell(chosen[i])
			if (separator != "") {
				out = out (i > 1 ? separator : " ") v
				continue
			}
			wide = widest[i]
			if (chosen[i] ~ /data_percent$/ && wide < 6) wide = 6
			if (chosen[i] == "pv_name" && wide < 10) wide = 10
			if (headings && length(title[chosen[i]]) > wide) wide = length(title[chosen[i]])
			out = out " " sprintf("%" (type[chosen[i]] == "n" || type[chosen[i]] == "size" ? (heading ? "-" : "") : "-") wide "s", v)
		}
		print out
	}
}
