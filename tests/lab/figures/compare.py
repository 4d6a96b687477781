#!/usr/bin/env python3
"""compare.py [--user] [--cluster FILE] STATUS BEFORE AFTER: every figure of twistertui --status=json beside a hand's reading.

STATUS is what the console said; BEFORE and AFTER are what read.sh said around it, each a line "KEY<TAB>VALUE"; --cluster is
the API's own JSON (nodes, pods, replicasets, deployments as one object). A figure is right when it equals either
reading, lies between the two, or differs for a reason that ALLOWED names. A figure without a reading is an error, and so is a
reading that the console does not show. --user: asked without root; a figure may then be unknown, but not another one.
"""
import argparse, calendar, json, re, sys, time

# What may differ, by how much (a number, or a function of the reading), and why.
OWN = 'the console ran its own programs in between'
GROWS = 'logs are written all the time'
ALLOWED = [
    (r'host\.memory\.available', 90e6, OWN),
    (r'host\.memory\.percent', 9, OWN),
    (r'host\.swap\.used', 32e6, OWN),
    (r'host\.load1', 4, OWN),
    (r'host\.load5', 1.5, OWN),
    (r'host\.load15', 0.7, OWN),
    (r'host\.cpu\.percent', 30, 'half a second of the console, whole seconds of vmstat'),
    (r'host\.uptime', 1, 'whole seconds'),
    (r'disk\.root\.(used|free)|disks\.mounts\[/\]\.(used|free)', 8 << 20, GROWS),
    (r'disk\.(logs|journal)|disks\.space\[.*\.size', 9 << 20, GROWS),
    (r'disk\.unallocated', 5 << 20, "a physical volume's header and its rest under one extent: lsblk knows nothing of them"),
    (r'docker\.containers\[.*\]\.started|backup\..*\.age|backups\..*\.(age|oldest)', 2, 'whole seconds'),
    (r'host\.processes\[.*\]\.memory', lambda r: 6e6 + r / 5, 'a process grows and shrinks'),
    (r'host\.processes\[.*\]\.share', 4, 'a process grows and shrinks'),
    (r'host\.processes\[.*\]\.age', 2, 'whole seconds'),
    (r'pods\..*\.(age)', lambda r: 60 + r / 8, 'kubectl rounds an age to its largest units'),
    (r'node\..*\.since|pods\.nodes\[.*\.since', 5, 'whole seconds, of two clocks that are compared over ssh'),
]
# What the console says in words of its own, or what no hand could read at that moment.
SHOWN_ONLY = [
    (r'disks\.devices\[.*\]\.(read|write|busy)', lambda v: v is None, 'a rate needs two looks, and --status looks once'),
    (r'host\.processes\[.*\]\.cpu', lambda v: v is None or 0 <= v <= 200, 'a share since its start: within 0 and two processors'),
    (r'backups\.(log|schedule)\[.*', lambda v: bool(v), 'words, not figures'),
    (r'backups\.backups\[.*\]\.schedule', lambda v: bool(v), 'words: read.sh looks for backup.scheduled'),
]


class Report:
    def __init__(self, user):
        self.user, self.bad, self.equal, self.allowed, self.unknown = user, 0, 0, 0, 0
        self.lines = {}

    def say(self, key, shown, read, verdict, table=None):
        if verdict == 'equal':
            self.equal += 1
        elif verdict.startswith('allowed'):
            self.allowed += 1
        elif verdict.startswith('unknown'):
            self.unknown += 1
        else:
            self.bad += 1
            verdict = 'WRONG: ' + verdict
        self.lines.setdefault(table or '', []).append((key, shown, read, verdict))

    def print(self):
        for table, lines in self.lines.items():
            wrong = [l for l in lines if l[3] != 'equal']
            if len(lines) > 250 and table:
                print('%-52s %d figures, %d equal, the others:' % (table, len(lines), len(lines) - len(wrong)))
                seen = {}
                for key, shown, read, verdict in wrong:
                    kind = (re.sub(r'\[.*\]', '[…]', key), verdict) if verdict.startswith('allowed') else (key, verdict)
                    seen.setdefault(kind, []).append((key, shown, read, verdict))
                lines = []
                for (key, verdict), same in seen.items():
                    lines.append((key + (' ×%d' % len(same) if len(same) > 1 else ''), same[0][1], same[0][2], verdict))
            for key, shown, read, verdict in lines:
                print('%-52s %18s %18s  %s' % (key, brief(shown), brief(read), verdict))
        print('%d figures: %d equal, %d allowed, %d unknown, %d wrong' % (
            self.equal + self.allowed + self.unknown + self.bad, self.equal, self.allowed, self.unknown, self.bad))
        return 1 if self.bad else 0


