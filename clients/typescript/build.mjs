// Builds dist: what is generated from openapi/openapi.yaml, where that is newer, and the sources, with a compiler of our own. npm runs
// this (as `prepare`) when the folder is installed, and does not install what a folder needs to be built.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const script = join(here, '..', '..', 'scripts', 'clients');
const compiler = join(here, 'build', 'node_modules', 'typescript', 'bin', 'tsc');
const run = (command, ...args) => execFileSync(command, args, { cwd: here, stdio: ['ignore', 'inherit', 'inherit'] });

if (existsSync(script)) {
  run(script, 'generate', 'typescript');
} else if (!existsSync(join(here, 'src', 'generated'))) {
  console.error('sluice-client is built from a checkout of Sluice, which has scripts/clients');
  process.exit(1);
}
if (!existsSync(compiler)) {
  mkdirSync(join(here, 'build'), { recursive: true });
  writeFileSync(join(here, 'build', 'package.json'), '{"private": true}\n');
  run('npm', 'install', '--silent', '--no-audit', '--no-fund', '--global=false', '--prefix', join(here, 'build'), 'typescript@5.9.3');
}
const digest = createHash('sha256');
for (const name of [...readdirSync(join(here, 'src'), { recursive: true }).sort(), '../tsconfig.json']) {
  if (name.endsWith('.ts') || name.endsWith('.json')) digest.update(name).update(readFileSync(join(here, 'src', name)));
}
const made = join(here, 'dist', '.made-of');
const sources = digest.digest('hex');
if (!existsSync(made) || readFileSync(made, 'utf8') !== sources) {
  rmSync(join(here, 'dist'), { recursive: true, force: true });
  run(process.execPath, compiler);
  writeFileSync(made, sources);
}
