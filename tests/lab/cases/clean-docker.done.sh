about='a stopped container, an image without a name, one with a name, a volume: gone, and nothing else is'
. "$here/cases/clean-docker.words.sh"

prepare() { litter; }

drive() {
	begin
	console choices "$step" images
	jq -e '.choices == ["dangling", "spare:1"]' <<<"$said" >/dev/null || fail "other choices: $said"
	console choices "$step" volumes
	jq -e '.choices == ["lone"]' <<<"$said" >/dev/null || fail "other choices: $said"
	console param "$step" containers old
	console param "$step" images 'dangling spare:1'
	console param "$step" volumes lone
	is activity ready
	is plan '*docker rm old *docker rmi spare:1 *docker volume rm lone*'
	left >"$dir/left.before"
	succeeds
	is result ok
	says '*nothing else is gone'
}

expect() {
	diff <(grep -v -e 'container old' -e 'image spare:1' -e 'image <none>' -e 'volume lone' "$dir/left.before") <(left) >&2 ||
		fail 'something else went, or something stayed'
	same containers docker.pid
	[ "$(journal 'select(.kind == "facts" and .when == "after") | .facts["phase.docker.freed"].value' | tail -n 1)" -gt 45000000 ] ||
		fail 'less was freed than there was'
}
