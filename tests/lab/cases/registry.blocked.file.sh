about='a registries.yaml that cannot be merged: not in block style, our name with something else, tabs, a link'
. "$here/cases/registry.words.sh"

drive() {
	begin
	blocked 'mirrors: {"docker.io": {endpoint: ["https://m.example"]}}' '*registries.yaml cannot be merged with: "mirrors" is not in block style (line 1)'
	blocked 'mirrors:\n  "EdgeServer:8085":\n    endpoint:\n      - "https://other.example"' \
		'*registries.yaml cannot be merged with: "mirrors" has EdgeServer:8085 already, with something else (line 2)'
	blocked 'mirrors:\n\t"a":' '*registries.yaml cannot be merged with: tabs (line 2)'
	guest "mv $yaml /root/registries.yaml; ln -s /root/registries.yaml $yaml"
	console prepare "$step"
	is state blocked
	is reason '*registries.yaml is a link or no plain file: *'
	refused console confirm "$step"
}

# blocked TEXT REASON
blocked() {
	printf '%b\n' "$1" | guest_file "$yaml" 600
	console prepare "$step"
	is state blocked
	is reason "$2"
	refused console confirm "$step"
}

expect() { [ "$(now jobs)" = 0 ] || fail 'a job was started'; }
