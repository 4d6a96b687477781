about='merged with what is there; k3s is restarted, pulls the image itself, and all pods are ready again'
. "$here/cases/k3s.words.sh"
. "$here/cases/registry.words.sh"
phase=1-foundation

# k3s' unit of both: it reads registries.yaml, and the API stands behind it.
prepare() {
	local command
	k3s_unit
	command=$(guest "sed -n 's/^ExecStart=//p' /etc/systemd/system/k3s.service")
	k3s_reads "$command"
	harbor_answers
	theirs
	guest 'n=0; until kubectl get nodes >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 100 ]; sleep 0.2; done'
}

drive() {
	begin
	console param "$step" restart yes
	is activity ready
	is plan '*$ systemctl restart k3s*$ k3s crictl pull EdgeServer:8085/library/twistertui-test@*'
	[[ $(field plan) != *of-the-mirror* ]] || fail 'the plan shows a password'
	succeeds
	is result ok
	says 'k3s pulled it with the same digest, and as many pods are ready as before: *'
}

expect() {
	same pods pods.others
	guest "grep -q 'https://mirror.example:5000' $yaml; grep -q of-the-mirror $yaml; cmp $yaml /run/lab-registries.yaml" ||
		fail 'what was there is gone, or k3s has not read it'
	! grep -r -q of-the-mirror "$dir/state" || fail 'a password is in the journal'
	guest '! grep -r -q of-the-mirror /var/lib/twistertui' || fail 'a password is in the job'
	tidy
	secrets admin
}
