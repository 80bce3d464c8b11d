// A sensor that has learned a large network: serves what vite built and, instead of the API, one made-up network, always the same.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** 4 domain controllers, 40 servers, 4 management servers, a scanner, and workstations; so many edges. */
export function network(edgeCount = 5_000, workstations = 1_200) {
  let state = 12_345;
  const random = below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  const hosts = [];
  const add = (role, prefix, number, name) =>
    hosts.push({ address: `10.${prefix}.${number >> 8}.${(number & 255) + 1}`, name: `${name}-${number + 1}`, role });
  for (let i = 0; i < 4; i++) add('domain-controller', 1, i, 'DC');
  for (let i = 0; i < 40; i++) add('server', 2, i, 'SRV');
  for (let i = 0; i < 4; i++) add('management-server', 3, i, 'MGMT');
  add('scanner', 4, 0, 'SCAN');
  for (let i = 0; i < workstations; i++) add('workstation', 20, i, 'PC');
  const first = { controller: 0, server: 4, management: 44, workstation: 49 };
  const edges = new Map();
  const now = Date.now();
  const link = (client, server, services, rarity, learned) => {
    if (client === server || edges.has(client * 65_536 + server)) return;
    edges.set(client * 65_536 + server, {
      client, server, services, count: 1 + random(900), rarity, learned,
      first_seen: new Date(now - random(20 * 86_400_000)).toISOString(), last_seen: new Date(now - random(86_400_000)).toISOString(),
    });
  };
  const pc = () => first.workstation + random(workstations);
  while (edges.size < edgeCount) {
    const kind = random(100);
    if (kind < 34) link(pc(), first.controller + random(4), ['kerberos', 'ldap', 'rpc', 'smb'], 0.02, true);
    else if (kind < 70) link(pc(), first.server + random(40), ['smb'], 0.05 + random(30) / 100, true);
    else if (kind < 84) link(first.management + random(4), pc(), ['win-rm', 'rpc'], 0.2 + random(30) / 100, true);
    else if (kind < 92) link(first.server + random(40), first.server + random(40), ['rpc', 'smb'], 0.3 + random(40) / 100, random(2) === 0);
    else if (kind < 96) link(pc(), first.server + random(40), ['rpc'], 0.5 + random(40) / 100, false);
    else link(pc(), pc(), [['rpc'], ['smb'], ['win-rm'], ['rpc-over-http']][random(4)], 0.9 + random(11) / 100, false);
  }
  return { hosts, edges: [...edges.values()], total_edges: edges.size, left_out: 0 };
}

const session = {
  name: null, role: 'admin', means: 'loopback', can_log_in: false, needs_first_admin: false, anti_forgery: null, expires_at: null,
};

/** Serves the console; `answers` has more of the API, by path. Ends with the returned function. */
export async function serve(port, answers = {}) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://sensor');
    const send = (status, type, body) => {
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-cache' });
      response.end(body);
    };
    if (url.pathname.startsWith('/api/v1/')) {
      const path = decodeURIComponent(url.pathname.slice('/api/v1/'.length));
      const answer = path === 'session' ? session
        : typeof answers === 'function' ? await answers(path, url.searchParams, request) : answers[path];
      if (answer === undefined) send(404, 'application/problem+json', JSON.stringify({ title: `There is no ${path}.` }));
      else send(200, 'application/json', JSON.stringify(answer));
      return;
    }
    const path = normalize(url.pathname === '/' ? '/index.html' : url.pathname);
    try {
      send(200, types[extname(path)] ?? 'application/octet-stream', await readFile(join(dist, path)));
    } catch {
      send(404, 'text/plain', 'not found');
    }
  });
  await new Promise(done => server.listen(port, '127.0.0.1', done));
  return { port: server.address().port, close: () => server.close() };
}
