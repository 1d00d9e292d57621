// Builds dist/esm and dist/cjs from src, each with its types.

import { execFileSync } from "node:child_process";
import { cp, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const inRoot = (...parts) => path.join(root, ...parts);
const sources = (await readdir(inRoot("src"))).filter((name) => name.endsWith(".ts"));

await rm(inRoot("dist"), { recursive: true, force: true });
execFileSync(process.execPath, [inRoot("node_modules/typescript-7/bin/tsc"), "-p", root], {
  stdio: "inherit",
});
for (const format of ["esm", "cjs"]) {
  await build({
    entryPoints: sources.map((name) => inRoot("src", name)),
    outdir: inRoot("dist", format),
    format,
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
}
// The declarations have neither import.meta nor default exports that differ between the formats.
for (const name of await readdir(inRoot("dist/esm"), { recursive: true })) {
  if (name.endsWith(".d.ts")) await cp(inRoot("dist/esm", name), inRoot("dist/cjs", name));
}
for (const [format, type] of Object.entries({ esm: "module", cjs: "commonjs" })) {
  await writeFile(inRoot("dist", format, "package.json"), `${JSON.stringify({ type })}\n`);
}
// A module with only types.
for (const format of ["esm", "cjs"]) await rm(inRoot("dist", format, "contract.js"));
// npm packs only files of this folder.
await cp(inRoot("../../LICENSE"), inRoot("LICENSE"));
