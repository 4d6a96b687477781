about='systemctl says that journald was restarted, and it goes on with its old limit: seen, and put back'
phase=0-stabilisation

prepare() {
	wrap systemctl <<-'EOF'
		[ "$*" != 'restart systemd-journald' ] || exit 0
		exec "$real" "$@"
	EOF
	guest 'find /etc/systemd | sort' >"$dir/files.before"
}

drive() {
	ready
	fails undone 0
	is parts.verify '[1-9]*'
	says 'journald *limit*'
}

expect() {
	guest 'find /etc/systemd | sort' | cmp "$dir/files.before" - || fail 'the settings are left'
}
