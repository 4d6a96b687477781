about='an archive that is not there, is none, is cut, is cut and packed, holds no image, does not name it, is of another image'
. "$here/cases/mcp.words.sh"

prepare() {
	made
	guest "cd /root; echo hello >text.tar; head -c \$((\$(wc -c <$tar) - 3000)) $tar >cut.tar
		gzip -c $tar >p; head -c \$((\$(wc -c <p) - 30)) p >cut.tgz
		docker export web -o export.tar
		docker load -q -i $tar >/dev/null; docker save -o nameless.tar \$(docker images -q $mcp:1.0)
		docker tag $mcp:1.0 twisterlab/other:2; docker save -o other.tar twisterlab/other:2; docker rmi $mcp:1.0 twisterlab/other:2 >/dev/null"
}

drive() {
	begin
	param_blocked archive /root/none.tar 'there is no file /root/none.tar on the server: *'
	param_blocked archive /root/text.tar '/root/text.tar is no tar archive*'
	param_blocked archive /root/cut.tar '/root/cut.tar is cut short: *. Copy it again'
	param_blocked archive /root/cut.tgz '/root/cut.tgz is cut short: *unexpected end of file. Copy it again'
	param_blocked archive /root/export.tar '/root/export.tar is a tar archive without manifest.json or index.json: *docker save is needed'
	param_blocked archive /root/nameless.tar '/root/nameless.tar does not name its image: *'
	param_blocked archive /root/other.tar '/root/other.tar holds docker.io/twisterlab/other:2 *asks for docker.io/twisterlab/mcp-unified:1.0 *'
}

expect() {
	jobs_are 0
	same replicas pods.others
	images_are
}
