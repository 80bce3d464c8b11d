// Writes what a Zeek sensor would log of the made-up network now, for a running sensor to read:
//
//   RpcCollector run --Zeek:Folders:0=FOLDER ... and, once it is ready, node conn-log.mjs FOLDER [EDGES [WORKSTATIONS]]
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { network } from './sensor.mjs';

const [folder, edges = '5000', workstations = '1200'] = process.argv.slice(2);
const ports = { kerberos: [88], ldap: [389], smb: [445], 'win-rm': [5985], 'rpc-over-http': [593], rpc: [135, 49_667] };
const made = network(Number(edges), Number(workstations));
const lines = [];
let port = 50_000;
for (const edge of made.edges) {
  for (const service of edge.services) {
    // The endpoint 10 ms after the mapper. Spread over the last seconds: who logs so many connections at once is a flood.
    const start = Date.now() / 1_000 - 1 - lines.length % 4_000 / 1_000;
    ports[service].forEach((server, i) => lines.push(JSON.stringify({
      ts: Number((start + i / 100).toFixed(3)), uid: `C${lines.length}`, 'id.orig_h': made.hosts[edge.client].address,
      'id.orig_p': 50_000 + port++ % 15_000,
      'id.resp_h': made.hosts[edge.server].address, 'id.resp_p': server, proto: 'tcp', duration: 0.4, conn_state: 'SF', history: 'ShADadFf',
      orig_pkts: 6, orig_ip_bytes: 900, resp_pkts: 5, resp_ip_bytes: 800,
    })));
  }
}
mkdirSync(folder, { recursive: true });
appendFileSync(join(folder, 'conn.log'), lines.join('\n') + '\n');
console.log(`${lines.length} connections on ${made.edges.length} edges`);
