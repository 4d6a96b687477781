about='a pod that was ready before does not come back: seen, and whose it is'
. "$here/cases/k3s.words.sh"

drive() {
	begin
	console param "$step" wait 10
	is activity ready
	hold_at systemctl 'restart?k3s'
	console confirm "$step"
	held
	unready monitoring grafana
	release
	console wait "$step"
	is state failed
	is parts.apply 0
	says 'fewer pods are ready than before: monitoring/grafana-* (0/1)*'
}

expect() {
	same pods replicas
}
