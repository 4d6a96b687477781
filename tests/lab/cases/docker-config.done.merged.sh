about='other settings in daemon.json: every byte of them stays; undo brings the file back byte by byte'
. "$here/cases/docker-config.words.sh"

prepare() {
	loaded 640 <<-'END'
		{
		    "debug":true , "registry-mirrors": [ "http://10.0.0.1:5000" ],

		    "log-opts": { "max-size" : "1g" },
		    "max-concurrent-uploads" : 5,
		    "labels": ["a=\u00e9 \"}{", "b=//"]
		}
	END
	running web
}

drive() {
	ready
	is plan '*-    "log-opts": { "max-size" : "1g" },*'
	succeeds
	guest "cat $conf" >"$dir/merged.json"
	grep -qxF '    "debug":true , "registry-mirrors": [ "http://10.0.0.1:5000" ],' "$dir/merged.json" ||
		fail 'what stood there is written otherwise'
	grep -qF '"labels": ["a=\u00e9 \"}{", "b=//"]' "$dir/merged.json" || fail 'labels are written otherwise'
	[ "$(jq -c '[.debug, ."registry-mirrors", ."log-opts", .labels, ."max-concurrent-uploads"]' "$dir/merged.json")" = \
		'[true,["http://10.0.0.1:5000"],{"max-size":"10m","max-file":"3"},["a=é \"}{","b=//"],3]' ] ||
		fail "it holds $(jq -c . "$dir/merged.json")"
	[ "$(guest "stat -c %a $conf")" = 640 ] || fail 'its mode has changed'
	starts 64000
	undo
	is result ok
	is state todo
	running web
	tidy
}

expect() {
	same daemon.json containers containers.all docker
}
