about='power cut while it is copied: the console says what it finds, and undo starts Docker from the old folder'
. "$here/cases/1b.words.sh"

prepare() { hold cp; guest 'mv /usr/local/sbin/cp /usr/local/sbin/cp.held; sed "s|^\(: >\)|case \$* in *twistertui-new*) ;; *) exec \"\$real\" \"\$@\" ;; esac\n\1|" /usr/local/sbin/cp.held >/usr/local/sbin/cp; chmod 755 /usr/local/sbin/cp'; }

drive() {
	go
	power_cut_while_held cp
	undo
	is result ok
}

expect() {
	same containers
	not_moved
}
