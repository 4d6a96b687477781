about='no kubectl; an API that refuses, hangs, forbids, does not know who asks: nothing looks unused'
. "$here/cases/images.words.sh"

drive() {
	begin
	console param "$step" images "$unused"
	unreachable
}

expect() {
	# shellcheck disable=SC2086 # names
	images_are $needed $unused
}
