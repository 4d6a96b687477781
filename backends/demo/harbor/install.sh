#!/bin/sh
# install.sh of the simulated Harbor: the steps of the real one, with the same order and words like its own.
cd "$(dirname "$0")" || exit 1
case ${1-} in
'' | --with-trivy) ;;
*)
	echo "Please set --with-trivy if needs enable Trivy in Harbor"
	exit 1
	;;
esac
echo "[Step 0]: checking if docker is installed ..."
docker --version || exit 1
echo "[Step 1]: checking docker-compose is installed ..."
docker compose version || exit 1
for archive in ./harbor*.tar.gz; do
	[ -f "$archive" ] || continue
	echo "[Step 2]: loading Harbor images ..."
	docker load -i "$archive" || exit 1
done
echo "[Step 3]: preparing environment ..."
echo "[Step 4]: preparing harbor configs ..."
./prepare || exit 1
if [ -n "$(docker compose ps -q)" ]; then
	echo "Note: stopping existing Harbor instance ..."
	docker compose down -v || exit 1
fi
echo "[Step 5]: starting Harbor ..."
docker compose up -d || exit 1
echo "----Harbor has been installed and started successfully.----"
