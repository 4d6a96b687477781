about='a registries.yaml that cannot be merged: not in block style, our name with something else, tabs, a link'
. "$here/cases/registry.words.sh"

drive() {
	begin
	with 'mirrors: {"docker.io": {endpoint: ["https://m.example"]}}' '*registries.yaml cannot be merged with: "mirrors" is not in block style (line 1)'
	with 'mirrors:\n  "EdgeServer:8085":\n    endpoint:\n      - "https://other.example"' \
		'*registries.yaml cannot be merged with: "mirrors" has EdgeServer:8085 already, with something else (line 2)'
	with 'mirrors:\n\t"a":' '*registries.yaml cannot be merged with: tabs (line 2)'
	guest "mv $yaml /root/registries.yaml; ln -s /root/registries.yaml $yaml"
	prepare_blocked '*registries.yaml is a link or no plain file: *'
}

# with TEXT REASON
with() {
	printf '%b\n' "$1" | guest_file "$yaml" 600
	prepare_blocked "$2"
}

expect() { jobs_are 0; }
