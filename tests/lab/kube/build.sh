#!/bin/bash
# build.sh: a real Kubernetes API from Debian 12's packages, made once into the lab's cache; prints the folder.
#
#     CACHE/kube/KEY/     kube-apiserver kube-controller-manager kubectl etcd VERSION
#
# No Debian has an API server as a package, but Debian 12 has the whole of Kubernetes 1.20 as a source package with
# everything it is made from, and its own Go builds that without a network. kubectl and etcd come as packages.
# All of it is taken with an apt of its own (lists, cache) and unpacked beside the machine's system: nothing is
# installed, no root is needed, no daemon starts, and another go or kubectl in PATH does not matter. The KEY is this
# file, so a change here builds anew. 4 minutes of two processors, 3 GB while it lasts, 270 MB after.
#
# Says "skipped: why" and ends with 77 where it cannot be.
set -euo pipefail

cache=${TWISTERTUI_LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/twistertui/lab}
key=$(sha256sum "${BASH_SOURCE[0]}" | cut -c1-12)
out=$cache/kube/$key
suite=bookworm
go_packages=(golang-1.19-go golang-1.19-src)
run_packages=(etcd-server kubernetes-client)

skip() {
	printf 'skipped: no Kubernetes API: %s\n' "$*" >&2
	exit 77
}

say() {
	printf 'kube: %s\n' "$*" >&2
}

if [ -s "$out/VERSION" ]; then
	printf '%s\n' "$out"
	exit 0
fi
for tool in apt-get dpkg-source dpkg python3 openssl; do
	command -v "$tool" >/dev/null || skip "$tool is missing (apt-get install apt dpkg-dev python3 openssl)"
done
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r $keyring ] || skip "$keyring is missing (apt-get install debian-archive-keyring)"

mkdir -p "$cache/kube"
exec 9>"$cache/kube/lock"
flock 9
if [ -s "$out/VERSION" ]; then
	printf '%s\n' "$out"
	exit 0
fi
work=$cache/kube/work
# Go makes what it keeps read-only.
clean() {
	[ ! -d "$work" ] || { chmod -R u+w "$work" && rm -rf "$work"; }
}
trap clean EXIT
trap 'exit 1' INT TERM HUP
clean
mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/deb" "$work/bin" "$work/go/src/k8s.io"

# --- the packages ---------------------------------------------------------------------------------------------------

# The machine's own mirror, when it has one of Debian.
mirror=$(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
	awk '$1 == "Debian" && $2 == "main" && $3 !~ /security/ { print $3; exit }') || mirror=
mirror=${mirror:-http://deb.debian.org/debian/}
printf 'Types: deb deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$mirror" $suite $keyring \
	>"$work/apt/sources.sources"
cat >"$work/apt/conf" <<-END
	Dir::Etc::SourceList "$work/apt/sources.sources";
	Dir::Etc::SourceParts "/nonexistent";
	Dir::Etc::Preferences "/nonexistent";
	Dir::Etc::PreferencesParts "/nonexistent";
	Dir::State::Lists "$work/apt/lists";
	Dir::State::Status "/dev/null";
	Dir::Cache "$work/apt/cache";
	APT::Sandbox::User "";
	APT::Get::AllowUnauthenticated "false";
	Acquire::Languages "none";
END
own_apt() {
	APT_CONFIG=$work/apt/conf apt-get -q "$@" >>"$work/apt/log" 2>&1
}

own_apt update || { tail -5 "$work/apt/log" >&2; skip "$mirror does not answer for $suite"; }
(
	cd "$work/deb"
	own_apt download "${go_packages[@]}" "${run_packages[@]}" && own_apt source --download-only kubernetes
) || { tail -5 "$work/apt/log" >&2; skip "$mirror has not all of: ${go_packages[*]} ${run_packages[*]} and kubernetes' source"; }
for deb in "$work"/deb/*.deb; do
	dpkg -x "$deb" "$work/root"
done
dsc=("$work"/deb/kubernetes_*.dsc)
dpkg-source --no-check -x "${dsc[0]}" "$work/source" >"$work/unpack.log" 2>&1 ||
	{ tail -5 "$work/unpack.log" >&2; exit 1; }
version=$(sed -n 's/^Version: *//p' "${dsc[0]}" | head -1)
upstream=$(sed 's/.*really//; s/-.*//' <<<"$version")
say "building $version with $("$work/root/usr/lib/go-1.19/bin/go" version)"

# --- building it ----------------------------------------------------------------------------------------------------

# Module mode refuses ("updates to go.mod needed"), so this is GOPATH mode, as debian/rules does it.
export PATH=$work/root/usr/lib/go-1.19/bin:$PATH GOROOT=$work/root/usr/lib/go-1.19
export GO111MODULE=off GOFLAGS='' GOTOOLCHAIN=local CGO_ENABLED=0 GOCACHE=$work/gocache GOPATH=$work/go
tree=$GOPATH/src/k8s.io/kubernetes
mv "$work/source" "$tree"
cd "$tree"

# The one generated file that the source lacks.
api=pkg/generated/openapi/zz_generated.openapi.go
if [ ! -s $api ]; then
	go build -o "$work/openapi-gen" k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
	dirs=$(grep -Rl --include='*.go' '^// *+k8s:openapi-gen=' pkg cmd vendor/k8s.io |
		grep -v -e /testdata/ -e '^vendor/k8s.io/\(code-generator\|sample-apiserver\|kube-openapi\|gengo\)/' |
		xargs -n1 dirname | LC_ALL=C sort -u | sed 's,^,k8s.io/kubernetes/,' | paste -sd, -)
	"$work/openapi-gen" -i "$dirs" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
		-h hack/boilerplate/boilerplate.generatego.txt -r "$work/openapi-violations" >"$work/openapi.log" 2>&1 ||
		{ tail -5 "$work/openapi.log" >&2; exit 1; }
fi
flags=
for package in component-base/version client-go/pkg/version; do
	at=k8s.io/kubernetes/vendor/k8s.io/$package
	flags+=" -X $at.gitVersion=v$upstream -X $at.gitMajor=${upstream%%.*}"
	flags+=" -X $at.gitMinor=$(cut -d. -f2 <<<"$upstream") -X $at.gitTreeState=archive"
	flags+=" -X $at.gitCommit=debian -X $at.buildDate=1970-01-01T00:00:00Z"
done
for name in kube-apiserver kube-controller-manager; do
	SECONDS=0
	go build -trimpath -ldflags "-s -w$flags" -o "$work/bin/$name" "k8s.io/kubernetes/cmd/$name"
	say "$name in $SECONDS s"
done

cp "$work/root/usr/bin/etcd" "$work/root/usr/bin/kubectl" "$work/bin/"
printf '%s\n' "$version" >"$work/bin/VERSION"
rm -rf "$out"
mv "$work/bin" "$out"
printf '%s\n' "$out"
