// Writes the types of the control API to src/generated/control.ts.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import openapiTypeScript, { astToString } from "openapi-typescript";

const contract = new URL("../../../openapi/control/openapi.yaml", import.meta.url);
const output = new URL("../src/generated/control.ts", import.meta.url);

// Members with a default are not required in requests.
const options = { defaultNonNullable: false, emptyObjectsUnknown: true };
const types = await openapiTypeScript(await readFile(contract), options);
await mkdir(new URL(".", output), { recursive: true });
await writeFile(output, astToString(types));
