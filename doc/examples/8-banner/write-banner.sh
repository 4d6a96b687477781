# shellcheck shell=sh
# shellcheck disable=SC2154 # root, words: given by the console
file=$root/etc/issue.net

preflight() {
	[ -d "$root"/etc ]
}

check() {
	[ "$(cat "$file" 2>/dev/null)" = "$words" ] && say already "${file#"$root"}"
}

plan() {
	before=$file
	[ -f "$file" ] || before=/dev/null
	printf '%s\n' "$words" | diff -u -L old -L new "$before" - || [ $? = 1 ]
}

apply() {
	[ ! -f "$file" ] || cp -p "$file" "$file.old" || return 1
	printf '%s\n' "$words" >"$file.new" && mv "$file.new" "$file"
}

verify() {
	[ "$(cat "$file")" = "$words" ]
}

undo() {
	if [ -f "$file.old" ]; then
		mv "$file.old" "$file"
	else
		rm -f "$file"
	fi
}
