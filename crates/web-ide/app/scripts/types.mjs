// Writes the types of the wire: `node scripts/types.mjs src/gen`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDescriptors } from "./descriptor.mjs";
import { generate } from "./generate.mjs";

const descriptors = new URL("../../../proto/src/gen/descriptors.bin", import.meta.url);
const folder = process.argv[2] ?? "src/gen";
mkdirSync(folder, { recursive: true });
for (const { name, text } of generate(readDescriptors(readFileSync(descriptors)))) {
  writeFileSync(join(folder, name), text);
}
