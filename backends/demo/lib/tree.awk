# tree.awk: a tree of JSON values, and Go templates and JSONPath over it. Paths are joined with "|", because names
# of labels hold dots. put(path, text) sets a leaf to JSON text; s(…) makes that text of a string.
function s(text) {
	if (text ~ /[\\"\t\n]/) {
		gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); gsub(/\t/, "\\t", text); gsub(/\n/, "\\n", text)
	}
	return "\"" text "\""
}
function put(path, v) {
	raw[path] = v
	while (!(path in seen)) {
		seen[path] = 1
		if (match(path, /\|[^|]*$/)) {
			up_ = substr(path, 1, RSTART - 1)
			kids[up_] = kids[up_] "\n" substr(path, RSTART + 1)
			path = up_
		} else {
			kids[""] = kids[""] "\n" path
			return
		}
	}
}
function forget_tree() {
	split("", raw); split("", seen); split("", kids)
}
function plain_text(v) { # a leaf's text without its quotes
	if (v !~ /^"/) return v
	v = substr(v, 2, length(v) - 2)
	if (index(v, "\\")) {
		gsub(/\\n/, "\n", v); gsub(/\\t/, "\t", v); gsub(/\\"/, "\"", v); gsub(/\\\\/, "\\", v)
	}
	return v
}
# json(path, pad, step): with step "" on one line
function json(path, pad, step,    n, k, i, list, out, more) {
	if (path in raw) return raw[path]
	if (!(path in kids)) return "null"
	n = split(substr(kids[path], 2), k, "\n")
	list = k[1] == "0"
	more = step == "" ? "" : "\n" pad step
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? "," : "") more (list ? "" : s(k[i]) ":" (step == "" ? "" : " ")) json(path == "" ? k[i] : path "|" k[i], pad step, step)
	return (list ? "[" : "{") out (step == "" ? "" : "\n" pad) (list ? "]" : "}")
}
# go_value(path): as {{.path}} prints it
function go_value(path,    n, k, i, out) {
	if (path in raw) return raw[path] == "null" ? "<nil>" : raw[path] == "[]" ? "[]" : raw[path] == "{}" ? "map[]" : plain_text(raw[path])
	if (!(path in kids)) return missing
	n = split(substr(kids[path], 2), k, "\n")
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? " " : "") (k[1] == "0" ? "" : k[i] ":") go_value(path "|" k[i])
	return (k[1] == "0" ? "[" : "map[") out "]"
}
function dotted(base, word) { # ".State.Status" below base
	sub(/^\.?/, "", word)
	gsub(/\./, "|", word)
	return word == "" ? base : base == "" ? word : base "|" word
}
# template(text, base): {{.A.B}} {{json .A}} {{range .A}}…{{end}} {{if .A}}…{{else}}…{{end}} {{len .A}} {{index .A "k"}} {{"text"}}
function template(text, base,    out, i, e, body, n, k, j, path, depth, w, rest, other) {
	while ((i = index(text, "{{")) > 0) {
		out = out substr(text, 1, i - 1)
		text = substr(text, i + 2)
		e = index(text, "}}")
		if (!e) { bad_template = 1; return out }
		w = substr(text, 1, e - 1)
		text = substr(text, e + 2)
		sub(/^-?[ \t]*/, "", w); sub(/[ \t]*-?$/, "", w)
		if (w ~ /^(range|if) /) {
			body = text; rest = ""; other = ""; depth = 1
			n = 1
			while (depth > 0 && (j = index(substr(body, n), "{{")) > 0) {
				n += j + 1
				j = index(substr(body, n), "}}")
				k = substr(body, n, j - 1)
				gsub(/[ -]/, "", k)
				if (k ~ /^(range|if|with)\.?/) depth++
				else if (k == "end") depth--
				else if (k == "else" && depth == 1) { other_at = n - 2; other_end = n + j + 1; other = "y" }
				if (depth == 0) { text = substr(body, n + j + 1); body = substr(body, 1, n - 3) }
				n += j + 1
			}
			if (other != "") { other = substr(body, other_end); body = substr(body, 1, other_at - 1) }
			path = w
			sub(/^(range|if) +/, "", path)
			path = dotted(base, path)
			if (w ~ /^if/)
				out = out template(truth(path) ? body : other, base)
			else {
				n = split(substr(kids[path], 2), range_kid, "\n")
				w = substr(kids[path], 2)
				while (w != "") {
					j = index(w, "\n")
					k = j ? substr(w, 1, j - 1) : w
					w = j ? substr(w, j + 1) : ""
					out = out template(body, path "|" k)
				}
			}
		} else if (w ~ /^json/) {
			sub(/^json +/, "", w)
			out = out json(dotted(base, w), "", "")
		} else if (w ~ /^len /) {
			sub(/^len +/, "", w)
			path = dotted(base, w)
			out = out ((path in kids) ? split(substr(kids[path], 2), range_kid, "\n") : (path in raw) && raw[path] ~ /^"/ ? length(plain_text(raw[path])) : 0)
		} else if (w ~ /^index /) {
			split(w, range_kid, " ")
			gsub(/"/, "", range_kid[3])
			out = out go_value(dotted(base, range_kid[2]) "|" range_kid[3])
		} else if (w ~ /^println/)
			out = out "\n"
		else if (w ~ /^"/)
			out = out plain_text(w)
		else if (w ~ /^(\.|\$)/)
			out = out go_value(dotted(base, w))
		else
			bad_template = 1
	}
	return out text
}
function truth(path) {
	return (path in kids) || ((path in raw) && raw[path] != "\"\"" && raw[path] != "false" && raw[path] != "0" && raw[path] != "null" && raw[path] != "[]" && raw[path] != "{}")
}
function escapes(t) { # what the docker client makes of \t and \n on its command line
	gsub(/\\t/, "\t", t); gsub(/\\n/, "\n", t)
	return t
}
