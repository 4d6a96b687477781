#!/usr/bin/env python3
"""world.py DIR --pods N: fills the empty API of DIR with EdgeServer's world. Needs the controllers and fakelet.py running.

0: the node with DiskPressure, the namespaces, who may do what; no pod.
139: besides, 17 Running pods, mcp-unified with none available, builder (523 restarts), node-debugger (481), 120 Evicted
pods, two rollouts of each of six deployments (twelve empty ReplicaSets), Events.
More: the rest in the namespace `bulk`, nine in ten Running, one in ten Evicted.
world.py DIR --pressure on|off changes the node alone.
"""
import argparse, sys, time
from k8s import Api, Error, each
import fakelet

T = 'twisterlab'
DOCUMENTS = 139   # pods in world()
NODE = {
    'apiVersion': 'v1', 'kind': 'Node',
    'metadata': {'name': 'edgeserver', 'labels': {
        'kubernetes.io/hostname': 'edgeserver', 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64',
        'node-role.kubernetes.io/control-plane': 'true', 'node-role.kubernetes.io/master': 'true'}},
    'spec': {'podCIDR': '10.42.0.0/24', 'providerID': 'k3s://edgeserver'}}
HARDWARE = {'cpu': '24', 'memory': '65843168Ki', 'ephemeral-storage': '102626232Ki', 'pods': '110'}