def brief(v):
    if v is None:
        return '?'
    if isinstance(v, bool):
        return 'yes' if v else 'no'
    if isinstance(v, float):
        return '%.10g' % v
    return str(v) if len(str(v)) <= 40 else str(v)[:37] + '...'


def number(v):
    if isinstance(v, bool):
        return float(v)
    try:
        return float({'true': 1, 'false': 0}.get(v, v))
    except (TypeError, ValueError):
        return None


def judge(report, key, shown, readings, table=None):
    """readings: one or two values (before, after)."""
    readings = [r for r in readings if r is not None]
    for pattern, right, why in SHOWN_ONLY:
        if re.fullmatch(pattern, key):
            return report.say(key, shown, None, 'allowed: ' + why if right(shown) else 'not as expected', table)
    if not readings:
        if shown is None or shown == '':
            return report.say(key, shown, None, 'equal', table)
        return report.say(key, shown, None, 'nobody has read it', table)
    if shown is None:
        return report.say(key, shown, readings[-1], 'unknown without root' if report.user else 'not known to the console', table)
    if any(str(shown) == str(r) for r in readings):
        return report.say(key, shown, readings[-1], 'equal', table)
    if re.fullmatch(r'docker\..*\.(status|created)', key):
        # "Up 12 minutes", "Exited (3) 12 minutes ago": the state is told apart from the age, which docker rounds.
        plain = lambda t: re.sub(r'(About an?|\d+) (second|minute|hour|day|week|month)s?', 'some time', str(t))
        if plain(shown) == plain(readings[-1]):
            return report.say(key, shown, readings[-1], 'allowed: docker counts the age on', table)
    s, rs = number(shown), [number(r) for r in readings]
    if s is None or None in rs:
        return report.say(key, shown, readings[-1], 'another text', table)
    low, high = min(rs), max(rs)
    if low <= s <= high:
        return report.say(key, shown, readings[-1], 'equal' if low == high else 'allowed: between the two readings', table)
    for pattern, by, why in ALLOWED:
        if re.fullmatch(pattern, key):
            by = by(high) if callable(by) else by
            if low - by <= s <= high + by:
                return report.say(key, shown, readings[-1], 'allowed: ' + why, table)
    report.say(key, shown, readings[-1], 'it differs by %.10g' % (s - high if s > high else s - low), table)


# --- what docker prints ---------------------------------------------------------------------------------------------

def docker_bytes(said):
    m = re.fullmatch(r'([0-9.]+)([kKMGT]?)B', said or '')
    return float(m[1]) * {'': 1, 'k': 1e3, 'K': 1e3, 'M': 1e6, 'G': 1e9, 'T': 1e12}[m[2]] if m else None


# --- the cluster's own JSON -----------------------------------------------------------------------------------------

def seconds(when):
    return calendar.timegm(time.strptime(when, '%Y-%m-%dT%H:%M:%SZ'))


def pod_status(p):
    """What kubectl shows as STATUS, from the documented fields."""
    word = p['status'].get('reason') or p['status']['phase']
    for c in p['status'].get('containerStatuses', []):
        for state in ('waiting', 'terminated'):
            word = c.get('state', {}).get(state, {}).get('reason') or word
    return 'Terminating' if 'deletionTimestamp' in p['metadata'] else word


