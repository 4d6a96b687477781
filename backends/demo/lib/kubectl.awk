# kubectl.awk: reads and changes the cluster's tables (world.awk says their columns). Variables come from the tool.
function age(t,    d) {
	d = now - t
	if (d < 0) d = 0
	if (d < 120) return d "s"
	if (d < 600) return int(d / 60) "m" (d % 60 ? d % 60 "s" : "")
	if (d < 10800) return int(d / 60) "m"
	if (d < 28800) return int(d / 3600) "h" (int(d % 3600 / 60) ? int(d % 3600 / 60) "m" : "")
	if (d < 172800) return int(d / 3600) "h"
	if (d < 691200) return int(d / 86400) "d" (int(d % 86400 / 3600) ? int(d % 86400 / 3600) "h" : "")
	if (d < 63072000) return int(d / 86400) "d"
	return int(d / 31536000) "y" int(d % 31536000 / 86400) "d"
}
function iso(t) { return s(strftime("%Y-%m-%dT%H:%M:%SZ", t, 1)) }
function fail(text) { print text > "/dev/stderr"; failed = 1; exit 1 }

# --- what is there ------------------------------------------------------------------------------------
# A row is tab separated text; f[] its fields. list(type) is the file it came from.
function field(row, i,    x) { split(row, x, "\t"); return x[i] }
function namespace_of(type, row) { return type == "nodes" || type == "namespaces" ? "" : field(row, 1) }
function name_of(type, row) { return type == "nodes" || type == "namespaces" ? field(row, 1) : field(row, 2) }
function labels_of(type, row) {
	return type == "pods" ? field(row, 13) : type == "deployments" ? field(row, 5) : type == "replicasets" ? field(row, 12) ",pod-template-hash=" field(row, 4) : \
		type == "statefulsets" ? field(row, 4) : type == "nodes" ? "kubernetes.io/hostname=edgeserver,kubernetes.io/os=linux" : ""
}
function selected(type, row,    n, p, i, key, v, has, labels, op) {
	if (!all_ns && namespace_of(type, row) != "" && namespace_of(type, row) != ns) return 0
	if (wanted != "" && !index("\n" wanted "\n", "\n" name_of(type, row) "\n")) return 0
	n = split(selector, p, ",")
	labels = "," labels_of(type, row) ","
	for (i = 1; i <= n; i++) {
		if (p[i] ~ /!=/) {
			sub(/!=/, "=", p[i])
			if (index(labels, "," p[i] ",")) return 0
		} else if (p[i] ~ /=/) {
			sub(/==/, "=", p[i])
			if (!index(labels, "," p[i] ",")) return 0
		} else if (!index(labels, "," p[i] "=")) return 0
	}
	n = split(fields, p, ",")
	for (i = 1; i <= n; i++) {
		op = p[i] ~ /!=/ ? "!=" : "="
		key = p[i]; sub(/!?==?.*/, "", key)
		v = p[i]; sub(/^[^=]*==?/, "", v)
		if (key == "metadata.name") has = name_of(type, row)
		else if (key == "metadata.namespace") has = namespace_of(type, row)
		else if (type == "pods" && key == "status.phase") has = field(row, 5)
		else if (type == "pods" && key == "spec.nodeName") has = "edgeserver"
		else if (type == "events" && key == "reason") has = field(row, 5)
		else if (type == "events" && key == "type") has = field(row, 6)
		else if (type == "events" && key == "involvedObject.name") has = field(row, 4)
		else if (type == "events" && key == "involvedObject.kind") has = field(row, 3)
		else unknown_field(type, key)
		if ((op == "=") != (has == v)) return 0
	}
	return 1
}
function unknown_field(type, key) {
	if (type == "pods")
		fail("Error from server (BadRequest): Unable to find \"/v1, Resource=pods\" that match label selector \"" selector "\", field selector \"" fields "\": field label not supported: " key)
	fail("Error from server (BadRequest): Unable to find \"" (type == "events" ? "/v1" : "apps/v1") ", Resource=" type "\" that match label selector \"" selector "\", field selector \"" \
		fields "\": \"" key "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
}
function status_of(row,    r) { r = field(row, 6); return r != "" ? r : field(row, 5) }

# --- tables -------------------------------------------------------------------------------------------
function heads(type,    h) {
	if (type == "pods") h = "NAME\tREADY\tSTATUS\tRESTARTS\tAGE" (wide ? "\tIP\tNODE\tNOMINATED NODE\tREADINESS GATES" : "")
	else if (type == "nodes") h = "NAME\tSTATUS\tROLES\tAGE\tVERSION" (wide ? "\tINTERNAL-IP\tEXTERNAL-IP\tOS-IMAGE\tKERNEL-VERSION\tCONTAINER-RUNTIME" : "")
	else if (type == "deployments") h = "NAME\tREADY\tUP-TO-DATE\tAVAILABLE\tAGE" (wide ? "\tCONTAINERS\tIMAGES\tSELECTOR" : "")
	else if (type == "replicasets") h = "NAME\tDESIRED\tCURRENT\tREADY\tAGE" (wide ? "\tCONTAINERS\tIMAGES\tSELECTOR" : "")
	else if (type == "statefulsets") h = "NAME\tREADY\tAGE" (wide ? "\tCONTAINERS\tIMAGES" : "")
	else if (type == "services") h = "NAME\tTYPE\tCLUSTER-IP\tEXTERNAL-IP\tPORT(S)\tAGE"
	else if (type == "namespaces") h = "NAME\tSTATUS\tAGE"
	else h = "LAST SEEN\tTYPE\tREASON\tOBJECT" (wide ? "\tSUBOBJECT\tSOURCE\tMESSAGE\tFIRST SEEN\tCOUNT\tNAME" : "\tMESSAGE")
	return (all_ns && type !~ /^n/ ? "NAMESPACE\t" : "") h (show_labels ? "\tLABELS" : "")
}
function cells(type, row,    x, c, live) {
	split(row, x, "\t")
	if (type == "pods") {
		live = x[5] != "Failed"
		c = x[2] "\t" (x[7] ? "1/1" : "0/1") "\t" status_of(row) "\t" x[8] (x[8] > 0 ? " (" age(x[10]) " ago)" : "") "\t" age(x[9])
		if (wide) c = c "\t" (live && x[5] != "Pending" ? x[14] : "<none>") "\tedgeserver\t<none>\t<none>"
	} else if (type == "nodes") {
		c = x[1] "\tReady" (x[4] == "cordoned" ? ",SchedulingDisabled" : "") "\tcontrol-plane,master\t" age(x[2]) "\tv1.28.5+k3s1"
		if (wide) c = c "\t192.168.0.30\t<none>\tUbuntu 22.04.3 LTS\t5.15.0-91-generic\tcontainerd://1.7.11-k3s2"
	} else if (type == "deployments") {
		c = x[2] "\t" x[7] "/" x[6] "\t" x[6] "\t" x[7] "\t" age(x[9])
		if (wide) c = c "\t" x[3] "\t" x[4] "\t" x[5]
	} else if (type == "replicasets") {
		c = x[2] "\t" x[5] "\t" x[5] "\t" x[6] "\t" age(x[7])
		if (wide) c = c "\t" x[3] "\t" x[9] "\t" labels_of(type, row)
	} else if (type == "statefulsets") {
		c = x[2] "\t" x[6] "/" x[5] "\t" age(x[7])
		if (wide) c = c "\t" x[2] "\t" x[3]
	} else if (type == "services") {
		c = x[2] "\t" x[3] "\t" x[4] "\t" x[5] "\t" x[6] "\t" age(x[7])
	} else if (type == "namespaces")
		c = x[1] "\tActive\t" age(x[2])
	else {
		c = age(x[9]) "\t" x[6] "\t" x[5] "\t" tolower(x[3]) "/" x[4]
		c = c (wide ? "\t\tkubelet, edgeserver\t" x[10] "\t" age(x[8]) "\t" x[7] "\t" x[2] : "\t" x[10])
	}
	return (all_ns && type !~ /^n/ ? x[1] "\t" : "") c (show_labels ? "\t" labels_of(type, row) : "")
}
function columns(lines, n,    i, j, k, x, w, out) {
	for (i = 1; i <= n; i++) {
		k = split(lines[i], x, "\t")
		for (j = 1; j <= k; j++) if (length(x[j]) > w[j]) w[j] = length(x[j])
	}
	for (i = 1; i <= n; i++) {
		k = split(lines[i], x, "\t")
		out = ""
		for (j = 1; j <= k; j++) out = out (j < k ? sprintf("%-" (w[j] + 3) "s", x[j]) : x[j])
		print out
	}
}

# --- objects ------------------------------------------------------------------------------------------
function put_labels(path, text,    n, p, i, j) {
	n = split(text, p, ",")
	for (i = 1; i <= n; i++) {
		j = index(p[i], "=")
		put(path "|" substr(p[i], 1, j - 1), s(substr(p[i], j + 1)))
	}
}
function condition(p, i, type, status, t, reason, message) {
	p = p "status|conditions|" i "|"
	if (type == "DiskPressure" || reason ~ /^Kubelet/) put(p "lastHeartbeatTime", iso(now - now % 10))
	else put(p "lastProbeTime", "null")
	put(p "lastTransitionTime", iso(t))
	if (message != "") put(p "message", s(message))
	if (reason != "") put(p "reason", s(reason))
	put(p "status", s(status)); put(p "type", s(type))
}
function meta(p, api, kind, name, space, born, labels, id, version) {
	put(p "apiVersion", s(api)); put(p "kind", s(kind)); put(p "metadata|creationTimestamp", iso(born))
	if (labels != "") put_labels(p "metadata|labels", labels)
	put(p "metadata|name", s(name))
	if (space != "") put(p "metadata|namespace", s(space))
	put(p "metadata|resourceVersion", s(version)); put(p "metadata|uid", s(id))
}
function pod_spec(p, name, img) {
	put(p "containers|0|image", s(img)); put(p "containers|0|imagePullPolicy", s(name == "mcp-unified" && switched("pull-always") ? "Always" : name == "mcp-unified" && switched("pull-never") ? "Never" : "IfNotPresent")); put(p "containers|0|name", s(name))
	put(p "containers|0|resources|requests|cpu", s("100m")); put(p "containers|0|resources|requests|memory", s("64Mi"))
	put(p "containers|0|terminationMessagePath", s("/dev/termination-log")); put(p "containers|0|terminationMessagePolicy", s("File"))
	put(p "dnsPolicy", s("ClusterFirst")); put(p "nodeName", s("edgeserver")); put(p "restartPolicy", s("Always")); put(p "schedulerName", s("default-scheduler"))
	put(p "securityContext", "{}"); put(p "terminationGracePeriodSeconds", 30)
}
function object(type, row, p,    x, q, why) {
	split(row, x, "\t")
	if (type == "pods") {
		meta(p, "v1", "Pod", x[2], x[1], x[9], x[13], x[15], x[16])
		if (x[3] != "") {
			q = p "metadata|ownerReferences|0|"
			put(q "apiVersion", s("apps/v1")); put(q "blockOwnerDeletion", "true"); put(q "controller", "true"); put(q "kind", s(x[3])); put(q "name", s(x[4])); put(q "uid", s(x[15]))
		}
		pod_spec(p "spec|", x[11], x[12])
		if (x[5] == "Failed") {
			put(p "status|message", s("The node was low on resource: ephemeral-storage. Container " x[11] " was using 1812Ki, which exceeds its request of 0. "))
			put(p "status|phase", s("Failed")); put(p "status|qosClass", s("Burstable")); put(p "status|reason", s(x[6])); put(p "status|startTime", iso(x[9]))
			return
		}
		why = x[7] ? "" : "containers with unready status: [" x[11] "]"
		condition(p, 0, "Initialized", "True", x[9]); condition(p, 1, "Ready", x[7] ? "True" : "False", x[10], x[7] ? "" : "ContainersNotReady", why)
		condition(p, 2, "ContainersReady", x[7] ? "True" : "False", x[10], x[7] ? "" : "ContainersNotReady", why); condition(p, 3, "PodScheduled", "True", x[9])
		q = p "status|containerStatuses|0|"
		put(q "image", s(x[12])); put(q "imageID", "\"\"")
		if (x[8] > 0) {
			put(q "lastState|terminated|exitCode", x[7] ? 137 : 1); put(q "lastState|terminated|finishedAt", iso(x[10])); put(q "lastState|terminated|reason", s(x[7] ? "OOMKilled" : "Error"))
			put(q "lastState|terminated|startedAt", iso(x[10] - 40))
		} else put(q "lastState", "{}")
		put(q "name", s(x[11])); put(q "ready", x[7] ? "true" : "false"); put(q "restartCount", x[8]); put(q "started", x[7] ? "true" : "false")
		if (x[6] != "") {
			put(q "state|waiting|message", s(x[6] == "CrashLoopBackOff" ? "back-off 5m0s restarting failed container=" x[11] " pod=" x[2] "_" x[1] "(" x[15] ")" : "Back-off pulling image \"" x[12] "\""))
			put(q "state|waiting|reason", s(x[6]))
		} else put(q "state|running|startedAt", iso(x[10]))
		put(p "status|hostIP", s("192.168.0.30")); put(p "status|phase", s(x[5])); put(p "status|podIP", s(x[14])); put(p "status|podIPs|0|ip", s(x[14]))
		put(p "status|qosClass", s("Burstable")); put(p "status|startTime", iso(x[9]))
	} else if (type == "nodes") {
		meta(p, "v1", "Node", x[1], "", x[2], "kubernetes.io/arch=amd64,kubernetes.io/hostname=edgeserver,kubernetes.io/os=linux,node-role.kubernetes.io/control-plane=true,node-role.kubernetes.io/master=true", \
			"cb06fc0d-7773-400d-894d-2e8f89ab4d2c", "81191")
		put(p "spec|podCIDR", s("10.42.0.0/24")); put(p "spec|podCIDRs|0", s("10.42.0.0/24")); put(p "spec|providerID", s("k3s://edgeserver"))
		if (pressure == "True") {
			put(p "spec|taints|0|effect", s("NoSchedule")); put(p "spec|taints|0|key", s("node.kubernetes.io/disk-pressure")); put(p "spec|taints|0|timeAdded", iso(pressure_since))
		}
		if (x[4] == "cordoned") put(p "spec|unschedulable", "true")
		put(p "status|addresses|0|address", s("192.168.0.30")); put(p "status|addresses|0|type", s("InternalIP"))
		put(p "status|addresses|1|address", s("edgeserver")); put(p "status|addresses|1|type", s("Hostname"))
		put(p "status|allocatable|cpu", s(cpus)); put(p "status|allocatable|ephemeral-storage", s(sprintf("%.0f", fs * 0.95))); put(p "status|allocatable|memory", s(mem "Ki")); put(p "status|allocatable|pods", s("110"))
		put(p "status|capacity|cpu", s(cpus)); put(p "status|capacity|ephemeral-storage", s(sprintf("%.0fKi", fs / 1024))); put(p "status|capacity|memory", s(mem "Ki")); put(p "status|capacity|pods", s("110"))
		condition(p, 0, "MemoryPressure", "False", boot, "KubeletHasSufficientMemory", "kubelet has sufficient memory available")
		condition(p, 1, "DiskPressure", pressure, pressure_since, pressure == "True" ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure", pressure == "True" ? "kubelet has disk pressure" : "kubelet has no disk pressure")
		condition(p, 2, "PIDPressure", "False", boot, "KubeletHasSufficientPID", "kubelet has sufficient PID available")
		condition(p, 3, "Ready", "True", boot + 40, "KubeletReady", "kubelet is posting ready status. AppArmor enabled")
		put(p "status|daemonEndpoints|kubeletEndpoint|Port", 10250)
		put(p "status|nodeInfo|architecture", s("amd64")); put(p "status|nodeInfo|bootID", s("b0071d")); put(p "status|nodeInfo|containerRuntimeVersion", s("containerd://1.7.11-k3s2"))
		put(p "status|nodeInfo|kernelVersion", s("5.15.0-91-generic")); put(p "status|nodeInfo|kubeProxyVersion", s("v1.28.5+k3s1")); put(p "status|nodeInfo|kubeletVersion", s("v1.28.5+k3s1"))
		put(p "status|nodeInfo|machineID", s("0123456789abcdef0123456789abcdef")); put(p "status|nodeInfo|operatingSystem", s("linux")); put(p "status|nodeInfo|osImage", s("Ubuntu 22.04.3 LTS"))
		put(p "status|nodeInfo|systemUUID", s("4c4c4544-0042"))
	} else if (type == "namespaces") {
		meta(p, "v1", "Namespace", x[1], "", x[2], "kubernetes.io/metadata.name=" x[1], "ns-" x[1], "40")
		put(p "spec|finalizers|0", s("kubernetes")); put(p "status|phase", s("Active"))
	} else if (type == "events") {
		put(p "apiVersion", s("v1")); put(p "count", x[7]); put(p "eventTime", "null"); put(p "firstTimestamp", iso(x[8]))
		put(p "involvedObject|kind", s(x[3])); put(p "involvedObject|name", s(x[4])); if (x[3] != "Node") put(p "involvedObject|namespace", s(x[1]))
		put(p "kind", s("Event")); put(p "lastTimestamp", iso(x[9])); put(p "message", s(x[10])); put(p "metadata|creationTimestamp", iso(x[8])); put(p "metadata|name", s(x[2]))
		put(p "metadata|namespace", s(x[1])); put(p "metadata|resourceVersion", s("90001")); put(p "metadata|uid", s(x[2])); put(p "reason", s(x[5])); put(p "reportingComponent", s("kubelet"))
		put(p "reportingInstance", s("edgeserver")); put(p "source|component", s("kubelet")); put(p "source|host", s("edgeserver")); put(p "type", s(x[6]))
	} else {
		meta(p, "apps/v1", type == "deployments" ? "Deployment" : type == "replicasets" ? "ReplicaSet" : "StatefulSet", x[2], x[1], type == "deployments" ? x[9] : x[7], labels_of(type, row), \
			x[type == "deployments" ? 11 : type == "replicasets" ? 10 : 8], x[type == "deployments" ? 12 : type == "replicasets" ? 11 : 9])
		put(p "metadata|generation", 1)
		if (type == "deployments") put(p "metadata|annotations|deployment.kubernetes.io/revision", s(x[10]))
		if (type == "replicasets") {
			put(p "metadata|annotations|deployment.kubernetes.io/desired-replicas", s(1)); put(p "metadata|annotations|deployment.kubernetes.io/revision", s(x[8]))
			q = p "metadata|ownerReferences|0|"
			put(q "apiVersion", s("apps/v1")); put(q "blockOwnerDeletion", "true"); put(q "controller", "true"); put(q "kind", s("Deployment")); put(q "name", s(x[3])); put(q "uid", s(x[10]))
		}
		q = type == "deployments" ? x[6] : x[5]
		put(p "spec|replicas", q)
		if (type == "deployments") { put(p "spec|revisionHistoryLimit", x[8]); put(p "spec|strategy|type", s("RollingUpdate")) }
		put_labels(p "spec|selector|matchLabels", labels_of(type, row)); put_labels(p "spec|template|metadata|labels", labels_of(type, row))
		pod_spec(p "spec|template|spec|", type == "deployments" ? x[3] : type == "replicasets" ? x[3] : x[2], x[type == "deployments" ? 4 : type == "replicasets" ? 9 : 3])
		why = type == "deployments" ? x[7] : x[6]
		if (why > 0) { put(p "status|availableReplicas", why); put(p "status|readyReplicas", why) }
		put(p "status|observedGeneration", 1); put(p "status|replicas", q)
		if (type != "replicasets") put(p "status|updatedReplicas", q)
		if (type == "deployments")
			condition(p, 0, "Available", why >= q ? "True" : "False", boot + 150, why >= q ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable", \
				why >= q ? "Deployment has minimum availability." : "Deployment does not have minimum availability.")
	}
}
function kind_word(type) {
	return type == "pods" ? "pod" : type == "nodes" ? "node" : type == "namespaces" ? "namespace" : type == "events" ? "event" : (type == "deployments" ? "deployment" : type == "replicasets" ? "replicaset" : "statefulset") ".apps"
}
function get(    i, n, out, hit, names, k, w, one, head, e) {
	n = 0
	if (!no_heads && output == "") out[++n] = heads(type)
	first_row = n
	for (i = 1; i <= rows_n[type]; i++)
		if (selected(type, rows[type, i])) {
			hit[++hits] = rows[type, i]
			found[name_of(type, rows[type, i])] = 1
		}
	k = split(wanted, w, "\n")
	for (i = 1; i <= k; i++)
		if (!(w[i] in found) && !ignore) missing_ = missing_ "Error from server (NotFound): " type (type ~ /sets|deploy/ ? ".apps" : "") " \"" w[i] "\" not found\n"
	one = k == 1 && wanted !~ /\n/
	if (output == "name") { for (i = 1; i <= hits; i++) print kind_word(type) "/" name_of(type, hit[i]) }
	else if (output == "json" || output == "yaml") {
		if (one) {
			if (hits) { object(type, hit[1], ""); print json("", "", "    ") }
		} else {
			printf "{\n    \"apiVersion\": \"v1\",\n    \"items\": ["
			for (i = 1; i <= hits; i++) {
				forget_tree()
				object(type, hit[i], "")
				printf "%s\n        %s", (i > 1 ? "," : ""), json("", "        ", "    ")
			}
			print (hits ? "\n    " : "") "],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}"
		}
	} else if (output ~ /^(jsonpath|go-template|custom-columns)/) {
		e = output; sub(/^[^=]*=/, "", e)
		if (output ~ /^custom/) {
			k = split(e, w, ",")
			for (i = 1; i <= k; i++) { head = head (i > 1 ? "\t" : "") substr(w[i], 1, index(w[i], ":") - 1); sub(/^[^:]*:/, "", w[i]) }
			if (!no_heads) out[++n] = head
			for (i = 1; i <= hits; i++) {
				forget_tree(); object(type, hit[i], "")
				head = ""
				for (e = 1; e <= k; e++) head = head (e > 1 ? "\t" : "") values("", w[e], "<none>")
				out[++n] = head
			}
			columns(out, n)
		} else {
			for (i = 1; i <= hits; i++) object(type, hit[i], one ? "" : "items|" i - 1 "|")
			if (!one && !hits) put("items", "[]")
			if (!one) { put("kind", s("List")); put("apiVersion", s("v1")) }
			missing = "<no value>"
			printf "%s", output ~ /^json/ ? jsonpath(e, "") : template(escapes(e), "")
			if (bad_path) fail("error: error parsing jsonpath " e)
		}
	} else {
		for (i = 1; i <= hits; i++) out[++n] = cells(type, hit[i])
		if (hits) columns(out, n)
		else if (missing_ == "" && wanted == "") print "No resources found" (all_ns || type ~ /^n/ ? "" : " in " ns " namespace.") > "/dev/stderr"
	}
	if (missing_ != "") { printf "%s", missing_ > "/dev/stderr"; failed = 1 }
}

# --- changes ------------------------------------------------------------------------------------------
function changed(row) { # what a watch sees
	wide = 0
	all_ns_ = all_ns; all_ns = 1
	gsub(/\t/, "   ", row)
	print row >> (demo "/k8s/log")
	all_ns = all_ns_
}
function watch_line(row) { all_ns_ = all_ns; wide_ = wide; all_ns = 1; wide = 0; row = cells("pods", row); all_ns = all_ns_; wide = wide_; gsub(/\t/, "   ", row); print row >> (demo "/k8s/log") }
function set_row(type, i, text) { rows[type, i] = text; dirty[type] = 1 }
function drop(type, i) { rows[type, i] = ""; dirty[type] = 1 }
function add(type, text) { rows[type, ++rows_n[type]] = text; dirty[type] = 1 }
function edit(row, i, v,    n, x, j, out) {
	n = split(row, x, "\t")
	x[i] = v
	for (j = 1; j <= n; j++) out = out (j > 1 ? "\t" : "") x[j]
	return out
}
function letters(n,    t) { while (length(t) < n) t = t substr("bcdfghjklmnpqrstvwxz2456789", int(rand() * 27) + 1, 1); return t }
function digits(n,    t) { while (length(t) < n) t = t substr("0123456789abcdef", int(rand() * 16) + 1, 1); return t }
# What no registry has must have been imported.
function imported(img,    line, f, yes) {
	while ((getline line < (demo "/k8s/images")) > 0) {
		split(line, f, "\t")
		if (f[1] ":" f[2] == "docker.io/" img) yes = 1
	}
	close(demo "/k8s/images")
	return yes
}
function switched(name,    line, on) {
	on = (getline line < (demo "/fail/" name)) >= 0
	close(demo "/fail/" name)
	return on
}
function new_pod(space, set, deploy, img, labels,    state, row) {
	state = deploy == "builder" || (deploy == "mcp-unified" && switched("mcp-crash")) ? "Running\tCrashLoopBackOff\t0" : \
		img ~ /missing|mcp-unified/ && (!imported(img) || switched("pull-always")) ? "Pending\tImagePullBackOff\t0" : "Running\t\t1"
	row = space "\t" set "-" letters(5) "\tReplicaSet\t" set "\t" state "\t0\t" now "\t" now "\t" deploy "\t" img "\t" labels "\t10.42.0." int(rand() * 250) + 2 "\t" digits(8) "-" digits(4) "-4" digits(3) "-8" digits(3) "-" digits(12) "\t" now
	add("pods", row)
	watch_line(row)
}
function delete_pods_of(space, set,    i) {
	for (i = 1; i <= rows_n["pods"]; i++)
		if (field(rows["pods", i], 1) == space && field(rows["pods", i], 4) == set) { watch_line(rows["pods", i]); drop("pods", i) }
}
# reconcile DEPLOYMENT: as many pods as wanted, old ReplicaSets only as many as the limit allows
function reconcile(d,    x, i, k, y, best, n, old, oldest, at) {
	split(rows["deployments", d], x, "\t")
	for (i = 1; i <= rows_n["replicasets"]; i++) {
		split(rows["replicasets", i], y, "\t")
		if (rows["replicasets", i] == "" || y[1] != x[1] || y[3] != x[2]) continue
		if (!best || y[8] + 0 > best_rev) { best = i; best_rev = y[8] + 0 }
	}
	for (i = 1; i <= rows_n["replicasets"]; i++) {
		split(rows["replicasets", i], y, "\t")
		if (rows["replicasets", i] == "" || y[1] != x[1] || y[3] != x[2] || i == best || y[5] == 0) continue
		delete_pods_of(x[1], y[2])
		set_row("replicasets", i, edit(edit(rows["replicasets", i], 5, 0), 6, 0))
	}
	if (best) {
		split(rows["replicasets", best], y, "\t")
		n = 0; ready_ = 0
		for (i = 1; i <= rows_n["pods"]; i++)
			if (rows["pods", i] != "" && field(rows["pods", i], 1) == x[1] && field(rows["pods", i], 4) == y[2] && field(rows["pods", i], 5) != "Failed") {
				if (n >= x[6]) { watch_line(rows["pods", i]); drop("pods", i) }
				else { n++; ready_ += field(rows["pods", i], 7) }
			}
		for (; n < x[6]; n++) {
			new_pod(x[1], y[2], x[2], x[4], x[5] ",pod-template-hash=" y[4])
			ready_ += field(rows["pods", rows_n["pods"]], 7)
		}
		set_row("replicasets", best, edit(edit(rows["replicasets", best], 5, x[6]), 6, ready_))
		set_row("deployments", d, edit(rows["deployments", d], 7, ready_))
	}
	do { # the oldest go first
		old = 0; oldest = 0
		for (i = 1; i <= rows_n["replicasets"]; i++) {
			split(rows["replicasets", i], y, "\t")
			if (rows["replicasets", i] == "" || y[1] != x[1] || y[3] != x[2] || i == best) continue
			old++
			if (!oldest || y[8] + 0 < at) { oldest = i; at = y[8] + 0 }
		}
		if (old > x[8]) drop("replicasets", oldest)
	} while (old > x[8])
	best_rev = 0
}
function roll(d, img, revision_from,    x, hash) { # a new ReplicaSet takes over
	split(rows["deployments", d], x, "\t")
	hash = digits(9)
	set_row("deployments", d, edit(edit(rows["deployments", d], 4, img), 10, x[10] + 1))
	add("replicasets", x[1] "\t" x[2] "-" hash "\t" x[2] "\t" hash "\t" x[6] "\t0\t" now "\t" x[10] + 1 "\t" img "\t" digits(8) "-" digits(4) "-4" digits(3) "-8" digits(3) "-" digits(12) "\t" now "\t" x[5])
	reconcile(d)
}
function find(type, name,    i) {
	for (i = 1; i <= rows_n[type]; i++)
		if (rows[type, i] != "" && name_of(type, rows[type, i]) == name && (namespace_of(type, rows[type, i]) == ns || namespace_of(type, rows[type, i]) == "")) return i
	return 0
}
function not_found(type, name) { print "Error from server (NotFound): " type (type ~ /sets|deploy/ ? ".apps" : "") " \"" name "\" not found" > "/dev/stderr"; failed = 1 }
function erase(    i, n, w, k, x, row, hit) {
	if (wanted == "" && selector == "" && fields == "" && !all_objects)
		fail("error: resource(s) were provided, but no name was specified")
	for (i = 1; i <= rows_n[type]; i++)
		if (rows[type, i] != "" && selected(type, rows[type, i])) hit[++n] = i
	k = split(wanted, w, "\n")
	for (i = 1; i <= k; i++) {
		x = 0
		for (j = 1; j <= n; j++) if (name_of(type, rows[type, hit[j]]) == w[i]) x = 1
		if (!x && !ignore) not_found(type, w[i])
	}
	if (!n && wanted == "") { print "No resources found"; return }
	for (j = 1; j <= n; j++) {
		row = rows[type, hit[j]]
		print kind_word(type) " \"" name_of(type, row) "\" " (dry ? "deleted (" dry " dry run)" : force ? "force deleted" : "deleted")
		if (dry) continue
		if (type == "pods") { watch_line(row); drop(type, hit[j]); again[field(row, 1), field(row, 4), field(row, 3)] = row }
		else if (type == "replicasets") { delete_pods_of(field(row, 1), field(row, 2)); drop(type, hit[j]) }
		else if (type == "deployments") {
			for (i = 1; i <= rows_n["replicasets"]; i++)
				if (field(rows["replicasets", i], 1) == field(row, 1) && field(rows["replicasets", i], 3) == field(row, 2)) {
					delete_pods_of(field(row, 1), field(rows["replicasets", i], 2))
					drop("replicasets", i)
				}
			drop(type, hit[j])
		} else drop(type, hit[j])
	}
	if (dry) return
	for (i = 1; i <= rows_n["deployments"]; i++) if (rows["deployments", i] != "") reconcile(i)
	for (k in again)
		if (field(again[k], 3) == "StatefulSet") { row = edit(edit(edit(again[k], 8, 0), 9, now), 10, now); add("pods", row); watch_line(row) }
}
function deployments_named(    n, w, i, d) { # the numbers of the wanted ones
	n = split(wanted, w, "\n")
	for (i = 1; i <= n; i++) {
		d = find("deployments", w[i])
		if (!d) not_found("deployments", w[i])
		else chosen[++chosen_n] = d
	}
}
function history(d,    x, i, y, n, rev) {
	split(rows["deployments", d], x, "\t")
	print "deployment.apps/" x[2] " \nREVISION  CHANGE-CAUSE"
	for (rev = 1; rev <= x[10]; rev++)
		for (i = 1; i <= rows_n["replicasets"]; i++) {
			split(rows["replicasets", i], y, "\t")
			if (y[1] == x[1] && y[3] == x[2] && y[8] == rev) printf "%-9d <none>\n", rev
		}
	print ""
}
function undo_rollout(d,    x, i, y, best, img) {
	split(rows["deployments", d], x, "\t")
	for (i = 1; i <= rows_n["replicasets"]; i++) {
		split(rows["replicasets", i], y, "\t")
		if (rows["replicasets", i] == "" || y[1] != x[1] || y[3] != x[2]) continue
		if (to_revision ? y[8] == to_revision : y[8] + 0 < x[10] + 0 && y[8] + 0 > best + 0) { best = y[8]; img = y[9]; at = i }
	}
	if (best == "") fail(to_revision ? "error: unable to find specified revision " to_revision " in history" : "error: no rollout history found for deployment \"" x[2] "\"")
	drop("replicasets", at)
	roll(d, img)
	print "deployment.apps/" x[2] " rolled back"
}
function patch(    i, d, x, limit, n) {
	deployments_named()
	limit = ""
	if (match(patch_text, /"revisionHistoryLimit" *: *[0-9]+/)) { limit = substr(patch_text, RSTART, RLENGTH); sub(/.*: */, "", limit) }
	n = ""
	if (match(patch_text, /"replicas" *: *[0-9]+/)) { n = substr(patch_text, RSTART, RLENGTH); sub(/.*: */, "", n) }
	if (patch_text !~ /^ *\{.*\} *$/) fail("Error from server (BadRequest): invalid character '" substr(patch_text, 2, 1) "' looking for beginning of object key string")
	for (i = 1; i <= chosen_n; i++) {
		d = chosen[i]
		split(rows["deployments", d], x, "\t")
		if ((limit == "" || limit == x[8]) && (n == "" || n == x[6])) { print "deployment.apps/" x[2] " patched (no change)"; continue }
		if (limit != "") set_row("deployments", d, edit(rows["deployments", d], 8, limit))
		if (n != "") set_row("deployments", d, edit(rows["deployments", d], 6, n))
		if (!dry) reconcile(d)
		print "deployment.apps/" x[2] " patched"
	}
}
BEGIN {
	FS = "\t"
	srand(seed)
	if (all_ns == "") all_ns = 0
}
{
	type_ = FILENAME
	sub(/.*\//, "", type_)
	rows[type_, ++rows_n[type_]] = $0
}
END {
	if (failed) exit 1
	rows["nodes", 1] = "edgeserver\t" boot - 9000000 "\t\t" node_state
	rows_n["nodes"] = 1
	k = split("default kube-node-lease kube-public kube-system monitoring twisterlab", f, " ")
	for (i = 1; i <= k; i++) rows["namespaces", i] = f[i] "\t" boot - 9000000
	rows_n["namespaces"] = k
	if (verb == "get") get()
	else if (verb == "delete") erase()
	else if (verb == "patch") patch()
	else {
		deployments_named()
		for (i = 1; i <= chosen_n; i++) {
			d = chosen[i]
			split(rows["deployments", d], f, "\t")
			if (verb == "scale") {
				set_row("deployments", d, edit(rows["deployments", d], 6, replicas)); reconcile(d)
				print "deployment.apps/" f[2] " scaled"
			} else if (verb == "restart") { roll(d, f[4]); print "deployment.apps/" f[2] " restarted" }
			else if (verb == "history") history(d)
			else if (verb == "undo") undo_rollout(d)
			else if (verb == "image") {
				k = index(image, "=")
				if (substr(image, 1, k - 1) != f[3] && substr(image, 1, k - 1) != "*") fail("error: unable to find container named \"" substr(image, 1, k - 1) "\"")
				if (substr(image, k + 1) != f[4]) { roll(d, substr(image, k + 1)); print "deployment.apps/" f[2] " image updated" }
			} else if (verb == "status") {
				split(rows["deployments", d], f, "\t")
				if (f[7] < f[6]) {
					print "Waiting for deployment \"" f[2] "\" rollout to finish: " f[7] " of " f[6] " updated replicas are available..."
					waiting = 1
				} else print "deployment \"" f[2] "\" successfully rolled out"
			}
		}
	}
	for (type_ in dirty) {
		file = demo "/k8s/" type_
		printf "" > (file ".new")
		for (i = 1; i <= rows_n[type_]; i++) if (rows[type_, i] != "") print rows[type_, i] > (file ".new")
		close(file ".new")
		renamed = renamed " " type_
	}
	if (renamed != "") print renamed > (demo "/k8s/changed")
	exit failed ? 1 : waiting ? 3 : 0
}
