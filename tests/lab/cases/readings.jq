# Of the cluster, before and after a case: lines "NAME VALUE", from the lists of pods and what owns them.
def key: .metadata.namespace + "/" + .metadata.name;
def kind($k): [.items[] | select(.kind == $k)];
def text(f): map(f) | sort | join(" ");
(kind("Pod") | ["pods \(length)",
	"pods.failed \(map(select(.status.phase == "Failed")) | length)",
	"pods.others \(map(select(.status.phase != "Failed")) | text(key + "=" + .metadata.uid))"]),
(kind("ReplicaSet") | ["replicasets \(text(key))",
	"replicasets.empty \(map(select(.spec.replicas == 0)) | length)"]),
(kind("Deployment") | ["limits \(text(key + "=\(.spec.revisionHistoryLimit)"))"]),
(kind("Deployment") + kind("StatefulSet") | ["replicas \(text(key + "=\(.spec.replicas)"))"])
| .[]