def kind_of(p):
    if pod_status(p) == 'CrashLoopBackOff':
        return 'crashing'
    if p['status'].get('reason') == 'Evicted':
        return 'evicted'
    return {'Failed': 'failed', 'Succeeded': 'done', 'Pending': 'starting'}.get(p['status']['phase'], 'running')


def cluster(items, now):
    """KEY to value, as read.sh would print it."""
    out, by = {}, {}
    pods = [i for i in items if i['kind'] == 'Pod']
    sets = {i['metadata']['uid']: i for i in items if i['kind'] == 'ReplicaSet'}
    age = lambda o: now - seconds(o['metadata']['creationTimestamp'])
    tag = lambda o: o['metadata']['namespace'] + '/' + o['metadata']['name']

    def row(table, key, **cells):
        for column, value in cells.items():
            out['pods.%s[%s].%s' % (table, key, column)] = value

    for p in pods:
        owner = p['metadata'].get('ownerReferences', [{}])[0]
        above = sets.get(owner.get('uid'), {'metadata': {}})['metadata'].get('ownerReferences', [{}])[0]
        states = p['status'].get('containerStatuses', [])
        row('pods', tag(p), namespace=p['metadata']['namespace'], name=p['metadata']['name'], status=pod_status(p),
            ready='%d/%d' % (sum(c['ready'] for c in states), len(p['spec']['containers'])),
            restarts=sum(c['restartCount'] for c in states), age=age(p), owner=above.get('name', ''),
            node=p['spec'].get('nodeName', '<none>'))
        by.setdefault(p['metadata']['namespace'], []).append(p)
    count = lambda list, *kinds: sum(kind_of(p) in kinds for p in list)
    for ns, list in by.items():
        row('namespaces', ns, namespace=ns, running=count(list, 'running'), total=count(list, 'running', 'starting', 'crashing'),
            crashing=count(list, 'crashing'), evicted=count(list, 'evicted'), failed=count(list, 'failed'))
    for s in sets.values():
        if s['spec']['replicas'] == 0 and s['status']['replicas'] == 0:
            row('replicasets', tag(s), namespace=s['metadata']['namespace'], name=s['metadata']['name'], age=age(s))
    for d in (i for i in items if i['kind'] == 'Deployment'):
        row('deployments', tag(d), namespace=d['metadata']['namespace'], name=d['metadata']['name'],
            ready='%d/%d' % (d['status'].get('readyReplicas', 0), d['spec']['replicas']),
            current=d['status'].get('updatedReplicas', 0), available=d['status'].get('availableReplicas', 0), age=age(d))
    for n in (i for i in items if i['kind'] == 'Node'):
        conditions = {c['type']: c for c in n['status']['conditions']}
        since = lambda kind: now - seconds(conditions[kind]['lastTransitionTime'])
        pressure = [t for t, c in conditions.items() if t.endswith('Pressure') and c['status'] == 'True']
        roles = [l.split('/')[1] for l in n['metadata']['labels'] if l.startswith('node-role.kubernetes.io/')]
        row('nodes', n['metadata']['name'], name=n['metadata']['name'], pressure=','.join(pressure), roles=','.join(roles),
            status='Ready' if conditions['Ready']['status'] == 'True' else 'NotReady',
            since=since('DiskPressure' if pressure else 'Ready'), version=n['status']['nodeInfo']['kubeletVersion'],
            cpus=n['status']['capacity']['cpu'], memory=1024 * int(n['status']['capacity']['memory'][:-2]), age=age(n))
        out['node.ready'] = conditions['Ready']['status'] == 'True'
        out['node.diskpressure'] = conditions['DiskPressure']['status'] == 'True'
        out['node.ready.since'], out['node.diskpressure.since'] = since('Ready'), since('DiskPressure')
    out.update({
        'pods.total': sum(p['status']['phase'] in ('Pending', 'Running') and 'deletionTimestamp' not in p['metadata'] for p in pods),
        'pods.running': sum(bool(p['status'].get('containerStatuses')) and all('running' in c['state'] for c in p['status']['containerStatuses'])
                            for p in pods),
        'pods.ready': sum(any(c['type'] == 'Ready' and c['status'] == 'True' for c in p['status'].get('conditions', [])) for p in pods),
        'pods.evicted': count(pods, 'evicted'), 'pods.failed': count(pods, 'failed'), 'pods.crashing': count(pods, 'crashing'),
        'pods.restarts.max': max([sum(c['restartCount'] for c in p['status'].get('containerStatuses', [])) for p in pods], default=0),
        'pods.replicasets.empty': sum(k.startswith('pods.replicasets[') and k.endswith('.name') for k in out)})
    return out


