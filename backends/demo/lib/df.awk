# df.awk: the lines of mounts() as df prints them.
function ceil(x) { return x == int(x) ? x : int(x) + 1 }
# "98G": coreutils rounds up, with one decimal under 10
function short(n,    i, scaled) {
	for (i = 0; n >= human && i < 6; i++)
		n /= human
	scaled = i == 0 || ceil(n * 10) >= 100 ? sprintf("%d", ceil(n)) : sprintf("%.1f", ceil(n * 10) / 10)
	if (scaled == human)
		scaled = "1.0" substr("KMGTPE", ++i, 1)
	else if (i > 0)
		scaled = scaled substr(human == 1000 ? "kMGTPE" : "KMGTPE", i, 1)
	return scaled
}
function size(n) { return human ? short(n) : sprintf("%.0f", ceil(n / unit)) }
function percent(used, free) { return used + free == 0 ? "-" : ceil(used * 100 / (used + free)) "%" }
function in_list(list, word) { return index(" " list " ", " " word " ") > 0 }
function add(name, value) { row = row "\t" value; if (NR == 1 || !headed) heads = heads "\t" name }
function title_of_size() {
	if (human) return "Size"
	if (posix) return unit == 1024 ? "1024-blocks" : unit == 1 ? "1-blocks" : unit == 1048576 ? "1048576-blocks" : unit "-blocks"
	if (unit == 1) return "1B-blocks"
	if (unit == 1048576) return "1M-blocks"
	if (unit == 1073741824) return "1G-blocks"
	return unit == 1000 ? "1kB-blocks" : unit == 1000000 ? "1MB-blocks" : unit == 1000000000 ? "1GB-blocks" : "1K-blocks"
}
function column(c) {
	if (c == "source") add("Filesystem", $1)
	else if (c == "fstype") add("Type", $2)
	else if (c == "size") add(output ? (human ? "Size" : title_of_size()) : title_of_size(), size($3))
	else if (c == "used") add("Used", size($4))
	else if (c == "avail") add(human || output ? "Avail" : "Available", size($3 - $4))
	else if (c == "pcent") add(posix ? "Capacity" : "Use%", percent($4, $3 - $4))
	else if (c == "itotal") add("Inodes", human ? short($5) : $5)
	else if (c == "iused") add("IUsed", human ? short($6) : $6)
	else if (c == "iavail") add("IFree", human ? short($5 - $6) : $5 - $6)
	else if (c == "ipcent") add("IUse%", percent($6, $5 - $6))
	else if (c == "file") add("File", file == "" ? "-" : file)
	else if (c == "target") add("Mounted on", $7)
	else {
		printf "df: option --output: field '%s' unknown\nTry 'df --help' for more information.\n", c > "/dev/stderr"
		bad = 1
		exit 1
	}
}
function emit(    i, c, n) {
	row = ""
	n = split(output ? output : "source," (type ? "fstype," : "") (inodes ? "itotal,iused,iavail,ipcent," : "size,used,avail,pcent,") "target", c, ",")
	for (i = 1; i <= n; i++)
		column(c[i])
	headed = 1
	rows[++nrows] = substr(row, 2)
}
BEGIN { nwanted = split(names, wanted, " "); CONVFMT = "%.0f"; OFMT = "%.0f" }
{
	line[NR] = $0
	at[NR] = $7
	device[NR] = $1
	kind[NR] = $2
}
END {
	if (bad)
		exit 1
	if (nwanted == 0)
		for (i = 1; i <= NR; i++)
			if ((only == "" || in_list(only, kind[i])) && !in_list(except, kind[i])) {
				$0 = line[i]
				sum_size += $3; sum_used += $4
				emit()
			}
	for (w = 1; w <= nwanted; w++) {
		best = 0
		for (i = 1; i <= NR; i++)
			if (wanted[w] == device[i] || (device[i] ~ /mapper/ && wanted[w] == "/dev/ubuntu-vg/ubuntu-lv"))
				best = i
			else if (wanted[w] == at[i] || at[i] == "/" || index(wanted[w], at[i] "/") == 1)
				if (!best || length(at[i]) > length(at[best]))
					best = i
		$0 = line[best]
		file = wanted[w]
		emit()
	}
	if (!nrows) {
		print "df: no file systems processed" > "/dev/stderr"
		exit 1
	}
	if (total) {
		$0 = "total - " sum_size " " sum_used " 0 0 -"
		emit()
	}
	n = split(substr(heads, 2), head, "\t")
	for (i = 1; i <= n; i++)
		width[i] = length(head[i]) < (i == 1 && head[i] == "Filesystem" ? 14 : head[i] == "Use%" || head[i] == "IUse%" || head[i] == "Type" ? 4 : 5) ? \
			(i == 1 ? 14 : head[i] ~ /%$/ || head[i] == "Type" ? 4 : 5) : length(head[i])
	if (head[1] == "Filesystem" && width[1] < 14)
		width[1] = 14
	for (r = 1; r <= nrows; r++) {
		split(rows[r], cell, "\t")
		for (i = 1; i <= n; i++)
			if (length(cell[i]) > width[i])
				width[i] = length(cell[i])
	}
	for (r = 0; r <= nrows; r++) {
		split(r == 0 ? substr(heads, 2) : rows[r], cell, "\t")
		out = ""
		for (i = 1; i <= n; i++) {
			left = head[i] == "Filesystem" || head[i] == "Type" || head[i] == "Mounted on" || head[i] == "File"
			if (left && i == n)
				cell_ = cell[i]
			else
				cell_ = sprintf("%" (left ? "-" : "") width[i] "s", cell[i])
			out = out (i > 1 ? " " : "") cell_
		}
		print out
	}
}