def node_status(pressure, since):
    def c(kind, status, reason, message):
        return {'type': kind, 'status': status, 'reason': reason, 'message': message,
                'lastHeartbeatTime': fakelet.now(), 'lastTransitionTime': since}
    disk = (('True', 'KubeletHasDiskPressure', 'kubelet has disk pressure') if pressure
            else ('False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'))
    return {'status': {
        'capacity': HARDWARE, 'allocatable': dict(HARDWARE, **{'ephemeral-storage': '99834798412'}),
        'addresses': [{'type': 'InternalIP', 'address': '10.0.0.10'}, {'type': 'Hostname', 'address': 'edgeserver'}],
        'conditions': [c('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
                       c('DiskPressure', *disk),
                       c('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
                       c('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status. AppArmor enabled')],
        'nodeInfo': {'machineID': '0123456789abcdef0123456789abcdef', 'systemUUID': '4c4c4544-0042', 'bootID': 'b0071d',
                     'kernelVersion': '5.15.0-91-generic', 'osImage': 'Ubuntu 22.04.3 LTS', 'operatingSystem': 'linux',
                     'architecture': 'amd64', 'containerRuntimeVersion': 'containerd://1.7.11-k3s2',
                     'kubeletVersion': 'v1.28.5+k3s1', 'kubeProxyVersion': 'v1.28.5+k3s1'}}}


def set_node(api, pressure):
    """DiskPressure on or off, with the taint that the node controller would add."""
    api.patch('/api/v1/nodes/edgeserver/status', node_status(pressure, fakelet.now()))
    taints = [{'key': 'node.kubernetes.io/disk-pressure', 'effect': 'NoSchedule', 'timeAdded': fakelet.now()}] if pressure else None
    api.patch('/api/v1/nodes/edgeserver', {'spec': {'taints': taints}})


def template(name, labels, image, state):
    return {'metadata': {'labels': labels, 'annotations': {'lab/state': state}},
            'spec': {'nodeName': 'edgeserver', 'terminationGracePeriodSeconds': 30,
                     'containers': [{'name': name, 'image': image, 'resources': {'requests': {'cpu': '100m', 'memory': '64Mi'}}}]}}


#         namespace     name                    labels                   image                          state
DEPLOYMENTS = [
    (T,             'twisterlab-api',         {'app': 'twisterlab-api'}, 'twisterlab/api:1.0',          'running:3'),
    (T,             'mcp-unified',            {'app': 'mcp-unified'},    'twisterlab/mcp-unified:1.0',  'notready'),
    (T,             'redis',                  {'component': 'cache'},    'redis:7-alpine',              'running'),
    (T,             'maestro',                {'app': 'maestro'},        'twisterlab/maestro:1.0',      'running:2'),
    (T,             'agent-classifier',       {'app': 'agent-classifier'}, 'twisterlab/agent:1.0',      'running'),
    (T,             'agent-resolver',         {'app': 'agent-resolver'}, 'twisterlab/agent:1.0',        'running'),
    (T,             'agent-desktop',          {'app': 'agent-desktop'},  'twisterlab/agent:1.0',        'running'),
    (T,             'ollama',                 {'app': 'ollama'},         'ollama/ollama:0.1.20',        'running'),
    (T,             'builder',                {'app': 'builder'},        'twisterlab/builder:1.0',      'crash:523'),
    ('kube-system', 'coredns',                {'k8s-app': 'kube-dns'},   'rancher/mirrored-coredns-coredns:1.10.1', 'running'),
    ('kube-system', 'metrics-server',         {'k8s-app': 'metrics-server'}, 'rancher/mirrored-metrics-server:v0.6.3', 'running:7'),
    ('kube-system', 'local-path-provisioner', {'app': 'local-path-provisioner'}, 'rancher/local-path-provisioner:v0.0.24', 'running:5'),
    ('kube-system', 'traefik',                {'app.kubernetes.io/name': 'traefik'}, 'rancher/mirrored-library-traefik:2.10.5', 'running'),
    ('monitoring',  'grafana',                {'app': 'grafana'},        'grafana/grafana:10.2.3',      'running'),
    ('monitoring',  'prometheus',             {'app': 'prometheus'},     'prom/prometheus:v2.48.1',     'running'),
    ('monitoring',  'kube-state-metrics',     {'app': 'kube-state-metrics'}, 'kube-state-metrics:v2.10.1', 'running'),
]
SETS = [(T, 'postgres', {'app': 'postgres'}, 'postgres:16-alpine', 'running'),
        ('monitoring', 'loki', {'app': 'loki'}, 'grafana/loki:2.9.3', 'running')]
ROLLED = ('twisterlab-api', 'maestro', 'agent-classifier', 'agent-resolver', 'agent-desktop', 'ollama')


def workload(kind, row):
    ns, name, labels, image, state = row
    spec = {'replicas': 1, 'selector': {'matchLabels': labels}, 'template': template(name, labels, image, state)}
    if kind == 'StatefulSet':
        spec['serviceName'] = name
    return {'apiVersion': 'apps/v1', 'kind': kind, 'metadata': {'name': name, 'namespace': ns, 'labels': labels}, 'spec': spec}


def failed_pod(api, ns, name, labels, owner=None):
    """Labels and owner come last: a ReplicaSet takes a pod of its own that has not failed yet as one too many, and deletes it."""
    pod = dict(template('app', {}, 'twisterlab/agent:1.0', 'hold'), apiVersion='v1', kind='Pod')
    pod['metadata'].update(name=name, namespace=ns)
    api.post('/api/v1/namespaces/%s/pods' % ns, pod)
    api.patch('/api/v1/namespaces/%s/pods/%s/status' % (ns, name), {'status': {
        'phase': 'Failed', 'reason': 'Evicted', 'startTime': fakelet.now(),
        'message': 'The node was low on resource: ephemeral-storage. Container app was using 1812Ki, which exceeds its request of 0. '}})
    api.patch('/api/v1/namespaces/%s/pods/%s' % (ns, name), {'metadata': {'labels': labels, 'ownerReferences': [owner] if owner else None}})


def event(api, ns, name, kind, obj, reason, message, level='Warning', count=1):
    t = fakelet.now()
    api.post('/api/v1/namespaces/%s/events' % ns, {
        'apiVersion': 'v1', 'kind': 'Event', 'metadata': {'name': name, 'namespace': ns},
        'involvedObject': {'kind': kind, 'name': obj, 'uid': obj, **({} if kind == 'Node' else {'namespace': ns, 'apiVersion': 'v1'})},
        'reason': reason, 'message': message, 'type': level, 'count': count, 'firstTimestamp': t, 'lastTimestamp': t,
        'source': {'component': 'kubelet', 'host': 'edgeserver'}})


def until(what, test, seconds=60):
    end = time.time() + seconds
    while not test():
        if time.time() > end:
            sys.exit('world.py: waited %d s for %s' % (seconds, what))
        time.sleep(0.05)


def settled(api):
    """Each controller has seen the newest spec and made all its pods, and no old pod is left."""
    rows = api.get('/apis/apps/v1/deployments')['items'] + api.get('/apis/apps/v1/statefulsets')['items']
    return all(r['status'].get('observedGeneration') == r['metadata']['generation'] and r['status'].get('replicas') == 1
               and r['status'].get('updatedReplicas') == 1
               and (r['metadata']['name'] in ('mcp-unified', 'builder') or r['status'].get('readyReplicas') == 1) for r in rows)


def may(api, name, role, group):
    api.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
        'apiVersion': 'rbac.authorization.k8s.io/v1', 'kind': 'ClusterRoleBinding', 'metadata': {'name': name},
        'roleRef': {'apiGroup': 'rbac.authorization.k8s.io', 'kind': 'ClusterRole', 'name': role},
        'subjects': [{'apiGroup': 'rbac.authorization.k8s.io', 'kind': 'Group', 'name': group}]})