# --- bringing both together -----------------------------------------------------------------------------------------

ROW_NAME = {  # how a row is called in a reading, from its cells
    'pods.pods': '{namespace}/{name}', 'pods.deployments': '{namespace}/{name}', 'pods.replicasets': '{namespace}/{name}',
    'pods.namespaces': '{namespace}', 'host.processes': '{pid}', 'host.units': '{unit}', 'disks.mounts': '{mount}',
    'disks.space': '{place}', 'lvm.volumes': '{group}/{name}', 'docker.images': '{name} {id}', 'docker.usage': '{type}',
    'backups.files': '{file}', 'backups.backups': '{kind}', 'backups.schedule': '{source}', 'backups.log': '{line}',
}


def readings_of(path):
    out = dict(line.rstrip('\n').split('\t', 1) for line in open(path))
    if 'end' not in out:
        sys.exit('compare.py: %s is not whole' % path)
    return out


def derive(r):
    """What the console shows in another form than the tool did."""
    total = number(r['host.memory.total'])
    for key in list(r):
        m = re.fullmatch(r'(docker\.(?:usage|images)\[.*\]\.(?:size|reclaimable))\.said', key)
        if m:
            r[m[1]] = docker_bytes(r.pop(key))
        elif key.endswith('.bytes') and key.startswith('docker.images'):
            del r[key]                      # docker images rounds to three digits; that is what the panel shows
        elif key.startswith('host.processes[') and key.endswith('.memory'):
            r[key[:-6] + 'share'] = 100 * number(r[key]) / total
        elif key.startswith('docker.containers[') and key.endswith('.limit'):
            size, files = r.pop(key).split(' x ')
            r[key[:-5] + 'logs'] = '%s x %s' % (size, files or '1') if size else 'none'
    usage = [v for k, v in r.items() if re.fullmatch(r'docker\.usage\[.*\]\.reclaimable', k)]
    if usage:
        r['docker.reclaimable'] = sum(usage)
    for fact, kind in (('postgres', 'PostgreSQL'), ('redis', 'Redis')):
        k = 'backups.backups[%s].' % kind
        r.update({k + 'kind': kind, k + 'age': r.get('backup.%s.age' % fact), k + 'size': r.get('backup.%s.size' % fact),
                  k + 'count': r['backup.%s.count' % fact], k + 'oldest': r.pop('said.backup.%s.oldest' % fact, None)})
        newest = r.pop('said.backup.%s.newest' % fact, None)
        r[k + 'file'] = newest
    for key in [k for k in r if k.startswith('backups.files[') and k.endswith('.file')]:
        r[key[:-4] + 'kind'] = 'PostgreSQL' if '/postgres/' in key else 'Redis'
    yes = {'true': 'running', 'false': 'does not run'}
    for name, value in (('state', yes[r['docker.active']]), ('service', r.pop('said.docker.unit', None)), ('version', r.get('docker.version')),
                        ('storage driver', r.get('docker.driver')), ('log driver', r.get('docker.log.driver')),
                        ('folder', r.pop('said.docker.root', None)), ('cgroups', r.pop('said.docker.cgroups', None))):
        if value is not None:
            r['docker.daemon[%s].name' % name], r['docker.daemon[%s].value' % name] = name, value
    for name, value in (('daemon.json', "there is none: Docker's own defaults"), ('log limit', 'none')):
        if r['docker.configured'] == 'false' and r['docker.active'] == 'true':
            r['docker.daemon[%s].name' % name], r['docker.daemon[%s].value' % name] = name, value
    return r


