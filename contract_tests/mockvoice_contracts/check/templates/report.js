"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const page = document.getElementById("page");
const rows = [];
const allTests = data.modules.flatMap(module => module.tests.map(([, name]) => `${module.path}::${name}`));
const TEST_OUTCOMES = {p: "passed", f: "failed", a: "assumption"};
const OUTCOMES = {holds: "The contract holds", broken: "The contract is broken", unchecked: "The contract could not be checked"};

// Texts become text nodes, so a server's markup has no effect.
function element(name, attributes = {}, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  created.append(...children.map(child => child instanceof Node ? child : String(child)));
  return created;
}

function table(headings, lines) {
  const numeric = new Set(headings.filter(heading => heading.endsWith("#")));
  const cell = (name, index, value) =>
    element(name, numeric.has(headings[index]) ? {class: "n"} : {}, value instanceof Node ? value : String(value ?? ""));
  return element("div", {class: "wide"}, element("table", {},
    element("thead", {}, element("tr", {}, ...headings.map((heading, index) => cell("th", index, heading.replace("#", ""))))),
    element("tbody", {}, ...lines.map(line => element("tr", {}, ...line.map((value, index) => cell("td", index, value)))))));
}

// The content of a row is rendered when it is opened. The filter searches the text of its data.
function row(kind, vendor, layer, summary, source, render, id) {
  const details = element("details", {class: `row ${kind}`, ...(id ? {id} : {})}, summary);
  details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) details.append(...render()); });
  rows.push({details, vendor, layer, text: JSON.stringify(source).toLowerCase()});
  return details;
}

function finding(item) {
  const [first] = item.message.split("\n");
  const summary = element("summary", {}, element("b", {}, item.title), " ", first, " ", element("small", {}, item.counts));
  return row(item.kind, item.vendor, item.layer, summary, item, () => {
    const list = element("dl", {}, element("dt", {}, "Problem"), element("dd", {}, element("pre", {}, item.message)));
    const add = (label, ...content) => list.append(element("dt", {}, label), element("dd", {}, ...content));
    if (item.operations.length) add("Operations", item.operations.join(", "));
    for (const [label, text] of item.sections) {
      const link = label === "Contract" ? [element("a", {href: item.file}, `${item.file}, line ${item.line}`)] : [];
      add(label, ...link, element("pre", {}, text));
    }
    const more = item.more ? [`and ${item.more} more in report.json`] : [];
    const tests = item.tests.map(position => allTests[position]);
    add("Tests", `${item.layer}, seed ${item.seed}, evidence ${item.evidence}`, element("pre", {}, [...tests, ...more].join("\n")));
    return [list];
  }, item.id);
}

function findings(kind, heading, note) {
  const items = data.findings.filter(item => item.kind === kind);
  page.append(element("h2", {}, `${heading} (${items.length})`), ...(note ? [element("p", {}, note)] : []),
    ...(items.length ? items.map(finding) : [element("p", {}, "None.")]));
}

function head() {
  const partly = data.extent && data.outcome === "holds";
  page.append(element("h1", {class: data.outcome + (partly ? " partly" : "")}, OUTCOMES[data.outcome] + (partly ? ` as far as asked: ${data.extent}` : "")),
    element("p", {}, `${data.began_at}, ${data.seconds} s, seed ${data.seed}, Mockvoice ${data.mockvoice}`),
    element("ul", {}, ...data.asked.map(line => element("li", {}, line))));
  for (const text of data.warnings) page.append(element("p", {class: "broken"}, element("strong", {}, `Warning: ${text}`)));
  for (const text of data.trouble) page.append(element("p", {class: "unchecked"}, text));
  page.append(table(["Service", "Outcome", "URL", "Mode", "passed#", "failed#", "assumptions#", "skipped#", "not run#", "requests#"],
    data.vendors.map(vendor => [vendor.title, element("span", {class: vendor.outcome}, vendor.outcome), vendor.url, vendor.mode,
      vendor.tests.passed, vendor.tests.failed, vendor.tests.assumption, vendor.tests.skipped, vendor.tests.not_run, vendor.requests])));
  for (const vendor of data.vendors.filter(item => item.left_behind.length)) {
    const records = vendor.left_behind.map(record => record.join(" ")).join(", ");
    page.append(element("p", {class: "broken"}, `${vendor.title}: not deleted, because the service rejected the deletion: ${records}`));
  }
}

