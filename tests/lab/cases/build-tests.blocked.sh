about='nothing chosen; no such folder, no Dockerfile in it, one that is none; too long for a day; no room; Docker stopped'
. "$here/cases/build.words.sh"

drive() {
	begin
	prepare_blocked 'no Dockerfile is chosen: press e (1 was found), or d to defer'
	guest "mkdir /srv/empty; echo hello >/srv/empty/notes"
	choose /srv/none 'there is no file /srv/none: press e and choose another'
	choose /srv/none/Dockerfile 'there is no folder /srv/none: press e and choose another Dockerfile'
	choose /srv/empty 'there is no file /srv/empty/Dockerfile: press e and choose another'
	choose /srv/empty/notes '/srv/empty/notes has no line FROM: it is no Dockerfile'
	choose "$mcp" ''
	param_blocked limit 900m '1 Dockerfile, twice 900m each, may take longer than 23 hours: *'
	console param "$step" limit 90m
	is activity ready
	guest 'fallocate -l $(($(df --output=avail -B1 /var/lib/docker | tail -n 1) - 3000000000)) /var/full'
	prepare_blocked 'only 28?? MiB are free in /var/lib/docker: *'
	guest 'rm /var/full; systemctl stop docker.socket docker'
	prepare_blocked 'Docker does not answer: systemd says that it is inactive'
	guest 'systemctl start docker'
}

# choose DOCKERFILES REASON
choose() {
	console param "$step" dockerfiles "$1"
	[ -z "$2" ] || blocked "$2"
}

expect() { jobs_are 0; }