def missing(report, panels, readings, shown):
    """Rows that a hand has read and the console does not show."""
    largest = sorted((number(v) for k, v in readings.items() if re.fullmatch(r'host\.processes\[.*\]\.memory', k)), reverse=True)
    for key, value in readings.items():
        m = re.fullmatch(r'([a-z]+)\.([a-z]+)\[(.*)\]\.([a-z]+)', key)
        if not m or key in shown or panels.get(m[1], {}).get('state') != 'ok' or m[2] == 'nodes' and report.user:
            continue
        if m[1] == 'disks' and m[2] == 'space' and number(readings['disks.space[%s].size' % m[3]]) < 1 << 20:
            continue                        # less than a MiB is not shown
        if m[2] == 'processes' and (m[4] == 'ticks' or number(readings['host.processes[%s].memory' % m[3]]) < 1.3 * largest[12] + 3e6):
            continue                        # the twelve largest are shown
        report.say(key, None, value, 'not shown', m[1] + '.' + m[2])


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--user', action='store_true')
    p.add_argument('--cluster')
    p.add_argument('--behind', type=float, default=0)
    p.add_argument('--vmstat')
    p.add_argument('status')
    p.add_argument('before')
    p.add_argument('after')
    a = p.parse_args()
    status = json.load(open(a.status))
    readings = [derive(readings_of(a.before)), derive(readings_of(a.after))]
    report, shown = Report(a.user), set()
    apart = number(readings[1]['host.uptime']) - number(readings[0]['host.uptime'])
    if a.cluster:
        # What is shown is as old as the panel says, and the console goes by the server's clock.
        now = calendar.timegm(time.strptime(status['time'][:19], '%Y-%m-%dT%H:%M:%S')) - round((status['panels']['pods']['age_s'] or 0) + a.behind)
        more = cluster([i for list in json.load(open(a.cluster)) for i in list['items']], now)
        for r in readings:
            r.update(more)
    if a.vmstat:
        busy = [100 - int(l.split()[14]) - int(l.split()[15]) for l in open(a.vmstat) if l.split() and l.split()[0].isdigit()][1:]
        readings[0]['host.cpu.percent'], readings[1]['host.cpu.percent'] = min(busy), max(busy)
    for name, fact in status['facts'].items():
        judge(report, name, fact['value'], [r.get(name) for r in readings])
        if 'since_s' in fact:
            judge(report, name + '.since', fact['since_s'], [r.get(name + '.since') for r in readings])
    for panel, said in status['panels'].items():
        report.say(panel, said['state'], said['reason'], 'equal' if said['state'] == 'ok' else
                   'unknown: ' + said['reason'] if report.user and said['state'] == 'denied' else 'no answer')
        for table, rows in said['tables'].items():
            for row in rows:
                at = '%s.%s' % (panel, table)
                key = '%s[%s].' % (at, ROW_NAME.get(at, '{name}').format(**row))
                if at == 'host.processes' and not any(key + 'pid' in r for r in readings):
                    # The console's own, or another's that lived between the readings only.
                    report.say(key + 'name', row['name'], None, 'allowed: it ran between the readings only'
                               if 0 <= row['age'] <= apart else 'no such process', at)
                    shown.update(key + column for column in row)
                    continue
                for column, value in row.items():
                    shown.add(key + column)
                    judge(report, key + column, value, [r.get(key + column) for r in readings], at)
    for r in readings[1:]:
        missing(report, status['panels'], r, shown)
    said, journal = readings[1].get('said.journal'), status['facts']['disk.journal']['value']
    if said and journal is not None:
        unit = {'K': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}[said[-1]]
        step = unit * (0.1 if '.' in said else 1)
        report.say('disk.journal, journalctl --disk-usage', journal, said,
                   'allowed: journalctl rounds, and counts no folders' if abs(journal - float(said[:-1]) * unit) <= step + (64 << 10) else 'another')
    return report.print()


if __name__ == '__main__':
    sys.exit(main())
