about='the console killed as it starts the job: it ran once or not at all, and the next console says which'

drive() {
	ready
	console kill-when "$step" activity=starting
	dies console confirm "$step"
	begin
	ask console until "$step" state=interrupted activity=idle
	ask console wait "$step"
	case $(field state) in
	interrupted)
		console prepare "$step" # perhaps it was still being looked at
		[ "$(field activity)" = ready ] || console prepare "$step"
		is activity ready
		succeeds
		;;
	*) is state 'done' ;;
	esac
}

expect() {
	grew lv.bytes $((50 << 30))
	grew vg.free -12800
	jobs_are 1
}
