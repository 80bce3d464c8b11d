// Compiles every grammar of this folder to C#: node generate.mjs OUTPUT_FOLDER
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import yaml from 'js-yaml';
import compiler from 'kaitai-struct-compiler';

const grammars = dirname(fileURLToPath(import.meta.url));
const output = process.argv[2];
const noImports = { importYaml: (name) => Promise.reject(new Error(`${name}: the grammars import nothing`)) };

mkdirSync(output, { recursive: true });
for (const grammar of readdirSync(grammars).filter((name) => name.endsWith('.ksy')).sort()) {
  const files = await compiler.compile('csharp', yaml.load(readFileSync(join(grammars, grammar), 'utf8')), noImports, false);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(output, name), text);
  }
}
