# jsonpath.awk: kubectl's -o jsonpath and -o custom-columns over the tree of tree.awk.
# paths(base, expression): the paths below base that an expression like .items[*].metadata.name names, one a line
function paths(base, e,    list, next_, n, f, i, k, j, key, c, end, cond, hits, p) {
	list = base
	while (e != "") {
		c = substr(e, 1, 1)
		if (c == "$" || c == "@") { e = substr(e, 2); continue }
		if (c == ".") {
			e = substr(e, 2)
			key = ""
			while (e != "" && (c = substr(e, 1, 1)) != "." && c != "[") {
				if (c == "\\") { e = substr(e, 2); c = substr(e, 1, 1) }
				key = key c
				e = substr(e, 2)
			}
			if (key == "") continue
			cond = "key"
		} else if (c == "[") {
			end = c == "[" && substr(e, 2, 1) == "?" ? index(e, ")]") + 1 : index(e, "]")
			if (end < 2) { bad_path = 1; return "" }
			key = substr(e, 2, end - 2)
			e = substr(e, end + 1)
			if (key == "*") cond = "all"
			else if (key ~ /^\?/) { cond = "filter"; key = substr(key, 3, length(key) - 3) }
			else { gsub(/^['"]|['"]$/, "", key); cond = "key" }
		} else { bad_path = 1; return "" }
		next_ = ""
		n = split(list, f, "\n")
		if (list == "" && base == "") { n = 1; f[1] = "" }
		for (i = 1; i <= n; i++) {
			if (cond == "key") {
				p = f[i] == "" ? key : f[i] "|" key
				if ((p in raw) || (p in kids)) next_ = next_ "\n" p
				continue
			}
			hits = substr(kids[f[i]], 2)
			while (hits != "") {
				j = index(hits, "\n")
				k = j ? substr(hits, 1, j - 1) : hits
				hits = j ? substr(hits, j + 1) : ""
				p = f[i] == "" ? k : f[i] "|" k
				if (cond == "all" || holds(p, key)) next_ = next_ "\n" p
			}
		}
		list = substr(next_, 2)
		if (list == "") return ""
	}
	return list
}
function holds(base, test,    op, at, left, right, v) {
	if (!match(test, /==|!=|>=|<=|>|</)) return paths(base, test) != ""
	left = substr(test, 1, RSTART - 1); op = substr(test, RSTART, RLENGTH); right = substr(test, RSTART + RLENGTH)
	gsub(/^ +| +$/, "", left); gsub(/^ +| +$/, "", right)
	at = paths(base, left)
	if (at == "") return 0
	v = go_value(at)
	if (right ~ /^["']/) right = substr(right, 2, length(right) - 2)
	if (op == "==") return v "" == right ""
	if (op == "!=") return v "" != right ""
	if (op == ">") return v + 0 > right + 0
	if (op == "<") return v + 0 < right + 0
	if (op == ">=") return v + 0 >= right + 0
	return v + 0 <= right + 0
}
function values(base, e, none,    list, n, f, i, out, v) {
	list = paths(base, e)
	if (list == "") return none
	n = split(list, f, "\n")
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? (none == "" ? " " : ",") : "") ((f[i] in raw) ? plain_text(raw[f[i]]) : json(f[i], "", ""))
	return out
}
function jsonpath(text, base,    out, i, e, w, body, depth, n, list, f, k, rest) {
	while ((i = index(text, "{")) > 0) {
		out = out substr(text, 1, i - 1)
		text = substr(text, i)
		if (match(text, /^\{ *(range) /)) {
			e = index(text, "}")
			w = substr(text, RLENGTH + 1, e - RLENGTH - 1)
			sub(/ +$/, "", w)
			rest = substr(text, e + 1)
			depth = 1
			n = 1
			while (depth > 0 && match(substr(rest, n), /\{ *(range |end *\})/)) {
				if (substr(rest, n + RSTART - 1, RLENGTH) ~ /end/) depth--
				else depth++
				n += RSTART + RLENGTH - 1
				k = RLENGTH
			}
			body = substr(rest, 1, n - 1 - k)
			text = substr(rest, n)
			list = paths(base, w)
			n = list == "" ? 0 : split(list, f, "\n")
			rest = list
			while (rest != "") {
				i = index(rest, "\n")
				k = i ? substr(rest, 1, i - 1) : rest
				rest = i ? substr(rest, i + 1) : ""
				out = out jsonpath(body, k)
			}
			continue
		}
		if (match(text, /^\{ *"[^"]*" *\}/) || match(text, /^\{ *'[^']*' *\}/)) {
			w = substr(text, 2, RLENGTH - 2)
			text = substr(text, RLENGTH + 1)
			gsub(/^ *["']|["'] *$/, "", w)
			gsub(/\\n/, "\n", w); gsub(/\\t/, "\t", w)
			out = out w
			continue
		}
		e = close_at(text)
		if (!e) { bad_path = 1; return out }
		w = substr(text, 2, e - 2)
		text = substr(text, e + 1)
		gsub(/^ +| +$/, "", w)
		out = out values(base, w, "")
	}
	return out text
}
function close_at(text,    i, quoted, c) { # the } that ends an expression
	for (i = 2; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\"" || c == "'") quoted = quoted == c ? "" : quoted == "" ? c : quoted
		if (c == "}" && quoted == "") return i
	}
	return 0
}
