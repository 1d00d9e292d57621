// Converts documents with the converters of Postman and Bruno.
//
//   node convert.js postman DOCUMENT COLLECTION ...       OpenAPI to Postman, in pairs
//   node convert.js bruno COLLECTION ENVIRONMENTS FOLDER  Postman to Bruno; ENVIRONMENTS by commas
const fs = require("fs");
const path = require("path");
const { promisify } = require("util");

const OPTIONS = {
  folderStrategy: "Tags",
  parametersResolution: "Example",
  enableOptionalParameters: false,
  includeAuthInfoInExample: false,
};

const readJson = (file) => JSON.parse(fs.readFileSync(file, "utf8"));

async function toPostman(pairs) {
  const { convertV2 } = require("openapi-to-postmanv2");
  for (let index = 0; index < pairs.length; index += 2) {
    const input = { type: "json", data: readJson(pairs[index]) };
    const { result, reason, output } = await promisify(convertV2)(input, OPTIONS);
    if (!result) throw new Error(reason);
    fs.writeFileSync(pairs[index + 1], JSON.stringify(output[0].data));
  }
}

// Bruno writes variables of environments and collections to its files, tokens too. Runtime variables stay in memory.
function keepInMemory(items) {
  for (const { items: children, request } of items) {
    if (children) keepInMemory(children);
    const script = request && request.script;
    if (script && script.res) script.res = script.res.replace(/bru\.set(Env|Collection)Var\(/g, "bru.setVar(");
  }
}

async function toBruno(triples) {
  const { postmanToBruno, postmanToBrunoEnvironment } = require("@usebruno/converters");
  // The command-line tool writes folders only after an import of OpenAPI, so its function is used.
  const { createCollectionFromBrunoObject } = require("@usebruno/cli/src/utils/collection");
  for (let index = 0; index < triples.length; index += 3) {
    const [source, environments, folder] = triples.slice(index, index + 3);
    const { collection } = await postmanToBruno(readJson(source));
    collection.environments = environments.split(",").map((file) => ({
      ...postmanToBrunoEnvironment(readJson(file)),
      name: path.basename(file).split(".")[1], // vendor.NAME.postman_environment.json
    }));
    keepInMemory(collection.items);
    const signature = path.join(__dirname, `${path.basename(source).split(".")[0]}.bruno.js`);
    if (fs.existsSync(signature)) collection.root.request.script.req = fs.readFileSync(signature, "utf8");
    fs.mkdirSync(folder, { recursive: true });
    await createCollectionFromBrunoObject(collection, folder, { format: "bru" });
  }
}

const [kind, ...files] = process.argv.slice(2);
(kind === "postman" ? toPostman : toBruno)(files).catch((error) => {
  console.error(error.stack);
  process.exit(1);
});