function filters() {
  const option = (value, label) => element("option", {value}, label);
  const form = element("form", {role: "search"},
    element("input", {type: "search", id: "text", placeholder: "Filter by text…", "aria-label": "Filter by text"}),
    element("select", {id: "vendor", "aria-label": "Service"}, option("", "all services"),
      ...data.vendors.map(vendor => option(vendor.vendor, vendor.title))),
    element("select", {id: "layer", "aria-label": "Kind of test"}, option("", "all kinds of tests"),
      ...["schema", "behaviour", "invariants"].map(layer => option(layer, layer))),
    element("output", {id: "shown"}));
  const [text, vendor, layer, shown] = form.children;
  const filter = () => {
    const searched = text.value.toLowerCase();
    let visible = 0;
    for (const item of rows) {
      item.details.hidden = !item.text.includes(searched) || (vendor.value && item.vendor !== vendor.value)
        || (layer.value && item.layer !== layer.value);
      visible += !item.details.hidden;
    }
    shown.value = `${visible} of ${rows.length}`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", event => event.preventDefault());
  page.append(form);
  return filter;
}

function notServed() {
  for (const vendor of data.vendors.filter(item => item.not_served.length)) {
    page.append(element("h2", {}, `${vendor.title}: not served (${vendor.not_served.length})`),
      element("p", {}, "The server answered all requests of these operations as it answers unknown paths. Their tests were not run."),
      table(["Operation", "Responses"], vendor.not_served.map(item =>
        [item.operation, Object.entries(item.statuses).map(([status, count]) => `${count} × ${status}`).join(", ")])));
  }
}

function parity(item) {
  const operations = Object.entries(item.operations);
  const differing = operations.filter(([, operation]) => operation.differences.length);
  const shape = value => typeof value === "string" ? value : JSON.stringify(value);
  page.append(element("h2", {}, `${item.vendor} compared with the mock: ${operations.length - differing.length} of ${operations.length} operations have the same responses`),
    element("p", {}, `${item.exchanges.compared} exchanges were compared with those of ${item.with}. A difference is not a breach of the contract.`),
    ...differing.map(([name, operation]) => row("plain", item.vendor, "", element("summary", {}, element("b", {}, name),
      ` ${operation.differences[0].path} `, element("span", {class: "never"}, `${operation.differing} of ${operation.compared} exchanges`)),
    [name, operation], () => [table(["path", "server", "mock", "status", "times#"], operation.differences.map(difference =>
      [difference.path, shape(difference.server), shape(difference.mock), difference.status, difference.times]))])));
}

function coverage() {
  page.append(element("h2", {}, "Coverage of the contract"));
  for (const vendor of data.vendors) {
    const {summary, operations, transitions} = vendor.coverage;
    const counts = Object.entries(data.kinds).map(([kind, label]) => `, ${summary[kind].seen} of ${summary[kind].all} ${label}`);
    page.append(element("h3", {}, vendor.title),
      element("p", {}, `${summary.operations.seen} of ${summary.operations.all} operations${counts.join("")}`));
    for (const [name, [method, path, kinds]] of Object.entries(operations)) {
      const seen = (kinds.statuses ?? [[]])[0].join(" ") || "not seen";
      page.append(row("plain", vendor.vendor, "", element("summary", {}, element("b", {}, name), ` ${method} ${path} `,
        element("span", {class: "never"}, seen)), [name, method, path, kinds],
      () => [table(["", "seen", "not seen"], Object.entries(kinds).map(([kind, [found, never]]) =>
        [data.kinds[kind], found.join(", "), element("span", {class: "never"}, never.join(", "))]))]));
    }
    const steps = Object.entries(transitions).map(([name, values]) => element("li", {}, element("b", {}, name), `: ${values.join(", ")}`));
    if (steps.length) page.append(element("h4", {}, "State transitions seen"), element("ul", {}, ...steps));
  }
}

function reasons() {
  for (const [heading, counts] of [["Not run", data.not_run], ["Skipped", data.skipped]]) {
    if (!counts.length) continue;
    page.append(element("h2", {}, heading),
      element("ul", {}, ...counts.map(([reason, count]) => element("li", {}, `${count}: ${reason}`))));
  }
}

function tests() {
  page.append(element("h2", {}, "All tests"));
  for (const module of data.modules) {
    const failed = module.tests.filter(([outcome]) => outcome === "f").length;
    const numbers = `${module.tests.length} tests${failed ? `, ${failed} failed` : ""}`;
    page.append(row(failed ? "breach" : "plain", module.vendor, module.layer,
      element("summary", {}, element("b", {}, module.path), " ", element("small", {}, numbers)), module,
      () => [table(["", "Test", "seconds#"], module.tests.map(([outcome, name, seconds]) =>
        [element("span", {class: outcome === "f" ? "failed" : ""}, TEST_OUTCOMES[outcome]), name, seconds]))]));
  }
}

head();
const filter = filters();
findings("breach", "Breaches of the contract");
findings("assumption", "Assumptions that the service does not meet",
  `The documentation does not cover these points, so the contract had to assume them. ${data.strict_assumptions
    ? "They fail the check, because --strict-assumptions is set." : "They do not fail the check."}`);
notServed();
data.parity.forEach(parity);
coverage();
reasons();
tests();
filter();
