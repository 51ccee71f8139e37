// What is sent before the first keystroke in a session, in a file or a terminal, must stay within the budget:
// `node scripts/budget.mjs dist`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 250;
const dist = process.argv[2] ?? "dist";
const index = readFileSync(join(dist, "index.html"), "utf8");
if (/<script(?![^>]*\bsrc=)/.test(index)) throw new Error("index.html has an inline script; the policy forbids it");
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));

/** A chunk and all that it imports statically. */
function closure(key, found = new Set()) {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return found;
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file);
  for (const other of chunk.imports ?? []) closure(other, found);
  return found;
}
const kb = (names) => [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, name)), { level: 9 }).length, 0) / 1_000;
const page = closure("index.html");
const ide = closure("src/features/ide/ide.tsx", new Set(page));
const typing = closure("src/features/terminal/terminal.tsx", closure("src/features/editor/view.ts", new Set(ide)));
console.log(`gzip: ${kb(page).toFixed(1)} kB for the first page, ${kb(ide).toFixed(1)} kB for the IDE, ${kb(typing).toFixed(1)} kB with editor and terminal; the budget is ${BUDGET_KB} kB`);
for (const key of ["src/features/ide/ide.tsx", "src/features/terminal/terminal.tsx", "src/features/editor/view.ts"]) {
  if (!manifest[key]) throw new Error(`${key} is not a chunk of its own any more`);
}
if (kb(typing) > BUDGET_KB) throw new Error("over the budget: what is not needed before the first keystroke belongs into a chunk of its own, see features/ide/later.ts");