def empty(api):
    api.post('/api/v1/nodes', NODE)
    set_node(api, True)
    api.post('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
        'apiVersion': 'coordination.k8s.io/v1', 'kind': 'Lease', 'metadata': {'name': 'edgeserver', 'namespace': 'kube-node-lease'},
        'spec': {'holderIdentity': 'edgeserver', 'leaseDurationSeconds': 40, 'renewTime': fakelet.now()[:-1] + '.000000Z'}})
    each(lambda n: api.post('/api/v1/namespaces', {'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': n}}), (T, 'monitoring'))
    may(api, 'edge-admins', 'cluster-admin', 'edge-admins')
    may(api, 'viewers', 'view', 'viewers')


def world(api):
    each(lambda r: api.post('/apis/apps/v1/namespaces/%s/deployments' % r[0], workload('Deployment', r)), DEPLOYMENTS)
    each(lambda r: api.post('/apis/apps/v1/namespaces/%s/statefulsets' % r[0], workload('StatefulSet', r)), SETS)
    dbg = template('debugger', {'app': 'node-debugger'}, 'busybox:1.36', 'crash:481')
    dbg['metadata'].update(name='node-debugger-edgeserver-x7k2p', namespace='default')
    api.post('/api/v1/namespaces/default/pods', dict(dbg, apiVersion='v1', kind='Pod'))

    for version in ('1.1', '1.2'):          # rollouts leave the empty ReplicaSets that real ones leave
        until('the deployments', lambda: settled(api))
        each(lambda r: api.patch('/apis/apps/v1/namespaces/%s/deployments/%s' % r[:2], {'spec': {'template': {'spec': {
            'containers': [dict(workload('Deployment', r)['spec']['template']['spec']['containers'][0], image=r[3].split(':')[0] + ':' + version)]}}}}),
             [r for r in DEPLOYMENTS if r[1] in ROLLED])
    until('the rollouts', lambda: settled(api))

    sets = {r['metadata']['labels'].get('app'): r for r in api.get('/apis/apps/v1/namespaces/%s/replicasets' % T)['items'] if r['spec']['replicas']}
    def evict(i):
        app = ROLLED[i % len(ROLLED)]
        r = sets[app]
        failed_pod(api, T, '%s-%s-%05x' % (app, r['metadata']['labels']['pod-template-hash'], i), dict(r['metadata']['labels']),
                   {'apiVersion': 'apps/v1', 'kind': 'ReplicaSet', 'name': r['metadata']['name'], 'uid': r['metadata']['uid'],
                    'controller': True, 'blockOwnerDeletion': True})
        if i < 20:
            event(api, T, 'evicted.%d' % i, 'Pod', '%s-%05x' % (app, i), 'Evicted', 'The node was low on resource: ephemeral-storage. ')
    each(evict, range(120))
    event(api, 'default', 'edgeserver.disk', 'Node', 'edgeserver', 'NodeHasDiskPressure', 'Node edgeserver status is now: NodeHasDiskPressure', 'Normal', 14)
    event(api, 'default', 'edgeserver.evict', 'Node', 'edgeserver', 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage', count=96)
    event(api, 'default', 'edgeserver.free', 'Node', 'edgeserver', 'FreeDiskSpaceFailed', 'failed to garbage collect required amount of images. Wanted to free 8032385433 bytes, but freed 0 bytes', count=31)
    event(api, T, 'builder.backoff', 'Pod', 'builder', 'BackOff', 'Back-off restarting failed container', count=11984)


def bulk(api, n):
    api.post('/api/v1/namespaces', {'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'bulk'}})

    def one(i):
        name = 'bulk-%05d' % i
        if i % 10 == 0:
            return failed_pod(api, 'bulk', name, {'app': 'bulk'})
        pod = dict(template('app', {'app': 'bulk'}, 'twisterlab/agent:1.0', 'hold'), apiVersion='v1', kind='Pod')
        pod['metadata'].update(name=name, namespace='bulk')
        made = api.post('/api/v1/namespaces/bulk/pods', pod)
        made['metadata']['annotations']['lab/state'] = 'running:%d' % (i % 5)
        api.patch('/api/v1/namespaces/bulk/pods/%s/status' % name, {'status': fakelet.status(made)})
    each(one, range(n), 8)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('dir')
    p.add_argument('--pods', type=int)
    p.add_argument('--pressure', choices=('on', 'off'))
    a = p.parse_args()
    api, t0 = Api(a.dir), time.time()
    if a.pressure:
        set_node(api, a.pressure == 'on')
    else:
        empty(api)
        if a.pods:
            world(api)
            until('%d pods' % DOCUMENTS, lambda: len(api.get('/api/v1/pods')['items']) == DOCUMENTS)
        if a.pods > DOCUMENTS:
            bulk(api, a.pods - DOCUMENTS)
    print('%.2f s' % (time.time() - t0))


if __name__ == '__main__':
    main()
