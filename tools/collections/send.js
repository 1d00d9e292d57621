// Sends the requests of Postman collections with newman, several collections in one process.
//
//   node send.js COLLECTION ENVIRONMENT URL ...   in triples; prints [[NAME, STATUS, BODY], ...] for each
const path = require("path");
const { promisify } = require("util");
const newman = require("newman");

async function send(collection, environment, url) {
  const options = { collection, environment, envVar: [{ key: "baseUrl", value: url }], workingDir: path.dirname(collection) };
  const { run } = await promisify(newman.run)(options);
  return run.executions.map(({ item, response, requestError }) => [
    item.name,
    response ? response.code : null,
    response ? response.text().slice(0, 200) : String(requestError),
  ]);
}

async function main(triples) {
  const results = [];
  for (let index = 0; index < triples.length; index += 3) {
    results.push(await send(...triples.slice(index, index + 3)));
  }
  console.log(JSON.stringify(results));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.stack);
  process.exit(1);
});
