// Writes the dashboard's JSON, which is committed: npm ci && npm run generate. With --check it compares instead; exit code 1 when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { dashboard } from './dashboard.mjs';

const path = new URL('dashboards/rpc-collector.json', import.meta.url);
const json = `${JSON.stringify(dashboard(), null, 2)}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(path, json);
} else if (readFileSync(path, 'utf8') !== json) {
  console.error('dashboards/rpc-collector.json is not what dashboard.mjs generates: npm run generate');
  process.exit(1);
}
