# shellcheck shell=sh
# shellcheck disable=SC2154
# A step as it should be; "$root" before /etc/every/path in code, not in comments. say nothing here.
folder=$root/var/tmp

preflight() {
	[ -d "$folder" ] || { say no-folder; return 1; }
}

check() {
	[ -e "$folder/$name" ] || return 1
	size=$(wc -c <"$folder/$name")
	say there "$name" "$size"
	fact phase.size "$size"
	fact "phase.part.$kind" 1
}

plan() {
	# it's a comment with a quote, and /usr/bin/paths
	awk 'BEGIN { print "# no comment: /" }' </dev/null 2>/dev/null
	cat <<-END
		it's made: touch ${folder#"$root"}/$name
	END
	echo "$(printf %s "a # b") (' "
}

apply() {
	: >"$folder/${name}"
}

verify() { check; }

undo() {
	rm -f "$folder/$name"
}

choices() {
	choice a 'first' 1
}
