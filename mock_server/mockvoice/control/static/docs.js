// Shows a contract with Swagger UI. Requests go to the origin of this page, whatever its host name,
// and use the credentials of the sandbox. A vendor whose requests need more has a script of its own,
// such as try-count.js, which may export prepareContract, prepareRequest, prepareResponse, plugin and
// oauth; each gets the same page object.
import { PlainPaths, labelControls } from "./docs-labels.js";
import { fillFileFields } from "./docs-files.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

function followColourScheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const applyTheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", applyTheme);
  applyTheme();
}

// A signature covers the bytes that are sent, so a body becomes text before it is signed.
function withTextBody(request) {
  if (request.body && Object.getPrototypeOf(request.body) === Object.prototype) {
    request.body = JSON.stringify(request.body);
  }
  return request;
}

function preauthorise(ui, credentials) {
  for (const [scheme, secret] of Object.entries(credentials)) {
    ui.preauthorizeApiKey(scheme, secret);
  }
}

followColourScheme();
const options = read("options");
const { contract, script, sandbox } = read("page");
const vendor = script ? await import(script) : {};
const page = { base: location.origin + options.prefix, sandbox };
const response = await fetch(`./${contract}`);
const spec = await response.json();
spec.servers = [{ url: page.base, description: "This server" }];
vendor.prepareContract?.(spec, page);

const ui = SwaggerUIBundle({
  spec,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  oauth2RedirectUrl: `${location.origin}/_mock/static/swagger-ui/oauth2-redirect.html`,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: vendor.plugin ? [PlainPaths, vendor.plugin(page)] : [PlainPaths],
  layout: "BaseLayout",
  requestInterceptor: async (request) =>
    (await vendor.prepareRequest?.(withTextBody(request), page)) ?? request,
  responseInterceptor: (response) => vendor.prepareResponse?.(response, page) ?? response,
  onComplete: () => {
    preauthorise(window.ui, options.credentials);
    if (vendor.oauth) {
      window.ui.initOAuth(vendor.oauth(page));
    }
  },
});
window.ui = page.ui = ui;
labelControls(document.getElementById("swagger-ui"));
fillFileFields(document.getElementById("swagger-ui"));
