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
	param_blocked installer /opt/nosuch.tgz 'no installer /opt/nosuch.tgz on the server: *'
	param_blocked installer /opt/page.tgz '/opt/page.tgz is no .tgz: it does not begin as gzip does. *'
	param_blocked installer /opt/cut.tgz '/opt/cut.tgz is cut off or damaged (* bytes, gzip -t says no): copy it again'
	param_blocked installer /opt/other.tgz '/opt/other.tgz holds hostname, a link or a place outside harbor/: *'
	param_blocked installer /opt/none.tgz '/opt/none.tgz is no installer of Harbor: it holds no harbor/install.sh'
	param_blocked installer /opt/link.tgz '/opt/link.tgz holds *, a link or a place outside harbor/: *'
	param_blocked installer /opt/online.tgz '/opt/online.tgz is the online installer, without images: *'
	console param "$step" installer "$tgz"
	is activity ready
	param_blocked sha256 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "$tgz has another SHA-256 than the one given: *"
}

expect() {
	jobs_are 0
	no_harbor
}
