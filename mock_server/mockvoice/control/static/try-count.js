// Signs COUNT's requests in the page, and completes its authorization-code flow, whose first step
// returns the address of the consent page as JSON and whose last step takes JSON.
import { addFlows, dialogForm, operations, useToken } from "./try-oauth.js";
import { signatureHeaders } from "./try-count-signature.js";

const START = "/auth2/authorize-intiate";
const GRANT = "/partners/grant-access-token";
const REFRESH = "/partners/refresh-user-access-token";

export function prepareContract(spec, page) {
  removeCalculated(spec);
  addFlows(spec, "accessToken", "A new pair of tokens, after the consent of a user.", {
    authorizationCode: {
      authorizationUrl: page.base + START,
      tokenUrl: page.base + GRANT,
      scopes: {},
    },
  });
}

// The dialog must not ask for what each request gets by itself.
function removeCalculated(spec) {
  const calculated = ["timestamp", "signature"];
  calculated.forEach((name) => delete spec.components.securitySchemes[name]);
  for (const owner of [spec, ...operations(spec)]) {
    owner.security?.forEach((schemes) => calculated.forEach((name) => delete schemes[name]));
  }
}

export function oauth({ sandbox }) {
  const { client_id: clientId, client_secret: clientSecret } = sandbox.credentials;
  return { clientId, clientSecret };
}

export const plugin = (page) => () => ({
  statePlugins: {
    auth: { wrapActions: { authPopup: () => (url, flow) => openConsent(page, url, flow) } },
  },
});

// Opens the window before the first request, since browsers block windows that open later.
async function openConsent(page, url, flow) {
  window.swaggerUIRedirectOauth2 = flow;
  const fail = (message) =>
    flow.errCb({ authId: flow.auth.name, source: "auth", level: "error", message });
  const consent = window.open("about:blank");
  if (!consent) {
    fail("The browser blocked the window of the consent page; allow windows of this site.");
    return;
  }
  const response = await fetch(startUrl(page, new URL(url).searchParams));
  const body = await response.json();
  if (response.ok) {
    const { pathname, search } = new URL(body.data.redirectUri);
    consent.location = location.origin + pathname + search;
  } else {
    consent.close();
    fail(body.message);
  }
}

function startUrl(page, sent) {
  const start = new URL(page.base + START);
  start.searchParams.set("clientId", sent.get("client_id"));
  start.searchParams.set("redirectUri", sent.get("redirect_uri"));
  start.searchParams.set("state", sent.get("state"));
  return start;
}

export async function prepareRequest(request, page) {
  const path = pathOf(request.url, page);
  if (path === undefined || !path.startsWith("/partners")) {
    return request;
  }
  const form = path === GRANT ? dialogForm(request) : null;
  if (form) {
    page.awaitsToken = true;
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify({
      grantType: "authorization_code",
      code: form.get("code"),
      redirectUri: form.get("redirect_uri"),
    });
  }
  Object.assign(request.headers, await signatureHeaders(request, path, page.sandbox));
  return request;
}

// Each new pair of tokens ends the previous one, so the page goes on with the new one.
export function prepareResponse(response, page) {
  if (response.ok && [GRANT, REFRESH].includes(pathOf(response.url, page))) {
    const { accessToken, refreshToken } = JSON.parse(response.text).data.result;
    useToken(page, "accessToken", accessToken);
    if (page.awaitsToken) {
      const pair = { access_token: accessToken, refresh_token: refreshToken, token_type: "Bearer" };
      response.data = JSON.stringify(pair);
    }
  }
  page.awaitsToken = false;
  return response;
}

function pathOf(url, page) {
  const { pathname } = new URL(url);
  return url.startsWith(`${page.base}/`)
    ? pathname.slice(new URL(page.base).pathname.length)
    : undefined;
}
