about='a restore that loses a row and says nothing: seen'
phase=0-stabilisation

drive() {
	begin
	step=backups
	console prepare backups
	succeeds
	wrap psql <<-'END'
		case "$*" in
		*'-f -'*) awk '/^COPY public/ { on = 1; print; next } on { on = 0; if ($0 != "\\.") next } { print }' | "$real" "$@" ;;
		*) exec "$real" "$@" ;;
		esac
	END
	step=restore-postgres
	console prepare "$step"
	run_step
	is state failed
	is parts.apply 0
	says 'what was restored is not what postgres_*.sql.gz holds'
}

expect() {
	[ -z "$(guest 'ls -A /var/tmp | grep twistertui || :')" ] || fail 'the throw-away instance is left'
}
