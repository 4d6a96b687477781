about='no installer there; one that is a web page, is cut, has another sum, is no Harbor, has no images, would write elsewhere'
. "$here/cases/harbor.words.sh"

prepare() {
	made
	guest "cd /opt; echo '<html>not found</html>' >page.tgz; head -c \$((\$(wc -c <$tgz) - 500)) $tgz >cut.tgz
		tar -czf other.tgz -C /etc hostname; cd /root/h; mv harbor/harbor.v2.10.0.tar.gz .; tar -czf /opt/online.tgz harbor
		rm harbor/install.sh; tar -czf /opt/none.tgz harbor; ln -s /etc/passwd harbor/install.sh; tar -czf /opt/link.tgz harbor"
}

drive() {
	begin
	blocked installer /opt/nosuch.tgz 'no installer /opt/nosuch.tgz on the server: *'
	blocked installer /opt/page.tgz '/opt/page.tgz is no .tgz: it does not begin as gzip does. *'
	blocked installer /opt/cut.tgz '/opt/cut.tgz is cut off or damaged (* bytes, gzip -t says no): copy it again'
	blocked installer /opt/other.tgz '/opt/other.tgz holds hostname, a link or a place outside harbor/: *'
	blocked installer /opt/none.tgz '/opt/none.tgz is no installer of Harbor: it holds no harbor/install.sh'
	blocked installer /opt/link.tgz '/opt/link.tgz holds *, a link or a place outside harbor/: *'
	blocked installer /opt/online.tgz '/opt/online.tgz is the online installer, without images: *'
	console param "$step" installer "$tgz"
	is activity ready
	blocked sha256 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "$tgz has another SHA-256 than the one given: *"
}

# blocked NAME VALUE REASON
blocked() {
	console param "$step" "$1" "$2"
	is state blocked
	is reason "$3"
	refused console confirm "$step"
}

expect() {
	[ "$(now jobs)" = 0 ] || fail 'a job was started'
	no_harbor
}
